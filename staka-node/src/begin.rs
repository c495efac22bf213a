//! Beginning a call on the thread of JavaScript, so that its statement is on its way before another thread has woken.

use std::future::{Future, poll_fn};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::pin::{Pin, pin};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::task::{Context, Poll, Wake, Waker};

use tokio::task::consume_budget;

use crate::runtime::RUNTIME;

/// Tokio lets a task do 128 things before another has its turn. Here it may do a dozen: send a statement and read a
/// short answer that is there already, not take over a long one.
const SPENT: u32 = 128 - 12;

type Work = Pin<Box<dyn Future<Output = ()> + Send>>;

/// Work that has begun, until it is woken for the first time: from then on it is a task of the runtime.
struct Begun(Mutex<State>);

enum State {
    Beginning,
    Waiting(Work),
    Woken,
}

impl Begun {
    fn state(&self) -> MutexGuard<'_, State> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Wake for Begun {
    fn wake(self: Arc<Self>) {
        let before = std::mem::replace(&mut *self.state(), State::Woken);
        if let State::Waiting(work) = before {
            RUNTIME.spawn(work);
        }
    }
}

/// Does what `work` can do without waiting, here; the rest is the runtime's.
pub(crate) fn begin(work: impl Future<Output = ()> + Send + 'static) {
    let begun = Arc::new(Begun(Mutex::new(State::Beginning)));
    let waker = Waker::from(Arc::clone(&begun));
    let mut work: Work = Box::pin(work);
    let once = poll_fn(|_| {
        let context = &mut Context::from_waker(&waker);
        for _ in 0..SPENT {
            let _ = pin!(consume_budget()).poll(context);
        }
        Poll::Ready(work.as_mut().poll(context))
    });
    // A panic has to end here, as it would in a task: the reply that is owed tells of it.
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
