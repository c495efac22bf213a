//! The Python interface: `staka._staka`, the compiled part of the package `staka`.
//!
//! Python calls an operation by its name with plain values. `plan` derives from the operation's description how they
//! become arguments, and which Python objects the result consists of. The typed classes around it are generated.

mod answer;
mod arguments;
mod arrow;
mod awaited;
mod bridge;
mod column;
mod columns;
mod connections;
mod conversion_error;
#[cfg(feature = "crossing")]
mod crossing;
mod errors;
mod fork;
mod handle;
mod kept;
mod plan;
mod plans;
mod refuse;
mod session;
mod source;
mod table;
mod to_python;

#[pyo3::pymodule]
mod _staka {
    #[pymodule_export]
    use crate::bridge::Bridge;
    #[cfg(feature = "crossing")]
    #[pymodule_export]
    use crate::crossing::{KeptAnswer, keep};
    #[pymodule_export]
    use crate::handle::{Handle, local, open};
    #[pymodule_export]
    use crate::session::{Session, Transaction};
    #[pymodule_export]
    use crate::table::{Page, Table, TableIterator};

    use pyo3::prelude::*;

    use crate::{connections, fork};

    #[pymodule_init]
    fn init(module: &Bound<'_, PyModule>) -> PyResult<()> {
        let py = module.py();
        module.add("__version__", env!("CARGO_PKG_VERSION"))?;
        py.import("atexit")?.call_method1("register", (wrap_pyfunction!(connections::at_exit, py)?,))?;
        fork::watch(py)
    }
}
