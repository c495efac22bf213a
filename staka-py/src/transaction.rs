//! A transaction: its operations, and its end.

use std::sync::{Arc, Mutex, PoisonError};

use pyo3::prelude::*;
use staka_core::{Error, ErrorKind, Tx};

use crate::awaited;
use crate::errors::{self, raised};
use crate::fork::Own;
use crate::live::Live;
use crate::session::Session;

/// A transaction, rolled back unless it is committed.
#[pyclass(frozen, module = "staka._staka")]
pub(crate) struct Transaction {
    live: Own<Arc<Live>>,
    tx: Mutex<Own<Tx>>,
}

impl Transaction {
    pub(crate) fn new(live: &Arc<Live>, tx: Tx) -> Self {
        Self { live: Own::new(Arc::clone(live)), tx: Mutex::new(Own::new(tx)) }
    }

    fn parts(&self, py: Python<'_>) -> PyResult<(Arc<Live>, Tx)> {
        let tx = self.tx.lock().unwrap_or_else(PoisonError::into_inner).take();
        match (self.live.get(), tx) {
            (Some(live), Some(tx)) => Ok((Arc::clone(live), tx)),
            (Some(_), None) => Err(conflict(py, "the transaction is over")),
            (None, _) => Err(conflict(py, "the transaction belongs to the process that began it")),
        }
    }
}

fn conflict(py: Python<'_>, problem: &'static str) -> PyErr {
    errors::raise(py, &Error::new(ErrorKind::Conflict, problem), None)
}

#[pymethods]
impl Transaction {
    /// Its operations.
    fn session(&self, py: Python<'_>) -> PyResult<Session> {
        let tx = self.tx.lock().unwrap_or_else(PoisonError::into_inner);
        match (self.live.get(), tx.get()) {
            (Some(live), Some(tx)) => Ok(Session::within(Arc::clone(live), (**tx).clone())),
            _ => Err(conflict(py, "the transaction is over")),
        }
    }

    /// Keeps what was done, or undoes it.
    fn end(&self, py: Python<'_>, commit: bool) -> PyResult<()> {
        let (live, tx) = self.parts(py)?;
        raised(py, live.run(py, ended(tx, commit))?)
    }

    /// The same as a future of the running loop.
    fn end_awaited<'py>(&self, py: Python<'py>, commit: bool) -> PyResult<Bound<'py, PyAny>> {
        let (live, tx) = self.parts(py)?;
        awaited::start(py, &live, async move {
            let outcome = ended(tx, commit).await;
            move |py: Python<'_>| raised(py, outcome).map(|()| py.None())
        })
    }
}

impl Drop for Transaction {
    /// A dropped transaction is rolled back at once, by whoever drives the runtime.
    fn drop(&mut self) {
        if let Some(live) = self.live.get().map(Arc::clone)
            && let Ok(tx) = self.tx.get_mut()
        {
            drop(tx.take());
            live.tidy();
        }
    }
}

async fn ended(tx: Tx, commit: bool) -> staka_core::Result<()> {
    if commit { tx.commit().await } else { tx.rollback().await }
}
