use std::{
    fmt,
    path::{Path, PathBuf},
};

use crate::{
    Engine, Error, Installation, LocalServer, data_dir::DataDir, default_cache_dir, fetch, find, folder, server::Start,
    template,
};

type Progress = Box<dyn Fn(&str) + Send>;

/// The options with which a [`LocalServer`] is started.
///
/// ```no_run
/// use staka_local::{Engine, LocalServer};
///
/// let server = LocalServer::builder()
///     .engine(Engine::MariaDb)
///     .fast(true)
///     .option("--log-bin-trust-function-creators=ON")
///     .start()?;
/// # Ok::<(), staka_local::Error>(())
/// ```
#[derive(Default)]
#[must_use = "nothing runs until `start`"]
pub struct Builder {
    engine: Option<Engine>,
    fast: bool,
    data_dir: Option<PathBuf>,
    cache_dir: Option<PathBuf>,
    offline: bool,
    options: Vec<String>,
    progress: Option<Progress>,
}

impl Builder {
    /// Sets the engine. By default it is that of the data folder, else any that is found, else MariaDB is fetched.
    pub fn engine(mut self, engine: Engine) -> Self {
        self.engine = Some(engine);
        self
    }

    /// Trades durability for speed, and keeps an ephemeral server's data in memory if there is room. Off by default.
    pub fn fast(mut self, fast: bool) -> Self {
        self.fast = fast;
        self
    }

    /// Keeps the data in this folder, which is initialised once and used by one instance at a time. Without it the
    /// server is ephemeral: its data is deleted when it stops.
    pub fn data_dir(mut self, path: impl Into<PathBuf>) -> Self {
        self.data_dir = Some(path.into());
        self
    }

    /// Sets the folder for fetched servers and prepared data folders; [`default_cache_dir`] by default.
    pub fn cache_dir(mut self, path: impl Into<PathBuf>) -> Self {
        self.cache_dir = Some(path.into());
        self
    }

    /// Sets whether fetching a server is forbidden. Off by default.
    pub fn offline(mut self, offline: bool) -> Self {
        self.offline = offline;
        self
    }

    /// Adds an option for the server after all others, e.g. `--innodb-buffer-pool-size=1G`.
    pub fn option(mut self, option: impl Into<String>) -> Self {
        self.options.push(option.into());
        self
    }

    /// Sets a function that is called with a line for every step that may take long.
    pub fn on_progress(mut self, progress: impl Fn(&str) + Send + 'static) -> Self {
        self.progress = Some(Box::new(progress));
        self
    }

    /// Finds or fetches a server, prepares its data, starts it, and returns once it accepts connections.
    pub fn start(self) -> Result<LocalServer, Error> {
        let progress = |line: &str| {
            if let Some(progress) = &self.progress {
                progress(line);
            }
        };
        let cache = folder::create(&self.cache_dir.clone().unwrap_or_else(default_cache_dir))?;
        let data_dir = self.data_dir.as_ref().map(|path| DataDir::take(path, self.engine, &progress)).transpose()?;
        let engine = self.engine.or(data_dir.as_ref().and_then(|dir| dir.engine));
        let installation = self.installation(engine, &cache, &progress)?;
        let prepared = template::prepared(&installation, &cache, &progress)?;
        progress(&format!("starting {} {}", installation.engine.title(), installation.version));
        Start { installation, prepared, data_dir, fast: self.fast, options: &self.options }.run()
    }

    fn installation(
        &self,
        engine: Option<Engine>,
        cache: &Path,
        progress: &dyn Fn(&str),
    ) -> Result<Installation, Error> {
        if let Some(found) = find(engine, cache) {
            return Ok(found);
        }
        if self.offline {
            return Err(Error::not_found(engine, "fetching is disabled by the offline option"));
        }
        fetch(engine.unwrap_or(Engine::MariaDb), cache, progress)
    }
}

impl fmt::Debug for Builder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Builder")
            .field("engine", &self.engine)
            .field("fast", &self.fast)
            .field("data_dir", &self.data_dir)
            .field("cache_dir", &self.cache_dir)
            .field("offline", &self.offline)
            .field("options", &self.options)
            .finish_non_exhaustive()
    }
}
