//! The runtime of all handles in this process.

use std::sync::LazyLock;

use tokio::runtime::Runtime;

/// The runtime on whose threads all handles of this process run.
pub(crate) static RUNTIME: LazyLock<Runtime> = LazyLock::new(|| {
    tokio::runtime::Builder::new_multi_thread()
        .worker_threads(2)
        .thread_name("staka")
        .enable_all()
        .build()
        .expect("threads can be started")
});
