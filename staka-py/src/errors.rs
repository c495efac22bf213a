//! Errors of the core as Python's exceptions.

use pyo3::prelude::*;
use pyo3::sync::PyOnceLock;
use pyo3::types::{PyDict, PyTuple};
use staka_core::{Error, ErrorKind, Result};

use crate::plan::{self, Plan};

/// The exception for an error; `plan` knows how Python spells the operation's parameters.
pub(crate) fn raise(py: Python<'_>, error: &Error, plan: Option<&Plan>) -> PyErr {
    exception(py, error, plan).map_or_else(|fault| fault, PyErr::from_value)
}

/// The value, or the exception.
pub(crate) fn raised<T>(py: Python<'_>, outcome: Result<T>) -> PyResult<T> {
    outcome.map_err(|error| raise(py, &error, None))
}

fn exception<'py>(py: Python<'py>, error: &Error, plan: Option<&Plan>) -> PyResult<Bound<'py, PyAny>> {
    let named = |field: &str| plan.map_or_else(|| plan::snake_case(field), |plan| plan.spelling(field));
    let mut message = error.message().to_owned();
    let fields = error.fields().iter().map(|fault| (named(&fault.field), fault.problem.as_ref())).collect::<Vec<_>>();
    if !fields.is_empty() {
        message = fields.iter().map(|(field, problem)| format!("{field}: {problem}")).collect::<Vec<_>>().join("; ");
    }
    let fault = module(py)?.getattr("FieldFault")?;
    let fields = fields.into_iter().map(|fields| fault.call1(fields)).collect::<PyResult<Vec<_>>>()?;
    let known = PyDict::new(py);
    known.set_item("fields", PyTuple::new(py, fields)?)?;
    known.set_item("key", error.key())?;
    known.set_item("operation", error.operation())?;
    known.set_item("retry_after", error.retry_after().map(|wait| wait.as_secs_f64()))?;
    module(py)?.getattr(class(error.kind()))?.call((message,), Some(&known))
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
        ErrorKind::Busy => "BusyError",
        ErrorKind::Timeout => "QueryTimeoutError",
        ErrorKind::Cancelled => "QueryCancelledError",
        ErrorKind::Unavailable => "UnavailableError",
        ErrorKind::Data => "DataError",
        _ => "InternalError",
    }
}
