//! Protects the parent's connections in a forked child. The child has a copy of the parent's memory, but not its
//! threads, and shares its sockets: it must neither use nor close them.

use std::sync::atomic::{AtomicU32, Ordering};

use pyo3::prelude::*;
use pyo3::types::PyDict;

static GENERATION: AtomicU32 = AtomicU32::new(0);

/// Returns the number of forks between the first process and this one.
pub(crate) fn generation() -> u32 {
    GENERATION.load(Ordering::Relaxed)
}

/// Begins to count forks.
pub(crate) fn watch(py: Python<'_>) -> PyResult<()> {
    let hooks = PyDict::new(py);
    hooks.set_item("after_in_child", wrap_pyfunction!(forked, py)?)?;
    py.import("os")?.call_method("register_at_fork", (), Some(&hooks)).map(drop)
}

#[pyfunction]
fn forked() {
    GENERATION.fetch_add(1, Ordering::Relaxed);
}

/// A value that only the process that created it may use and drop; its children forget it.
pub(crate) struct ProcessOwned<T> {
    generation: u32,
    value: Option<T>,
}

impl<T> ProcessOwned<T> {
    pub(crate) fn new(value: T) -> Self {
        Self { generation: generation(), value: Some(value) }
    }

    /// Returns whether another process created the value.
    pub(crate) fn is_foreign(&self) -> bool {
        self.generation != generation()
    }

    /// Returns the value, unless another process created it.
    pub(crate) fn get(&self) -> Option<&T> {
        if self.is_foreign() { None } else { self.value.as_ref() }
    }

    /// Takes the value out, unless another process created it or it was taken before.
    pub(crate) fn take(&mut self) -> Option<T> {
        if self.is_foreign() { None } else { self.value.take() }
    }
}

impl<T> Drop for ProcessOwned<T> {
    fn drop(&mut self) {
        if self.is_foreign() {
            std::mem::forget(self.value.take());
        }
    }
}
