//! Calls that are awaited: a future of asyncio's for each, completed on its own loop.
//!
//! The runtime's thread never takes the interpreter: it puts outcomes into a queue and writes a byte into a socket that
//! the loop listens to. The loop wakes once for all that is there, and makes the Python objects itself.

use std::collections::HashMap;
use std::future::Future;
use std::io::{ErrorKind, Read, Write};
use std::os::fd::AsRawFd;
use std::os::unix::net::UnixStream;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::task::Poll;

use pyo3::prelude::*;
use pyo3::sync::PyOnceLock;
use staka_core::Error;
use tokio::task::AbortHandle;

use crate::errors;
use crate::live::Live;
use crate::plan::interned;

/// Makes the Python object of an outcome, or its exception.
type Finish = Box<dyn FnOnce(Python<'_>) -> PyResult<Py<PyAny>> + Send>;

/// The way from the runtime's thread to one event loop.
#[pyclass(frozen, module = "staka._staka")]
pub(crate) struct Bridge {
    create_future: Py<PyAny>,
    loop_: Py<PyAny>,
    wake: UnixStream,
    done: Arc<Done>,
    waiting: Mutex<Waiting>,
}

/// What is under way, by its number: an outcome that comes late finds nobody, where an address might by then be that
/// of another call's future.
#[derive(Default)]
struct Waiting {
    last: u64,
    calls: HashMap<u64, (Py<PyAny>, AbortHandle)>,
    /// Numbers by their futures' addresses, which hold as long as the futures are kept here.
    numbers: HashMap<usize, u64>,
}

impl Waiting {
    fn take(&mut self, number: u64) -> Option<(Py<PyAny>, AbortHandle)> {
        let call = self.calls.remove(&number)?;
        self.numbers.remove(&(call.0.as_ptr() as usize));
        Some(call)
    }
}

/// What the runtime's thread may touch.
struct Done {
    queue: Mutex<Vec<(u64, Finish)>>,
    wake: UnixStream,
}

/// An outcome that somebody waits for: they hear of it even if the work panics.
struct Owed {
    to: Arc<Done>,
    number: u64,
    finish: Option<Finish>,
}

impl Owed {
    fn pay(mut self, finish: Finish) {
        self.finish = Some(finish);
    }
}

impl Drop for Owed {
    fn drop(&mut self) {
        let broken = || -> Finish {
            Box::new(|py| Err(errors::raise(py, &Error::internal("the call broke off; the log tells more"), None)))
        };
        self.to.push(self.number, self.finish.take().unwrap_or_else(broken));
    }
}

impl Done {
    fn push(&self, number: u64, finish: Finish) {
        let mut queue = lock(&self.queue);
        queue.push((number, finish));
        if queue.len() == 1 {
            // Full means that the loop has enough to wake up for; closed, that it is gone.
            let _ = (&self.wake).write(&[1]);
        }
    }
}

/// Runs `work` in the background; gives a future of the running loop, which has what the closure that `work` ends with
/// makes on the loop's thread.
pub(crate) fn start<'py, F>(
    py: Python<'py>,
    live: &Arc<Live>,
    work: impl Future<Output = F> + Send + 'static,
) -> PyResult<Bound<'py, PyAny>>
where
    F: FnOnce(Python<'_>) -> PyResult<Py<PyAny>> + Send + 'static,
{
    let bridge = bridge(py, live)?;
    let bridge = bridge.get();
    let future = bridge.create_future.bind(py).call0()?;
    let mut work = Box::pin(work);
    // The first step is taken here: the statement is on its way to the server before another thread wakes.
    if let Poll::Ready(finish) = py.detach(|| live.poll(work.as_mut())) {
        complete(py, &future, finish(py))?;
        return Ok(future);
    }
    let mut waiting = lock(&bridge.waiting);
    waiting.last += 1;
    let number = waiting.last;
    let owed = Owed { to: Arc::clone(&bridge.done), number, finish: None };
    let task = live.spawn(async move { owed.pay(Box::new(work.await)) })?;
    // In time: only this thread completes it.
    waiting.numbers.insert(future.as_ptr() as usize, number);
    waiting.calls.insert(number, (future.clone().unbind(), task));
    drop(waiting);
    Ok(future)
}

fn complete(py: Python<'_>, future: &Bound<'_, PyAny>, outcome: PyResult<Py<PyAny>>) -> PyResult<()> {
    match outcome {
        Ok(value) => future.call_method1(interned(py, "set_result"), (value,))?,
        Err(error) => future.call_method1(interned(py, "set_exception"), (error.into_value(py),))?,
    };
    Ok(())
}

/// The bridge to the running loop.
fn bridge<'py>(py: Python<'py>, live: &Live) -> PyResult<Bound<'py, Bridge>> {
    static RUNNING: PyOnceLock<Py<PyAny>> = PyOnceLock::new();
    let running =
        RUNNING.get_or_try_init(py, || py.import("asyncio")?.getattr("get_running_loop").map(Bound::unbind))?;
    let loop_ = running.bind(py).call0()?;
    let known = |bridge: &&Py<Bridge>| bridge.get().loop_.bind(py).is(&loop_);
    if let Some(bridge) = lock(&live.bridges).iter().find(known) {
        return Ok(bridge.bind(py).clone());
    }
    let (ours, theirs) = UnixStream::pair()?;
    ours.set_nonblocking(true)?;
    theirs.set_nonblocking(true)?;
    let bridge = Bridge {
        create_future: loop_.getattr("create_future")?.unbind(),
        loop_: loop_.clone().unbind(),
        wake: ours,
        done: Arc::new(Done { queue: Mutex::default(), wake: theirs }),
        waiting: Mutex::default(),
    };
    let bridge = Bound::new(py, bridge)?;
    loop_.call_method1("add_reader", (bridge.get().wake.as_raw_fd(), bridge.getattr("drain")?))?;
    let closed = |bridge: &Py<Bridge>| bridge.get().loop_.bind(py).call_method0("is_closed")?.is_truthy();
    let others: Vec<Py<Bridge>> = lock(&live.bridges).iter().map(|bridge| bridge.clone_ref(py)).collect();
    let mut kept = vec![bridge.clone().unbind()];
    for other in others {
        if !closed(&other)? {
            kept.push(other);
        }
    }
    // What goes is dropped behind the lock: that may run Python code.
    let gone = std::mem::replace(&mut *lock(&live.bridges), kept);
    drop(gone);
    Ok(bridge)
}

#[pymethods]
impl Bridge {
    /// Completes the futures whose outcomes have come; the loop calls it.
    fn drain(&self, py: Python<'_>) -> PyResult<()> {
        let mut bytes = [0; 64];
        let outcomes = loop {
            match (&self.wake).read(&mut bytes) {
                Ok(n) if n == bytes.len() => {}
                Err(error) if error.kind() == ErrorKind::Interrupted => {}
                _ => break std::mem::take(&mut *lock(&self.done.queue)),
            }
        };
        let mut first = Ok(());
        for (number, finish) in outcomes {
            // None: nobody waits for it any more.
            let taken = lock(&self.waiting).take(number);
            let Some((future, _)) = taken else { continue };
            let future = future.bind(py);
            let completed = future
                .call_method0(interned(py, "done"))
                .and_then(|done| done.is_truthy())
                .and_then(|done| if done { Ok(()) } else { complete(py, future, finish(py)) });
            // An interruption is not the others' concern.
            first = first.and(completed);
        }
        first
    }
}

/// Gives up what a future stands for, unless it has come to its end: its statement is stopped on the server.
pub(crate) fn abandon(live: &Live, future: &Bound<'_, PyAny>) {
    let mut dropped = Vec::new();
    for bridge in lock(&live.bridges).iter() {
        let mut waiting = lock(&bridge.get().waiting);
        if let Some(number) = waiting.numbers.get(&(future.as_ptr() as usize)).copied() {
            dropped.extend(waiting.take(number));
        }
    }
    for (_, task) in dropped {
        task.abort();
    }
}

/// Leaves the running loop, which hears of no outcome any more.
pub(crate) fn leave(py: Python<'_>, live: &Live) -> PyResult<()> {
    let bridge = bridge(py, live)?;
    let reader = bridge.get().wake.as_raw_fd();
    bridge.get().loop_.bind(py).call_method1("remove_reader", (reader,))?;
    lock(&live.bridges).retain(|other| !other.bind(py).is(&bridge));
    Ok(())
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
