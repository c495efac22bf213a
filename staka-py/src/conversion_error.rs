//! Carries Python errors through serde.

use std::fmt;

use pyo3::PyErr;
use pyo3::exceptions::PyRuntimeError;

/// A Python error that a serializer returns.
#[derive(Debug)]
pub(crate) struct ConversionError(PyErr);

impl fmt::Display for ConversionError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl std::error::Error for ConversionError {}

impl serde::ser::Error for ConversionError {
    fn custom<T: fmt::Display>(message: T) -> Self {
        Self(PyRuntimeError::new_err(message.to_string()))
    }
}

impl From<PyErr> for ConversionError {
    fn from(error: PyErr) -> Self {
        Self(error)
    }
}

impl From<ConversionError> for PyErr {
    fn from(error: ConversionError) -> Self {
        error.0
    }
}
