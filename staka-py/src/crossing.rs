//! Ways in which an answer could cross into Python, side by side: for `bench/crossing.py` alone.

use std::sync::{Arc, Mutex, PoisonError};

use pyo3::prelude::*;
use pyo3::types::{PyBytes, PyCapsule, PyList, PyTuple};

use crate::answer::Answer;
use crate::errors::raised;
use crate::plan::{self, Plan, Record};
use crate::session::Session;
use crate::{arguments, arrow};

/// An answer that is converted as often as one likes.
#[pyclass(frozen, module = "staka._staka")]
pub(crate) struct Held {
    plan: &'static Plan,
    answer: Mutex<Box<dyn Answer>>,
}

/// Runs an operation and keeps its answer.
#[pyfunction]
#[pyo3(signature = (session, operation, *arguments))]
pub(crate) fn hold(
    py: Python<'_>,
    session: &Bound<'_, Session>,
    operation: &str,
    arguments: &Bound<'_, PyTuple>,
) -> PyResult<Held> {
    let plan = Plan::of(py, operation)?;
    let json = arguments::write(py, plan, arguments)?;
    let line = session.get().line(py)?;
    let answer = raised(py, line.live.run(py, line.call(plan, &json))?)?;
    Ok(Held { plan, answer: Mutex::new(answer) })
}

impl Held {
    fn with<T>(&self, convert: impl FnOnce(&dyn Answer) -> T) -> T {
        convert(&**self.answer.lock().unwrap_or_else(PoisonError::into_inner))
    }

    fn rows(&self) -> Option<&Arc<Record>> {
        match &self.plan.answer {
            plan::Answer::Table(row) | plan::Answer::Listing(row) => Some(row),
            plan::Answer::Value(_) => None,
        }
    }
}

#[pymethods]
impl Held {
    /// Our own conversion, every row made.
    fn objects<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
        match &self.plan.answer {
            plan::Answer::Value(plan) => self.with(|answer| answer.to_python(py, plan)),
            plan::Answer::Table(row) | plan::Answer::Listing(row) => self.with(|answer| {
                let rows = (0..answer.count()?).map(|place| answer.row(py, row, place));
                Ok(PyList::new(py, rows.collect::<PyResult<Vec<_>>>()?)?.into_any())
            }),
        }
    }

    /// Dicts and lists, made by pythonize.
    fn pythonize<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
        self.with(|answer| answer.pythonize(py))
    }

    /// JSON with keys, for `json.loads`.
    fn json<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyBytes>> {
        let json = py.detach(|| self.with(|answer| answer.json()))?;
        Ok(PyBytes::new(py, &json))
    }

    /// Arrow columns; None for what has no rows.
    fn arrow<'py>(&self, py: Python<'py>) -> PyResult<Option<Bound<'py, PyCapsule>>> {
        let Some(row) = self.rows() else { return Ok(None) };
        let batch = py.detach(|| self.with(|answer| arrow::batch(&row.doc, answer)))?;
        arrow::stream(py, batch).map(Some)
    }
}
