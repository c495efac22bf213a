//! The server under all of them: a private one whose data stays for the next time, or one that runs already.

use std::path::PathBuf;

use staka_local::{Engine, LocalServer};

use crate::Result;

pub(crate) struct Server {
    /// `mysql://root@127.0.0.1:PORT/`
    base: String,
    _own: Option<LocalServer>,
}

impl Server {
    pub(crate) fn start() -> Result<Self> {
        if let Ok(url) = std::env::var("STAKA_BENCH_URL") {
            return Ok(Self { base: format!("{}/", url.trim_end_matches('/')), _own: None });
        }
        let cache = std::env::var_os("STAKA_LOCAL_DIR").map_or_else(|| "../.staka".into(), PathBuf::from);
        let engine: Engine = std::env::var("STAKA_BENCH_ENGINE").map_or(Ok(Engine::MariaDb), |name| name.parse())?;
        let (folder, redo) = match engine {
            Engine::MariaDb => ("bench", "--innodb-log-file-size=1G"),
            Engine::MySql => ("bench-mysql", "--loose-innodb-redo-log-capacity=1G"),
        };
        let server = LocalServer::builder()
            .engine(engine)
            .fast(true)
            .data_dir(cache.join(folder))
            .cache_dir(cache)
            // What the queries read stays in memory at every scale; loading writes no faster than its log is long.
            .option("--innodb-buffer-pool-size=4G")
            .option(redo)
            .option("--innodb-sort-buffer-size=64M")
            .option("--innodb-io-capacity=10000")
            .option("--innodb-io-capacity-max=20000")
            .option("--loose-innodb-compression-level=1")
            .on_progress(|step| eprintln!("==> {step}"))
            .start()?;
        Ok(Self { base: server.url(""), _own: Some(server) })
    }

    /// Over TCP.
    pub(crate) fn url(&self, database: &str) -> String {
        format!("{}{database}", self.base)
    }
}
