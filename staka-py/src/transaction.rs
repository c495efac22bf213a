//! Transactions: their operations, commit and rollback.

use std::sync::{Arc, Mutex, PoisonError};

use pyo3::prelude::*;
use staka_core::{Error, ErrorKind, Operations, Tx};

use crate::awaited;
use crate::connections::Connections;
use crate::errors::{self, raised};
use crate::fork::ProcessOwned;
use crate::session::Session;

/// A transaction, which is rolled back unless it is committed.
#[pyclass(frozen, module = "staka._staka")]
pub(crate) struct Transaction {
    connections: ProcessOwned<Arc<Connections>>,
    tx: Mutex<ProcessOwned<Tx>>,
}

impl Transaction {
    pub(crate) fn new(connections: &Arc<Connections>, tx: Tx) -> Self {
        Self { connections: ProcessOwned::new(Arc::clone(connections)), tx: Mutex::new(ProcessOwned::new(tx)) }
    }

    fn parts(&self, py: Python<'_>) -> PyResult<(Arc<Connections>, Tx)> {
        let tx = self.tx.lock().unwrap_or_else(PoisonError::into_inner).take();
        match (self.connections.get(), tx) {
            (Some(connections), Some(tx)) => Ok((Arc::clone(connections), tx)),
            (Some(_), None) => Err(conflict(py, "the transaction has already ended")),
            (None, _) => Err(conflict(py, "the transaction belongs to the process that began it")),
        }
    }
}

fn conflict(py: Python<'_>, problem: &'static str) -> PyErr {
    errors::raise(py, &Error::new(ErrorKind::Conflict, problem), None)
}

#[pymethods]
impl Transaction {
    /// Returns the session of the transaction's operations.
    fn session(&self, py: Python<'_>) -> PyResult<Session> {
        let tx = self.tx.lock().unwrap_or_else(PoisonError::into_inner);
        match (self.connections.get(), tx.get()) {
            (Some(connections), Some(tx)) => Ok(Session::within(Arc::clone(connections), Operations::clone(tx))),
            _ => Err(conflict(py, "the transaction has already ended")),
        }
    }

    /// Commits the transaction or rolls it back.
    fn end(&self, py: Python<'_>, commit: bool) -> PyResult<()> {
        let (connections, tx) = self.parts(py)?;
        raised(py, connections.run(py, finish(tx, commit))?)
    }

    /// Commits the transaction or rolls it back; returns a future of the running loop.
    fn end_awaited<'py>(&self, py: Python<'py>, commit: bool) -> PyResult<Bound<'py, PyAny>> {
        let (connections, tx) = self.parts(py)?;
        awaited::start(py, &connections, async move {
            let outcome = finish(tx, commit).await;
            move |py: Python<'_>| raised(py, outcome).map(|()| py.None())
        })
    }
}

impl Drop for Transaction {
    /// Rolls a dropped transaction back at once, on the thread that drives the runtime.
    fn drop(&mut self) {
        if let Some(connections) = self.connections.get().map(Arc::clone)
            && let Ok(tx) = self.tx.get_mut()
        {
            drop(tx.take());
            connections.clean_up();
        }
    }
}

async fn finish(tx: Tx, commit: bool) -> staka_core::Result<()> {
    if commit { tx.commit().await } else { tx.rollback().await }
}
