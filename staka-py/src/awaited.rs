//! Awaited calls: each has a future of asyncio, which is completed on its own event loop.

use std::future::Future;
use std::os::fd::AsRawFd;
use std::os::unix::net::UnixStream;
use std::sync::{Arc, Mutex};
use std::task::Poll;

use pyo3::prelude::*;
use pyo3::sync::PyOnceLock;

use crate::bridge::{Bridge, Outcomes, PendingOutcome, complete, lock};
use crate::connections::Connections;

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
