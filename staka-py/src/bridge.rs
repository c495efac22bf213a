//! The way of outcomes from the runtime's thread to an event loop of asyncio.
//!
//! The runtime's thread never takes the interpreter's lock. It puts outcomes into a queue and writes a byte to a socket
//! that the loop watches. The loop wakes up once for all outcomes in the queue and creates the Python objects itself.

use std::collections::HashMap;
use std::io::{ErrorKind, Read, Write};
use std::os::unix::net::UnixStream;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use pyo3::prelude::*;
use staka_core::Error;
use tokio::task::AbortHandle;

use crate::errors;
use crate::plan::interned;

/// Creates the Python object of an outcome, or its exception.
pub(crate) type Finish = Box<dyn FnOnce(Python<'_>) -> PyResult<Py<PyAny>> + Send>;

/// The connection from the runtime's thread to one event loop.
#[pyclass(frozen, module = "staka._staka")]
pub(crate) struct Bridge {
    pub(crate) create_future: Py<PyAny>,
    pub(crate) loop_: Py<PyAny>,
    pub(crate) wake: UnixStream,
    pub(crate) outcomes: Arc<Outcomes>,
    pub(crate) waiting: Mutex<Waiting>,
}

/// The running calls by number. An address of a future may be reused after the call has ended; a number is not.
#[derive(Default)]
pub(crate) struct Waiting {
    pub(crate) last: u64,
    pub(crate) calls: HashMap<u64, (Py<PyAny>, AbortHandle)>,
    /// The numbers by the addresses of their futures, which stay valid because `calls` keeps the futures.
    pub(crate) numbers: HashMap<usize, u64>,
}

impl Waiting {
    pub(crate) fn take(&mut self, number: u64) -> Option<(Py<PyAny>, AbortHandle)> {
        let call = self.calls.remove(&number)?;
        self.numbers.remove(&(call.0.as_ptr() as usize));
        Some(call)
    }
}

/// The part that the runtime's thread uses.
pub(crate) struct Outcomes {
    pub(crate) queue: Mutex<Vec<(u64, Finish)>>,
    pub(crate) wake: UnixStream,
}

/// An outcome that must be delivered, because a future waits for it: if the work panics, an error is delivered.
pub(crate) struct PendingOutcome {
    pub(crate) outcomes: Arc<Outcomes>,
    pub(crate) number: u64,
    pub(crate) finish: Option<Finish>,
}

impl PendingOutcome {
    pub(crate) fn deliver(mut self, finish: Finish) {
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

/// Completes a future with its outcome.
pub(crate) fn complete(py: Python<'_>, future: &Bound<'_, PyAny>, outcome: PyResult<Py<PyAny>>) -> PyResult<()> {
    match outcome {
        Ok(value) => future.call_method1(interned(py, "set_result"), (value,))?,
        Err(error) => future.call_method1(interned(py, "set_exception"), (error.into_value(py),))?,
    };
    Ok(())
}

/// Locks a mutex, whether or not a thread panicked while it held it.
pub(crate) fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
