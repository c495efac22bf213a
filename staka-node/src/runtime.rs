//! Where all handles of this process work.

use std::sync::LazyLock;

use tokio::runtime::Runtime;

/// The threads on which all handles of this process work.
pub(crate) static RUNTIME: LazyLock<Runtime> = LazyLock::new(|| {
    tokio::runtime::Builder::new_multi_thread()
        .worker_threads(2)
        .thread_name("staka")
        .enable_all()
        .build()
        .expect("threads can be started")
});
