//! The handle: where it leads, and what it has open in this process.

use std::path::PathBuf;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use pyo3::prelude::*;
use pyo3::types::PyDateTime;
use staka_core::{Actor, Ctx, Error, ErrorKind, Timestamp};
use staka_embed::{Caller, LocalOptions, Options};

use crate::arguments::instant;
use crate::awaited;
use crate::errors::{self, raised};
use crate::fork::Own;
use crate::live::{Live, Target};
use crate::session::Session;

/// A handle. In a forked child it opens connections of its own.
#[pyclass(frozen, module = "staka._staka")]
pub(crate) struct Handle {
    target: Target,
    /// Locked for moments, by threads that hold the interpreter: a fork never finds it locked.
    state: Mutex<State>,
}

struct State {
    live: Own<Arc<Live>>,
    closed: bool,
}

impl Handle {
    fn new(target: Target, live: Arc<Live>) -> Self {
        Self { target, state: Mutex::new(State { live: Own::new(live), closed: false }) }
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// What this process has open. A child that has nothing yet connects with its first call.
    pub(crate) fn live(&self, py: Python<'_>) -> PyResult<Arc<Live>> {
        let mut state = self.state();
        if let Some(live) = state.live.get() {
            return Ok(Arc::clone(live));
        }
        if state.closed {
            return Err(errors::raise(py, &Error::new(ErrorKind::Unavailable, "the handle is closed"), None));
        }
        let live = Live::new(Some(self.target.clone()))?;
        state.live = Own::new(Arc::clone(&live));
        Ok(live)
    }

    fn leave(&self) -> Option<Arc<Live>> {
        let mut state = self.state();
        state.closed = true;
        state.live.get().map(Arc::clone)
    }
}

#[pymethods]
impl Handle {
    /// Where the database is.
    #[getter]
    fn url(&self) -> &str {
        &self.target.url
    }

    /// Connects on this thread.
    fn connect(&self, py: Python<'_>) -> PyResult<()> {
        let live = self.live(py)?;
        raised(py, live.run(py, async { live.staka().await.map(drop) })?)
    }

    /// Connects; gives a future of the running loop.
    fn connect_awaited<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
        let live = self.live(py)?;
        awaited::start(py, &Arc::clone(&live), async move {
            let outcome = live.staka().await.map(drop);
            move |py: Python<'_>| raised(py, outcome).map(|()| py.None())
        })
    }

    /// Operations for the program itself.
    fn system(slf: Bound<'_, Self>) -> Session {
        Session::of(slf.unbind(), Ctx::new(Actor::System))
    }

    /// Operations for somebody, or for nobody.
    #[pyo3(signature = (id, role, ip, user_agent, request_id))]
    fn caller(
        slf: &Bound<'_, Self>,
        id: Option<String>,
        role: Option<String>,
        ip: Option<String>,
        user_agent: Option<String>,
        request_id: Option<String>,
    ) -> PyResult<Session> {
        let ctx = Caller { id, role, ip, user_agent, request_id }.into_ctx();
        Ok(Session::of(slf.clone().unbind(), raised(slf.py(), ctx)?))
    }

    /// Waits for what is under way, then takes leave of the server.
    fn close(&self, py: Python<'_>) -> PyResult<()> {
        match self.leave() {
            Some(live) => raised(py, live.run(py, live.close())?),
            None => Ok(()),
        }
    }

    /// The same as a future of the running loop.
    fn close_awaited<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
        let live = match self.leave() {
            Some(live) => live,
            // Nothing of this process is open.
            None => Live::new(None)?,
        };
        awaited::start(py, &Arc::clone(&live), async move {
            let outcome = live.close().await;
            move |py: Python<'_>| raised(py, outcome).map(|()| py.None())
        })
    }

    /// Leaves the running loop.
    fn leave_loop(&self, py: Python<'_>) -> PyResult<()> {
        match self.state().live.get().map(Arc::clone) {
            Some(live) => awaited::leave(py, &live),
            None => Ok(()),
        }
    }

    /// Gives up what a future stands for.
    fn abandon(&self, future: &Bound<'_, PyAny>) {
        let live = self.state().live.get().map(Arc::clone);
        if let Some(live) = live {
            awaited::abandon(&live, future);
        }
    }
}

/// A handle that is not connected yet.
#[pyfunction]
#[pyo3(signature = (url, now))]
pub(crate) fn open(py: Python<'_>, url: String, now: Option<Bound<'_, PyDateTime>>) -> PyResult<Handle> {
    let target = Target { url, options: Options { now: moment(py, now)? } };
    Ok(Handle::new(target.clone(), Live::new(Some(target))?))
}

/// A handle on a private server, which stops with it.
#[pyfunction]
#[pyo3(signature = (engine, scale, data_dir, now))]
pub(crate) fn local(
    py: Python<'_>,
    engine: Option<String>,
    scale: Option<String>,
    data_dir: Option<PathBuf>,
    now: Option<Bound<'_, PyDateTime>>,
) -> PyResult<Handle> {
    let options = LocalOptions { engine, scale, data_dir, now: moment(py, now)? };
    let live = Live::new(None)?;
    let target = raised(py, live.start(py, options)?)?;
    Ok(Handle::new(target, live))
}

fn moment(py: Python<'_>, now: Option<Bound<'_, PyDateTime>>) -> PyResult<Option<Timestamp>> {
    let Some(now) = now else { return Ok(None) };
    let text = instant(&now)?.map_err(|problem| Error::invalid("now", problem));
    raised(py, text.and_then(|text| text.parse::<Timestamp>()).map(Some))
}
