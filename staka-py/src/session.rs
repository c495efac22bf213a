//! The operations of one caller and the transactions they can run in, called or awaited.

use std::sync::{Arc, Mutex, PoisonError};

use pyo3::prelude::*;
use pyo3::types::PyTuple;
use staka_core::{Caller, Error, ErrorKind, Operations, Result, Tx};
use staka_embed::Scope;
use tokio::sync::OnceCell;

use crate::answer::Answer;
use crate::connections::Connections;
use crate::errors::{self, raised};
use crate::fork::ProcessOwned;
use crate::kept::Keep;
use crate::plan::{self, Plan};
use crate::source::ConnectionSource;
use crate::table::{Page, Table};
use crate::{arguments, awaited, plans};

/// The operations of one caller, on a handle or within a transaction.
#[pyclass(frozen, module = "staka._staka")]
pub(crate) struct Session {
    /// None within a transaction, whose connection belongs to one process.
    source: Option<(Arc<ConnectionSource>, Caller)>,
    /// Locked only for a short time, by threads that hold the interpreter's lock, so it is never locked during a fork.
    state: Mutex<Option<ProcessOwned<Arc<SessionState>>>>,
}

/// The part of a session that belongs to one process.
pub(crate) struct SessionState {
    pub(crate) connections: Arc<Connections>,
    caller: Option<Caller>,
    scope: OnceCell<Scope>,
}

impl SessionState {
    async fn scope(&self) -> Result<&Scope> {
        if let Some(scope) = self.scope.get() {
            return Ok(scope);
        }
        let staka = self.connections.staka().await?;
        let caller = self.caller.clone().ok_or_else(|| Error::internal("a transaction always has its session"))?;
        Ok(self.scope.get_or_init(async || Scope::Pool(staka.as_caller(caller))).await)
    }

    pub(crate) async fn call(&self, plan: &Plan, arguments: &str) -> Result<Box<dyn Answer>> {
        plan.operation.call_into(self.scope().await?, arguments, Keep).await
    }
}

impl Session {
    /// Creates a session of a handle.
    pub(crate) fn of(source: Arc<ConnectionSource>, caller: Caller) -> Self {
        Self { source: Some((source, caller)), state: Mutex::default() }
    }

    /// Creates the session of a transaction.
    pub(crate) fn within(connections: Arc<Connections>, operations: Operations) -> Self {
        let scope = OnceCell::from(Scope::Transaction(operations));
        let state = SessionState { connections, caller: None, scope };
        Self { source: None, state: Mutex::new(Some(ProcessOwned::new(Arc::new(state)))) }
    }

    /// Returns the part of the session that belongs to this process.
    pub(crate) fn state(&self, py: Python<'_>) -> PyResult<Arc<SessionState>> {
        let mut state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(state) = state.as_ref().and_then(ProcessOwned::get) {
            return Ok(Arc::clone(state));
        }
        let Some((source, caller)) = &self.source else {
            let error = Error::new(ErrorKind::Conflict, "the transaction belongs to the process that began it");
            return Err(errors::raise(py, &error, None));
        };
        let connections = source.connections(py)?;
        let new = Arc::new(SessionState { connections, caller: Some(caller.clone()), scope: OnceCell::new() });
        *state = Some(ProcessOwned::new(Arc::clone(&new)));
        Ok(new)
    }
}

#[pymethods]
impl Session {
    /// Calls an operation and waits for its result without the interpreter's lock.
    #[pyo3(signature = (operation, *arguments))]
    fn call<'py>(
        &self,
        py: Python<'py>,
        operation: &str,
        arguments: &Bound<'py, PyTuple>,
    ) -> PyResult<Bound<'py, PyAny>> {
        let plan = plans::find(py, operation)?;
        let json = arguments::write(py, plan, arguments)?;
        let state = self.state(py)?;
        match state.connections.run(py, state.call(plan, &json))? {
            Ok(answer) => to_python(py, plan, answer),
            Err(error) => Err(errors::raise(py, &error, Some(plan))),
        }
    }

    /// Starts an operation; returns a future of the running loop.
    #[pyo3(signature = (operation, *arguments))]
    fn start<'py>(
        &self,
        py: Python<'py>,
        operation: &str,
        arguments: &Bound<'py, PyTuple>,
    ) -> PyResult<Bound<'py, PyAny>> {
        let plan = plans::find(py, operation)?;
        let json = arguments::write(py, plan, arguments)?;
        let state = self.state(py)?;
        awaited::start(py, &Arc::clone(&state.connections), async move {
            let answer = state.call(plan, &json).await;
            move |py: Python<'_>| match answer {
                Ok(answer) => to_python(py, plan, answer).map(Bound::unbind),
                Err(error) => Err(errors::raise(py, &error, Some(plan))),
            }
        })
    }

    /// Abandons the call of a future.
    fn abandon(&self, py: Python<'_>, future: &Bound<'_, PyAny>) -> PyResult<()> {
        awaited::abandon(&self.state(py)?.connections, future);
        Ok(())
    }

    /// Begins a transaction.
    fn begin(&self, py: Python<'_>) -> PyResult<Transaction> {
        let state = self.state(py)?;
        let tx = state.connections.run(py, async { state.scope().await?.begin().await })?;
        Ok(Transaction::new(&state.connections, raised(py, tx)?))
    }

    /// Begins a transaction; returns a future of the running loop.
    fn begin_awaited<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
        let state = self.state(py)?;
        let connections = Arc::clone(&state.connections);
        awaited::start(py, &Arc::clone(&connections), async move {
            let tx = async { state.scope().await?.begin().await }.await;
            move |py: Python<'_>| Ok(Py::new(py, Transaction::new(&connections, raised(py, tx)?))?.into_any())
        })
    }
}

/// Converts a result to its Python object.
fn to_python<'py>(py: Python<'py>, plan: &Plan, answer: Box<dyn Answer>) -> PyResult<Bound<'py, PyAny>> {
    match &plan.answer {
        plan::Answer::Value(plan) => answer.to_python(py, plan),
        plan::Answer::Table(row) => Ok(Bound::new(py, Table::new(answer, row)?)?.into_any()),
        plan::Answer::Page(row) => Ok(Bound::new(py, Page::new(py, answer, row)?)?.into_any()),
    }
}

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

async fn finish(tx: Tx, commit: bool) -> Result<()> {
    if commit { tx.commit().await } else { tx.rollback().await }
}
