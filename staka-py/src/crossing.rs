//! Other ways to convert a result to Python, for `bench/crossing.py` only.

use std::sync::{Arc, Mutex, PoisonError};

use pyo3::prelude::*;
use pyo3::types::{PyBytes, PyCapsule, PyList, PyTuple};

use crate::answer::Answer;
use crate::errors::raised;
use crate::plan::{self, Plan, Record};
use crate::plans;
use crate::session::Session;
use crate::{arguments, arrow};

/// A result that is kept in Rust, to be converted several times.
#[pyclass(frozen, module = "staka._staka")]
pub(crate) struct KeptAnswer {
    plan: &'static Plan,
    answer: Mutex<Box<dyn Answer>>,
}

/// Calls an operation and keeps its result.
#[pyfunction]
#[pyo3(signature = (session, operation, *arguments))]
pub(crate) fn keep(
    py: Python<'_>,
    session: &Bound<'_, Session>,
    operation: &str,
    arguments: &Bound<'_, PyTuple>,
) -> PyResult<KeptAnswer> {
    let plan = plans::find(py, operation)?;
    let json = arguments::write(py, plan, arguments)?;
    let state = session.get().state(py)?;
    let answer = raised(py, state.connections.run(py, state.call(plan, &json))?)?;
    Ok(KeptAnswer { plan, answer: Mutex::new(answer) })
}

impl KeptAnswer {
    fn with<T>(&self, convert: impl FnOnce(&dyn Answer) -> T) -> T {
        convert(&**self.answer.lock().unwrap_or_else(PoisonError::into_inner))
    }

    fn rows(&self) -> Option<&Arc<Record>> {
        match &self.plan.answer {
            plan::Answer::Table(row) | plan::Answer::Page(row) => Some(row),
            plan::Answer::Value(_) => None,
        }
    }
}

#[pymethods]
impl KeptAnswer {
    /// Converts every row with the package's own conversion.
    fn objects<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
        match &self.plan.answer {
            plan::Answer::Value(plan) => self.with(|answer| answer.to_python(py, plan)),
            plan::Answer::Table(row) | plan::Answer::Page(row) => self.with(|answer| {
                let rows = (0..answer.count()?).map(|index| answer.row(py, row, index));
                Ok(PyList::new(py, rows.collect::<PyResult<Vec<_>>>()?)?.into_any())
            }),
        }
    }

    /// Converts the result to dicts and lists with pythonize.
    fn pythonize<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
        self.with(|answer| answer.pythonize(py))
    }

    /// Returns JSON with keys, for `json.loads`.
    fn json<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyBytes>> {
        let json = py.detach(|| self.with(|answer| answer.json()))?;
        Ok(PyBytes::new(py, &json))
    }

    /// Returns Arrow columns; None if the result has no rows.
    fn arrow<'py>(&self, py: Python<'py>) -> PyResult<Option<Bound<'py, PyCapsule>>> {
        let Some(row) = self.rows() else { return Ok(None) };
        let batch = py.detach(|| self.with(|answer| arrow::batch(&row.doc, answer)))?;
        arrow::stream(py, batch).map(Some)
    }
}
