//! Begins a call on the thread of JavaScript, so that its statement is sent without waiting for another thread.

use std::future::{Future, poll_fn};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::pin::{Pin, pin};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::task::{Context, Poll, Wake, Waker};

use tokio::task::consume_budget;

use crate::runtime::RUNTIME;

/// Tokio gives a task a budget of 128 steps before another one runs. All but twelve are consumed in advance: that is
/// enough to send a statement and to read a short result, but not a long one.
const CONSUMED_BUDGET: u32 = 128 - 12;

type Work = Pin<Box<dyn Future<Output = ()> + Send>>;

/// Work that has begun. When it is woken for the first time, it becomes a task of the runtime.
struct BegunWork(Mutex<State>);

enum State {
    Beginning,
    Waiting(Work),
    Woken,
}

impl BegunWork {
    fn state(&self) -> MutexGuard<'_, State> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Wake for BegunWork {
    fn wake(self: Arc<Self>) {
        let before = std::mem::replace(&mut *self.state(), State::Woken);
        if let State::Waiting(work) = before {
            RUNTIME.spawn(work);
        }
    }
}

/// Runs `work` on this thread until it has to wait; then it continues on the runtime.
pub(crate) fn begin(work: impl Future<Output = ()> + Send + 'static) {
    let begun = Arc::new(BegunWork(Mutex::new(State::Beginning)));
    let waker = Waker::from(Arc::clone(&begun));
    let mut work: Work = Box::pin(work);
    let once = poll_fn(|_| {
        let context = &mut Context::from_waker(&waker);
        for _ in 0..CONSUMED_BUDGET {
            let _ = pin!(consume_budget()).poll(context);
        }
        Poll::Ready(work.as_mut().poll(context))
    });
    // A panic must not reach JavaScript. As in a task, the dropped `PendingReply` reports it.
    let polled = catch_unwind(AssertUnwindSafe(|| RUNTIME.block_on(once)));
    if let Ok(Poll::Pending) = polled {
        let mut state = begun.state();
        if let State::Woken = *state {
            RUNTIME.spawn(work);
        } else {
            *state = State::Waiting(work);
        }
    }
}
