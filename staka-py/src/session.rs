//! The operations for one caller, by name; called or awaited.

use std::sync::{Arc, Mutex, PoisonError};

use pyo3::prelude::*;
use pyo3::types::PyTuple;
use staka_core::{Ctx, Error, ErrorKind, Result};
use tokio::sync::OnceCell;

use crate::answer::{Answer, Keep};
use crate::errors::{self, raised};
use crate::fork::Own;
use crate::handle::Handle;
use crate::live::Live;
use crate::plan::{self, Plan};
use crate::table::{Listing, Table};
use crate::transaction::Transaction;
use crate::{arguments, awaited};

/// Operations for one caller, on a handle or within a transaction.
#[pyclass(frozen, module = "staka._staka")]
pub(crate) struct Session {
    /// None within a transaction, whose connection lives in one process alone.
    source: Option<(Py<Handle>, Ctx)>,
    /// Locked for moments, by threads that hold the interpreter: a fork never finds it locked.
    line: Mutex<Option<Own<Arc<Line>>>>,
}

/// What a session has in this process.
pub(crate) struct Line {
    pub(crate) live: Arc<Live>,
    ctx: Option<Ctx>,
    session: OnceCell<staka_core::Session>,
}

impl Line {
    async fn session(&self) -> Result<&staka_core::Session> {
        if let Some(session) = self.session.get() {
            return Ok(session);
        }
        let staka = self.live.staka().await?;
        let ctx = self.ctx.clone().ok_or_else(|| Error::internal("a transaction has its session"))?;
        Ok(self.session.get_or_init(async || staka.as_actor(ctx)).await)
    }

    pub(crate) async fn call(&self, plan: &Plan, arguments: &str) -> Result<Box<dyn Answer>> {
        plan.operation.call_into(self.session().await?, arguments, Keep).await
    }
}

impl Session {
    /// The operations of a handle.
    pub(crate) fn of(handle: Py<Handle>, ctx: Ctx) -> Self {
        Self { source: Some((handle, ctx)), line: Mutex::default() }
    }

    /// The operations of a transaction.
    pub(crate) fn within(live: Arc<Live>, session: staka_core::Session) -> Self {
        let line = Line { live, ctx: None, session: OnceCell::from(session) };
        Self { source: None, line: Mutex::new(Some(Own::new(Arc::new(line)))) }
    }

    pub(crate) fn line(&self, py: Python<'_>) -> PyResult<Arc<Line>> {
        let mut line = self.line.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(line) = line.as_ref().and_then(Own::get) {
            return Ok(Arc::clone(line));
        }
        let Some((handle, ctx)) = &self.source else {
            let error = Error::new(ErrorKind::Conflict, "the transaction belongs to the process that began it");
            return Err(errors::raise(py, &error, None));
        };
        let fresh = Line { live: handle.get().live(py)?, ctx: Some(ctx.clone()), session: OnceCell::new() };
        let fresh = Arc::new(fresh);
        *line = Some(Own::new(Arc::clone(&fresh)));
        Ok(fresh)
    }
}

#[pymethods]
impl Session {
    /// Runs an operation and waits for its answer, with the interpreter released.
    #[pyo3(signature = (operation, *arguments))]
    fn call<'py>(
        &self,
        py: Python<'py>,
        operation: &str,
        arguments: &Bound<'py, PyTuple>,
    ) -> PyResult<Bound<'py, PyAny>> {
        let plan = Plan::of(py, operation)?;
        let json = arguments::write(py, plan, arguments)?;
        let line = self.line(py)?;
        match line.live.run(py, line.call(plan, &json))? {
            Ok(answer) => made(py, plan, answer),
            Err(error) => Err(errors::raise(py, &error, Some(plan))),
        }
    }

    /// Starts an operation; gives a future of the running loop.
    #[pyo3(signature = (operation, *arguments))]
    fn start<'py>(
        &self,
        py: Python<'py>,
        operation: &str,
        arguments: &Bound<'py, PyTuple>,
    ) -> PyResult<Bound<'py, PyAny>> {
        let plan = Plan::of(py, operation)?;
        let json = arguments::write(py, plan, arguments)?;
        let line = self.line(py)?;
        awaited::start(py, &Arc::clone(&line.live), async move {
            let answer = line.call(plan, &json).await;
            move |py: Python<'_>| match answer {
                Ok(answer) => made(py, plan, answer).map(Bound::unbind),
                Err(error) => Err(errors::raise(py, &error, Some(plan))),
            }
        })
    }

    /// Gives up what a future stands for.
    fn abandon(&self, py: Python<'_>, future: &Bound<'_, PyAny>) -> PyResult<()> {
        awaited::abandon(&self.line(py)?.live, future);
        Ok(())
    }

    /// Begins a transaction.
    fn begin(&self, py: Python<'_>) -> PyResult<Transaction> {
        let line = self.line(py)?;
        let tx = line.live.run(py, async { line.session().await?.begin().await })?;
        Ok(Transaction::new(&line.live, raised(py, tx)?))
    }

    /// The same as a future of the running loop.
    fn begin_awaited<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
        let line = self.line(py)?;
        let live = Arc::clone(&line.live);
        awaited::start(py, &Arc::clone(&live), async move {
            let tx = async { line.session().await?.begin().await }.await;
            move |py: Python<'_>| Ok(Py::new(py, Transaction::new(&live, raised(py, tx)?))?.into_any())
        })
    }
}

/// The Python object of an answer.
fn made<'py>(py: Python<'py>, plan: &Plan, answer: Box<dyn Answer>) -> PyResult<Bound<'py, PyAny>> {
    match &plan.answer {
        plan::Answer::Value(plan) => answer.to_python(py, plan),
        plan::Answer::Table(row) => Ok(Bound::new(py, Table::new(answer, row)?)?.into_any()),
        plan::Answer::Listing(row) => Ok(Bound::new(py, Listing::new(py, answer, row)?)?.into_any()),
    }
}
