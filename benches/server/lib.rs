//! The server that every benchmark measures on: a private one, or one that runs already.
//!
//! `STAKA_BENCH_URL` (`mysql://root@127.0.0.1:PORT`) names a server that runs already, and `STAKA_BENCH_DATABASE` a
//! database on it with the demo data at scale small, so that a smoke run creates none. `STAKA_BENCH_ENGINE` chooses
//! between `mariadb` and `mysql`.

use std::error::Error;
use std::path::PathBuf;

pub use staka_local::Engine;
use staka_local::{Builder, LocalServer};

type Result<T> = std::result::Result<T, Box<dyn Error>>;

/// A running server. A private one stops when this is dropped.
#[derive(Debug)]
pub struct Server {
    /// The server's kind.
    pub engine: Engine,
    running: Running,
}

#[derive(Debug)]
enum Running {
    Private(Box<LocalServer>),
    /// The URL without a database and without a slash at the end.
    Given(String),
}

impl Server {
    /// Starts a server whose data is kept in `.staka/bench` or `.staka/bench-mysql` for later runs.
    pub fn with_kept_data(engine: Engine) -> Result<Self> {
        Self::of(engine, || {
            let (folder, redo) = match engine {
                Engine::MariaDb => ("bench", "--innodb-log-file-size=1G"),
                Engine::MySql => ("bench-mysql", "--loose-innodb-redo-log-capacity=1G"),
            };
            builder(engine)
                .data_dir(cache().join(folder))
                // What the queries read stays in memory at every scale; loading writes no faster than its log is long.
                .option("--innodb-buffer-pool-size=4G")
                .option(redo)
                .option("--innodb-sort-buffer-size=64M")
                .option("--innodb-io-capacity=10000")
                .option("--innodb-io-capacity-max=20000")
                .option("--loose-innodb-compression-level=1")
        })
    }

    /// Starts a server whose data is removed with it, with enough memory for the scale small.
    pub fn with_new_data(engine: Engine) -> Result<Self> {
        Self::of(engine, || builder(engine).option("--innodb-buffer-pool-size=1G"))
    }

    /// Starts a server whose data is removed with it, and which waits for the disk at every commit, as servers do by
    /// default.
    pub fn with_default_durability(engine: Engine) -> Result<Self> {
        let durable = ["--innodb-flush-log-at-trx-commit=1", "--innodb-buffer-pool-size=1G"];
        Self::of(engine, || durable.iter().fold(builder(engine).fast(false), |builder, option| builder.option(*option)))
    }

    fn of(engine: Engine, private: impl FnOnce() -> Builder) -> Result<Self> {
        let running = match std::env::var("STAKA_BENCH_URL") {
            Ok(url) => Running::Given(url.trim_end_matches('/').to_owned()),
            Err(_) => Running::Private(Box::new(private().start()?)),
        };
        let server = Self { engine, running };
        eprintln!("{}", server.title());
        Ok(server)
    }

    /// Returns the URL of a database over TCP.
    pub fn url(&self, database: &str) -> String {
        match &self.running {
            Running::Private(server) => server.url(database),
            Running::Given(url) => format!("{url}/{database}"),
        }
    }

    /// Returns the URL of a database without TLS: over the unix socket, or over TCP if the server was given.
    pub fn plain_url(&self, database: &str) -> String {
        match &self.running {
            Running::Private(server) => format!("{}&ssl-mode=disabled", server.socket_url(database)),
            Running::Given(_) => self.plain_tcp_url(database),
        }
    }

    /// Returns the URL of a database over TCP without TLS.
    pub fn plain_tcp_url(&self, database: &str) -> String {
        format!("{}?ssl-mode=disabled", self.url(database))
    }

    /// Returns the path of the unix socket; none if the server was given.
    pub fn socket(&self) -> Option<String> {
        match &self.running {
            Running::Private(server) => Some(server.socket().to_string_lossy().into_owned()),
            Running::Given(_) => None,
        }
    }

    /// Returns the version, which of a given server is not known.
    pub fn version(&self) -> &str {
        match &self.running {
            Running::Private(server) => server.version(),
            Running::Given(_) => "that runs already",
        }
    }

    /// Returns kind and version.
    pub fn title(&self) -> String {
        format!("{} {}", self.engine.title(), self.version())
    }

    /// Stops a private server.
    pub fn stop(self) -> Result<()> {
        match self.running {
            Running::Private(server) => Ok(server.stop()?),
            Running::Given(_) => Ok(()),
        }
    }
}

/// Returns the engines to measure on: the one that `STAKA_BENCH_ENGINE` names, otherwise both.
pub fn engines() -> Result<Vec<Engine>> {
    match std::env::var("STAKA_BENCH_ENGINE") {
        Ok(name) => Ok(vec![name.parse()?]),
        Err(_) => Ok(Engine::ALL.to_vec()),
    }
}

/// Returns the engine to measure on: the one that `STAKA_BENCH_ENGINE` names, otherwise MariaDB.
pub fn engine() -> Result<Engine> {
    Ok(engines()?.first().copied().unwrap_or(Engine::MariaDb))
}

/// Returns the name of the database to measure on.
pub fn database(usual: &str) -> String {
    std::env::var("STAKA_BENCH_DATABASE").unwrap_or_else(|_| usual.to_owned())
}

fn builder(engine: Engine) -> Builder {
    let progress = |step: &str| eprintln!("==> {step}");
    LocalServer::builder().engine(engine).fast(true).cache_dir(cache()).on_progress(progress)
}

/// Returns the folder of the fetched servers and of the kept data.
fn cache() -> PathBuf {
    let set = std::env::var_os("STAKA_LOCAL_DIR").filter(|value| !value.is_empty());
    set.map_or_else(|| PathBuf::from(concat!(env!("CARGO_MANIFEST_DIR"), "/../../.staka")), PathBuf::from)
}
