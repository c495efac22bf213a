//! Handles: the database of a handle, and its connections in this process.

use std::path::PathBuf;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use pyo3::prelude::*;
use pyo3::types::PyDateTime;
use staka_core::{Actor, Caller, Error, ErrorKind, Timestamp};
use staka_embed::{CallerInput, LocalOptions, Options};

use crate::arguments::iso_text;
use crate::awaited;
use crate::connections::{Connections, Target};
use crate::errors::{self, raised};
use crate::fork::ProcessOwned;
use crate::session::Session;

/// A handle. In a forked child it opens its own connections.
#[pyclass(frozen, module = "staka._staka")]
pub(crate) struct Handle {
    target: Target,
    /// Locked only for a short time, by threads that hold the interpreter's lock, so it is never locked during a fork.
    state: Mutex<State>,
}

struct State {
    connections: ProcessOwned<Arc<Connections>>,
    closed: bool,
}

impl Handle {
    fn new(target: Target, connections: Arc<Connections>) -> Self {
        Self { target, state: Mutex::new(State { connections: ProcessOwned::new(connections), closed: false }) }
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Returns the connections of this process. A forked child connects with its first call.
    pub(crate) fn connections(&self, py: Python<'_>) -> PyResult<Arc<Connections>> {
        let mut state = self.state();
        if let Some(connections) = state.connections.get() {
            return Ok(Arc::clone(connections));
        }
        if state.closed {
            return Err(errors::raise(py, &Error::new(ErrorKind::Unavailable, "the handle is closed"), None));
        }
        let connections = Connections::new(Some(self.target.clone()))?;
        state.connections = ProcessOwned::new(Arc::clone(&connections));
        Ok(connections)
    }

    fn mark_closed(&self) -> Option<Arc<Connections>> {
        let mut state = self.state();
        state.closed = true;
        state.connections.get().map(Arc::clone)
    }
}

#[pymethods]
impl Handle {
    /// The URL of the database.
    #[getter]
    fn url(&self) -> &str {
        &self.target.url
    }

    /// Connects on this thread.
    fn connect(&self, py: Python<'_>) -> PyResult<()> {
        let connections = self.connections(py)?;
        raised(py, connections.run(py, async { connections.staka().await.map(drop) })?)
    }

    /// Connects; returns a future of the running loop.
    fn connect_awaited<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
        let connections = self.connections(py)?;
        awaited::start(py, &Arc::clone(&connections), async move {
            let outcome = connections.staka().await.map(drop);
            move |py: Python<'_>| raised(py, outcome).map(|()| py.None())
        })
    }

    /// Returns the operations of the system.
    fn system(slf: Bound<'_, Self>) -> Session {
        Session::of(slf.unbind(), Caller::new(Actor::System))
    }

    /// Returns the operations of a user or of an anonymous caller.
    #[pyo3(signature = (id, role, ip, user_agent, request_id))]
    fn caller(
        slf: &Bound<'_, Self>,
        id: Option<String>,
        role: Option<String>,
        ip: Option<String>,
        user_agent: Option<String>,
        request_id: Option<String>,
    ) -> PyResult<Session> {
        let caller = CallerInput { id, role, ip, user_agent, request_id }.into_caller();
        Ok(Session::of(slf.clone().unbind(), raised(slf.py(), caller)?))
    }

    /// Waits for running calls and closes the connections.
    fn close(&self, py: Python<'_>) -> PyResult<()> {
        match self.mark_closed() {
            Some(connections) => raised(py, connections.run(py, connections.close())?),
            None => Ok(()),
        }
    }

    /// Closes the handle like [`Handle::close`]; returns a future of the running loop.
    fn close_awaited<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
        let connections = match self.mark_closed() {
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
        match self.state().connections.get().map(Arc::clone) {
            Some(connections) => awaited::leave(py, &connections),
            None => Ok(()),
        }
    }

    /// Abandons the call of a future.
    fn abandon(&self, future: &Bound<'_, PyAny>) {
        let connections = self.state().connections.get().map(Arc::clone);
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
    Ok(Handle::new(target.clone(), Connections::new(Some(target))?))
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
    Ok(Handle::new(target, connections))
}

fn timestamp(py: Python<'_>, now: Option<Bound<'_, PyDateTime>>) -> PyResult<Option<Timestamp>> {
    let Some(now) = now else { return Ok(None) };
    let text = iso_text(&now)?.map_err(|problem| Error::invalid("now", problem));
    raised(py, text.and_then(|text| text.parse::<Timestamp>()).map(Some))
}
