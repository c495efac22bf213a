//! Where a handle and its sessions get their connections. A forked child opens its own.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use pyo3::prelude::*;
use staka_core::{Error, ErrorKind};

use crate::connections::{Connections, Target};
use crate::errors;
use crate::fork::ProcessOwned;

/// The database of a handle, and the connections to it in this process.
pub(crate) struct ConnectionSource {
    target: Target,
    /// Locked only for a short time, by threads that hold the interpreter's lock, so it is never locked during a fork.
    state: Mutex<State>,
}

struct State {
    connections: ProcessOwned<Arc<Connections>>,
    closed: bool,
}

impl ConnectionSource {
    pub(crate) fn new(target: Target, connections: Arc<Connections>) -> Self {
        Self { target, state: Mutex::new(State { connections: ProcessOwned::new(connections), closed: false }) }
    }

    pub(crate) fn url(&self) -> &str {
        &self.target.url
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

    /// Returns the connections if this process has opened some.
    pub(crate) fn opened(&self) -> Option<Arc<Connections>> {
        self.state().connections.get().map(Arc::clone)
    }

    /// Lets no process open connections any more, and returns those of this process, which the caller closes.
    pub(crate) fn close(&self) -> Option<Arc<Connections>> {
        let mut state = self.state();
        state.closed = true;
        state.connections.get().map(Arc::clone)
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
