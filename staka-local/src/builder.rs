use std::{
    fmt,
    path::{Path, PathBuf},
};

use crate::{
    Engine, Error, Installation, LocalServer, data_dir::DataDir, default_cache_dir, fetch, find, folder, server::Start,
    template,
};

type Progress = Box<dyn Fn(&str) + Send>;

/// How to start a [`LocalServer`].
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
    /// This engine and no other. Default: the one the data folder was made by, else any that is found; MariaDB if
    /// one must be fetched.
    pub fn engine(mut self, engine: Engine) -> Self {
        self.engine = Some(engine);
        self
    }

    /// Gives up durability for speed, and keeps an ephemeral server's data in memory where there is room. Default: off.
    pub fn fast(mut self, fast: bool) -> Self {
        self.fast = fast;
        self
    }

    /// Keeps the data in this folder: initialised once, used again later, by one instance at a time. Without it the
    /// server is ephemeral: its data goes with it.
    pub fn data_dir(mut self, path: impl Into<PathBuf>) -> Self {
        self.data_dir = Some(path.into());
        self
    }

    /// Where fetched servers and prepared data folders are kept. Default: [`default_cache_dir`].
    pub fn cache_dir(mut self, path: impl Into<PathBuf>) -> Self {
        self.cache_dir = Some(path.into());
        self
    }

    /// Never fetches. Default: off.
    pub fn offline(mut self, offline: bool) -> Self {
        self.offline = offline;
        self
    }

    /// One more option for the server, after all others: `--innodb-buffer-pool-size=1G`.
    pub fn option(mut self, option: impl Into<String>) -> Self {
        self.options.push(option.into());
        self
    }

    /// Called with one line for every step that may take long.
    pub fn on_progress(mut self, progress: impl Fn(&str) + Send + 'static) -> Self {
        self.progress = Some(Box::new(progress));
        self
    }

    /// Finds or fetches a server, prepares its data, starts it, and returns when it greets its clients.
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
            return Err(Error::not_found(engine, "and not to be fetched, as offline is set"));
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
