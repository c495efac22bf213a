//! A forked child has its parent's memory, but not its threads, and shares its sockets: what the parent opened is left
//! alone there, not even closed.

use std::sync::atomic::{AtomicU32, Ordering};

use pyo3::prelude::*;
use pyo3::types::PyDict;

static GENERATION: AtomicU32 = AtomicU32::new(0);

/// How many forks lie between the first process and this one.
pub(crate) fn generation() -> u32 {
    GENERATION.load(Ordering::Relaxed)
}

/// Counts forks from now on.
pub(crate) fn watch(py: Python<'_>) -> PyResult<()> {
    let hooks = PyDict::new(py);
    hooks.set_item("after_in_child", wrap_pyfunction!(forked, py)?)?;
    py.import("os")?.call_method("register_at_fork", (), Some(&hooks)).map(drop)
}

#[pyfunction]
fn forked() {
    GENERATION.fetch_add(1, Ordering::Relaxed);
}

/// What must be dropped by the process that made it, and is forgotten by its children.
pub(crate) struct Own<T> {
    generation: u32,
    value: Option<T>,
}

impl<T> Own<T> {
    pub(crate) fn new(value: T) -> Self {
        Self { generation: generation(), value: Some(value) }
    }

    /// Whether another process made it.
    pub(crate) fn is_foreign(&self) -> bool {
        self.generation != generation()
    }

    /// The value, unless another process made it.
    pub(crate) fn get(&self) -> Option<&T> {
        if self.is_foreign() { None } else { self.value.as_ref() }
    }

    /// Takes the value out, unless another process made it or it is gone.
    pub(crate) fn take(&mut self) -> Option<T> {
        if self.is_foreign() { None } else { self.value.take() }
    }
}

impl<T> Drop for Own<T> {
    fn drop(&mut self) {
        if self.is_foreign() {
            std::mem::forget(self.value.take());
        }
    }
}
