//! The result of an operation, as Python reads objects or columns from it.

use pyo3::exceptions::PyNotImplementedError;
use pyo3::prelude::*;

use crate::column::Column;
use crate::plan::{Record, Value};

/// A result of any type.
pub(crate) trait Answer: Send {
    /// Converts the whole result.
    fn to_python<'py>(&self, py: Python<'py>, plan: &Value) -> PyResult<Bound<'py, PyAny>>;

    /// Returns the number of rows of a list or page.
    fn count(&self) -> PyResult<usize>;

    /// Converts the row at `index` of a list or page.
    fn row<'py>(&self, py: Python<'py>, plan: &Record, index: usize) -> PyResult<Bound<'py, PyAny>>;

    /// Returns where the next page starts, and the number of rows of all pages.
    fn page_info(&self) -> PyResult<PageInfo>;

    /// Adds all rows to columns.
    fn columns(&self, columns: &mut [Column]) -> PyResult<()>;

    #[cfg(feature = "crossing")]
    fn pythonize<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>>;

    #[cfg(feature = "crossing")]
    fn json(&self) -> PyResult<Vec<u8>>;
}

/// The fields of a page without its rows.
#[derive(Default)]
pub(crate) struct PageInfo {
    pub(crate) next: Option<String>,
    pub(crate) total: Option<u64>,
}

/// The rows of a page within another value. They have already been converted to Python objects.
pub(crate) struct Converted;

impl Answer for Converted {
    fn to_python<'py>(&self, _: Python<'py>, _: &Value) -> PyResult<Bound<'py, PyAny>> {
        Err(no_columns())
    }

    fn count(&self) -> PyResult<usize> {
        Err(no_columns())
    }

    fn row<'py>(&self, _: Python<'py>, _: &Record, _: usize) -> PyResult<Bound<'py, PyAny>> {
        Err(no_columns())
    }

    fn page_info(&self) -> PyResult<PageInfo> {
        Err(no_columns())
    }

    fn columns(&self, _: &mut [Column]) -> PyResult<()> {
        Err(no_columns())
    }

    #[cfg(feature = "crossing")]
    fn pythonize<'py>(&self, _: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
        Err(no_columns())
    }

    #[cfg(feature = "crossing")]
    fn json(&self) -> PyResult<Vec<u8>> {
        Err(no_columns())
    }
}

fn no_columns() -> PyErr {
    PyNotImplementedError::new_err("a page within another value cannot be read as Arrow columns")
}
