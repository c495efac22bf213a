//! Awaited calls: each has a future of asyncio, which is completed on its own event loop.
//!
//! The runtime's thread never takes the interpreter's lock. It puts outcomes into a queue and writes a byte to a socket
//! that the loop watches. The loop wakes up once for all outcomes in the queue and creates the Python objects itself.

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

use crate::connections::Connections;
use crate::errors;
use crate::plan::interned;

/// Creates the Python object of an outcome, or its exception.
type Finish = Box<dyn FnOnce(Python<'_>) -> PyResult<Py<PyAny>> + Send>;

/// The connection from the runtime's thread to one event loop.
#[pyclass(frozen, module = "staka._staka")]
pub(crate) struct Bridge {
    create_future: Py<PyAny>,
    loop_: Py<PyAny>,
    wake: UnixStream,
    outcomes: Arc<Outcomes>,
    waiting: Mutex<Waiting>,
}

/// The running calls by number. An address of a future may be reused after the call has ended; a number is not.
#[derive(Default)]
struct Waiting {
    last: u64,
    calls: HashMap<u64, (Py<PyAny>, AbortHandle)>,
    /// The numbers by the addresses of their futures, which stay valid because `calls` keeps the futures.
    numbers: HashMap<usize, u64>,
}

impl Waiting {
    fn take(&mut self, number: u64) -> Option<(Py<PyAny>, AbortHandle)> {
        let call = self.calls.remove(&number)?;
        self.numbers.remove(&(call.0.as_ptr() as usize));
        Some(call)
    }
}

/// The part that the runtime's thread uses.
struct Outcomes {
    queue: Mutex<Vec<(u64, Finish)>>,
    wake: UnixStream,
}

/// An outcome that must be delivered, because a future waits for it: if the work panics, an error is delivered.
struct PendingOutcome {
    outcomes: Arc<Outcomes>,
    number: u64,
    finish: Option<Finish>,
}

impl PendingOutcome {
    fn deliver(mut self, finish: Finish) {
        self.finish = Some(finish);
    }
}

impl Drop for PendingOutcome {
    fn drop(&mut self) {
        let panicked = || -> Finish {
            let error = Error::internal("the call panicked; the log has the details");
            Box::new(move |py| Err(errors::raise(py, &error, None)))
        };
        self.outcomes.push(self.number, self.finish.take().unwrap_or_else(panicked));
    }
}

impl Outcomes {
    fn push(&self, number: u64, finish: Finish) {
        let mut queue = lock(&self.queue);
        queue.push((number, finish));
        if queue.len() == 1 {
            // An error can be ignored: the socket is full, then the loop wakes up anyway, or the loop is closed.
            let _ = (&self.wake).write(&[1]);
        }
    }
}

/// Runs `work` in the background and returns a future of the running loop. `work` returns a closure, which creates the
/// future's result on the loop's thread.
pub(crate) fn start<'py, F>(
    py: Python<'py>,
    connections: &Arc<Connections>,
    work: impl Future<Output = F> + Send + 'static,
) -> PyResult<Bound<'py, PyAny>>
where
    F: FnOnce(Python<'_>) -> PyResult<Py<PyAny>> + Send + 'static,
{
    let bridge = bridge(py, connections)?;
    let bridge = bridge.get();
    let future = bridge.create_future.bind(py).call0()?;
    let mut work = Box::pin(work);
    // The first step runs on this thread, so that the statement is sent without waiting for another thread.
    if let Poll::Ready(finish) = py.detach(|| connections.poll(work.as_mut())) {
        complete(py, &future, finish(py))?;
        return Ok(future);
    }
    let mut waiting = lock(&bridge.waiting);
    waiting.last += 1;
    let number = waiting.last;
    let pending = PendingOutcome { outcomes: Arc::clone(&bridge.outcomes), number, finish: None };
    let task = connections.spawn(async move { pending.deliver(Box::new(work.await)) })?;
    // The task cannot be completed before it is inserted, because only this thread completes it.
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

/// Returns the bridge to the running loop.
fn bridge<'py>(py: Python<'py>, connections: &Connections) -> PyResult<Bound<'py, Bridge>> {
    static RUNNING: PyOnceLock<Py<PyAny>> = PyOnceLock::new();
    let running =
        RUNNING.get_or_try_init(py, || py.import("asyncio")?.getattr("get_running_loop").map(Bound::unbind))?;
    let loop_ = running.bind(py).call0()?;
    let known = |bridge: &&Py<Bridge>| bridge.get().loop_.bind(py).is(&loop_);
    if let Some(bridge) = lock(&connections.bridges).iter().find(known) {
        return Ok(bridge.bind(py).clone());
    }
    let (reader, writer) = UnixStream::pair()?;
    reader.set_nonblocking(true)?;
    writer.set_nonblocking(true)?;
    let bridge = Bridge {
        create_future: loop_.getattr("create_future")?.unbind(),
        loop_: loop_.clone().unbind(),
        wake: reader,
        outcomes: Arc::new(Outcomes { queue: Mutex::default(), wake: writer }),
        waiting: Mutex::default(),
    };
    let bridge = Bound::new(py, bridge)?;
    loop_.call_method1("add_reader", (bridge.get().wake.as_raw_fd(), bridge.getattr("drain")?))?;
    let closed = |bridge: &Py<Bridge>| bridge.get().loop_.bind(py).call_method0("is_closed")?.is_truthy();
    let others: Vec<Py<Bridge>> = lock(&connections.bridges).iter().map(|bridge| bridge.clone_ref(py)).collect();
    let mut kept = vec![bridge.clone().unbind()];
    for other in others {
        if !closed(&other)? {
            kept.push(other);
        }
    }
    // The closed bridges are dropped after the lock is released, because that may run Python code.
    let removed = std::mem::replace(&mut *lock(&connections.bridges), kept);
    drop(removed);
    Ok(bridge)
}

#[pymethods]
impl Bridge {
    /// Completes the futures whose outcomes are in the queue; the loop calls this.
    fn drain(&self, py: Python<'_>) -> PyResult<()> {
        let mut bytes = [0; 64];
        let outcomes = loop {
            match (&self.wake).read(&mut bytes) {
                Ok(n) if n == bytes.len() => {}
                Err(error) if error.kind() == ErrorKind::Interrupted => {}
                _ => break std::mem::take(&mut *lock(&self.outcomes.queue)),
            }
        };
        let mut first = Ok(());
        for (number, finish) in outcomes {
            // None if the call was abandoned.
            let taken = lock(&self.waiting).take(number);
            let Some((future, _)) = taken else { continue };
            let future = future.bind(py);
            let completed = future
                .call_method0(interned(py, "done"))
                .and_then(|done| done.is_truthy())
                .and_then(|done| if done { Ok(()) } else { complete(py, future, finish(py)) });
            // An error of one call must not keep the others from being completed.
            first = first.and(completed);
        }
        first
    }
}

/// Abandons the call of a future if it is still running; its statement is stopped on the server.
pub(crate) fn abandon(connections: &Connections, future: &Bound<'_, PyAny>) {
    let mut dropped = Vec::new();
    for bridge in lock(&connections.bridges).iter() {
        let mut waiting = lock(&bridge.get().waiting);
        if let Some(number) = waiting.numbers.get(&(future.as_ptr() as usize)).copied() {
            dropped.extend(waiting.take(number));
        }
    }
    for (_, task) in dropped {
        task.abort();
    }
}

/// Disconnects from the running loop.
pub(crate) fn leave(py: Python<'_>, connections: &Connections) -> PyResult<()> {
    let bridge = bridge(py, connections)?;
    let reader = bridge.get().wake.as_raw_fd();
    bridge.get().loop_.bind(py).call_method1("remove_reader", (reader,))?;
    lock(&connections.bridges).retain(|other| !other.bind(py).is(&bridge));
    Ok(())
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
