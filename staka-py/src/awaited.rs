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
use tokio::task::AbortHandle;

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
    /// What is under way, by its future's address, which holds as long as the future is kept here.
    waiting: Mutex<HashMap<usize, (Py<PyAny>, AbortHandle)>>,
}

/// What the runtime's thread may touch.
struct Done {
    queue: Mutex<Vec<(usize, Finish)>>,
    wake: UnixStream,
}

impl Done {
    fn push(&self, key: usize, finish: Finish) {
        let mut queue = lock(&self.queue);
        queue.push((key, finish));
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
    let (key, done) = (future.as_ptr() as usize, Arc::clone(&bridge.done));
    let task = live.spawn(async move {
        let finish = work.await;
        done.push(key, Box::new(finish));
    });
    // In time: only this thread completes it.
    lock(&bridge.waiting).insert(key, (future.clone().unbind(), task));
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
        for (key, finish) in outcomes {
            // None: nobody waits for it any more.
            let Some((future, _)) = lock(&self.waiting).remove(&key) else { continue };
            let future = future.bind(py);
            if future.call_method0(interned(py, "done"))?.is_truthy()? {
                continue;
            }
            complete(py, future, finish(py))?;
        }
        Ok(())
    }
}

/// Gives up what a future stands for, unless it has come to its end: its statement is stopped on the server.
pub(crate) fn abandon(live: &Live, future: &Bound<'_, PyAny>) {
    let key = future.as_ptr() as usize;
    for bridge in lock(&live.bridges).iter() {
        if let Some((_, task)) = lock(&bridge.get().waiting).remove(&key) {
            task.abort();
        }
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
