//! Converts errors of the core to Python exceptions.

use pyo3::prelude::*;
use pyo3::sync::PyOnceLock;
use pyo3::types::{PyDict, PyTuple};
use staka_core::{Error, ErrorKind, Result};

use crate::plan::{self, Plan};

/// Returns the exception for an error. `plan` has the Python names of the operation's parameters.
pub(crate) fn raise(py: Python<'_>, error: &Error, plan: Option<&Plan>) -> PyErr {
    exception(py, error, plan).map_or_else(|failed| failed, PyErr::from_value)
}

/// Returns the value, or the exception.
pub(crate) fn raised<T>(py: Python<'_>, outcome: Result<T>) -> PyResult<T> {
    outcome.map_err(|error| raise(py, &error, None))
}

fn exception<'py>(py: Python<'py>, error: &Error, plan: Option<&Plan>) -> PyResult<Bound<'py, PyAny>> {
    let named = |field: &str| plan.map_or_else(|| plan::snake_case(field), |plan| plan.python_field(field));
    let respelled = |text: &str| plan.map_or_else(|| text.to_owned(), |plan| plan.respelled(text));
    let mut message = respelled(error.message());
    let fields = error.fields().iter().map(|it| (named(&it.field), respelled(&it.problem))).collect::<Vec<_>>();
    if !fields.is_empty() {
        message = fields.iter().map(|(field, problem)| format!("{field}: {problem}")).collect::<Vec<_>>().join("; ");
    }
    let field_error = module(py)?.getattr("FieldError")?;
    let fields = fields.into_iter().map(|field| field_error.call1(field)).collect::<PyResult<Vec<_>>>()?;
    let keywords = PyDict::new(py);
    keywords.set_item("fields", PyTuple::new(py, fields)?)?;
    keywords.set_item("key", error.key())?;
    keywords.set_item("operation", error.operation())?;
    keywords.set_item("retry_after", error.retry_after().map(|wait| wait.as_secs_f64()))?;
    module(py)?.getattr(class(error.kind()))?.call((message,), Some(&keywords))
}

fn module(py: Python<'_>) -> PyResult<&Bound<'_, PyModule>> {
    static MODULE: PyOnceLock<Py<PyModule>> = PyOnceLock::new();
    MODULE.get_or_try_init(py, || py.import("staka._errors").map(Bound::unbind)).map(|module| module.bind(py))
}

fn class(kind: ErrorKind) -> &'static str {
    match kind {
        ErrorKind::NotFound => "NotFoundError",
        ErrorKind::Conflict => "ConflictError",
        ErrorKind::Precondition => "PreconditionError",
        ErrorKind::Invalid => "InvalidError",
        ErrorKind::Unauthenticated => "UnauthenticatedError",
        ErrorKind::Denied => "DeniedError",
        ErrorKind::RateLimited => "RateLimitedError",
        ErrorKind::Contention => "ContentionError",
        ErrorKind::Timeout => "QueryTimeoutError",
        ErrorKind::Cancelled => "QueryCancelledError",
        ErrorKind::Unavailable => "UnavailableError",
        ErrorKind::CorruptRow => "CorruptRowError",
        _ => "InternalError",
    }
}
