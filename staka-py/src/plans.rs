//! The plans of all operations, each derived when it is first needed.

use std::collections::HashMap;

use pyo3::prelude::*;
use pyo3::sync::PyOnceLock;
use staka_core::{Error, ErrorKind, Operation};

use crate::errors;
use crate::plan::Plan;

/// Returns the plan of an operation. Raises `NotFoundError` if there is no operation of this name.
pub(crate) fn find(py: Python<'_>, name: &str) -> PyResult<&'static Plan> {
    static PLANS: PyOnceLock<HashMap<&'static str, PyOnceLock<Plan>>> = PyOnceLock::new();
    let plans = PLANS.get_or_init(py, || Operation::all().iter().map(|o| (o.name, PyOnceLock::new())).collect());
    let Some((name, plan)) = plans.get_key_value(name) else {
        let error = Error::new(ErrorKind::NotFound, format!("operation {name:?} not found"));
        return Err(errors::raise(py, &error, None));
    };
    plan.get_or_try_init(py, || Plan::new(py, name))
}
