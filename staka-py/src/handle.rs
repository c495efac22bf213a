//! Handles: opening, closing, and the sessions of their callers.

use std::path::PathBuf;
use std::sync::Arc;

use pyo3::prelude::*;
use pyo3::types::PyDateTime;
use staka_core::{Actor, Caller, Error, Timestamp};
use staka_embed::{CallerInput, LocalOptions, Options};

use crate::arguments::iso_text;
use crate::awaited;
use crate::connections::{Connections, Target};
use crate::errors::raised;
use crate::session::Session;
use crate::source::ConnectionSource;

/// A handle on a database.
#[pyclass(frozen, module = "staka._staka")]
pub(crate) struct Handle {
    source: Arc<ConnectionSource>,
}

#[pymethods]
impl Handle {
    /// The URL of the database.
    #[getter]
    fn url(&self) -> &str {
        self.source.url()
    }

    /// Connects on this thread.
    fn connect(&self, py: Python<'_>) -> PyResult<()> {
        let connections = self.source.connections(py)?;
        raised(py, connections.run(py, async { connections.staka().await.map(drop) })?)
    }

    /// Connects; returns a future of the running loop.
    fn connect_awaited<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
        let connections = self.source.connections(py)?;
        awaited::start(py, &Arc::clone(&connections), async move {
            let outcome = connections.staka().await.map(drop);
            move |py: Python<'_>| raised(py, outcome).map(|()| py.None())
        })
    }

    /// Returns the operations of the system.
    fn system(&self) -> Session {
        Session::of(Arc::clone(&self.source), Caller::new(Actor::System))
    }

    /// Returns the operations of a user or of an anonymous caller.
    #[pyo3(signature = (id, role, ip, user_agent, request_id))]
    fn caller(
        &self,
        py: Python<'_>,
        id: Option<String>,
        role: Option<String>,
        ip: Option<String>,
        user_agent: Option<String>,
        request_id: Option<String>,
    ) -> PyResult<Session> {
        let caller = CallerInput { id, role, ip, user_agent, request_id }.into_caller();
        Ok(Session::of(Arc::clone(&self.source), raised(py, caller)?))
    }

    /// Waits for running calls and closes the connections.
    fn close(&self, py: Python<'_>) -> PyResult<()> {
        match self.source.close() {
            Some(connections) => raised(py, connections.run(py, connections.close())?),
            None => Ok(()),
        }
    }

    /// Closes the handle like [`Handle::close`]; returns a future of the running loop.
    fn close_awaited<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
        let connections = match self.source.close() {
            Some(connections) => connections,
            // This process has no connections.
            None => Connections::new(None)?,
        };
        awaited::start(py, &Arc::clone(&connections), async move {
            let outcome = connections.close().await;
            move |py: Python<'_>| raised(py, outcome).map(|()| py.None())
        })
    }

    /// Disconnects from the running loop.
    fn leave_loop(&self, py: Python<'_>) -> PyResult<()> {
        match self.source.opened() {
            Some(connections) => awaited::leave(py, &connections),
            None => Ok(()),
        }
    }

    /// Abandons the call of a future.
    fn abandon(&self, future: &Bound<'_, PyAny>) {
        let connections = self.source.opened();
        if let Some(connections) = connections {
            awaited::abandon(&connections, future);
        }
    }
}

/// Returns a handle that is not connected yet.
#[pyfunction]
#[pyo3(signature = (url, now))]
pub(crate) fn open(py: Python<'_>, url: String, now: Option<Bound<'_, PyDateTime>>) -> PyResult<Handle> {
    let target = Target { url, options: Options { now: timestamp(py, now)? } };
    let connections = Connections::new(Some(target.clone()))?;
    Ok(Handle { source: Arc::new(ConnectionSource::new(target, connections)) })
}

/// Starts a private server and returns a handle; the server stops with it.
#[pyfunction]
#[pyo3(signature = (engine, scale, data_dir, now))]
pub(crate) fn local(
    py: Python<'_>,
    engine: Option<String>,
    scale: Option<String>,
    data_dir: Option<PathBuf>,
    now: Option<Bound<'_, PyDateTime>>,
) -> PyResult<Handle> {
    let options = LocalOptions { engine, scale, data_dir, now: timestamp(py, now)? };
    let connections = Connections::new(None)?;
    let target = raised(py, connections.start(py, options)?)?;
    Ok(Handle { source: Arc::new(ConnectionSource::new(target, connections)) })
}

fn timestamp(py: Python<'_>, now: Option<Bound<'_, PyDateTime>>) -> PyResult<Option<Timestamp>> {
    let Some(now) = now else { return Ok(None) };
    let text = iso_text(&now)?.map_err(|problem| Error::invalid("now", problem));
    raised(py, text.and_then(|text| text.parse::<Timestamp>()).map(Some))
}
