//! A private database for notebooks, tests and first steps.

use std::path::PathBuf;

use serde::Deserialize;
use staka_core::migrate::MigrateOptions;
use staka_core::{Clock, Config, Error, ErrorKind, Migrator, Result, Staka, SystemClock, Timestamp};
use staka_demo::{Scale, SeedOptions, seed};
use staka_local::{Engine, LocalServer};
use tokio::task::spawn_blocking;

use crate::Options;

/// The database's name.
const NAME: &str = "staka";
const MILLIS_PER_DAY: i64 = 86_400_000;

/// The options of a private database.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
pub struct LocalOptions {
    /// The kind of server: `mariadb` or `mysql`; by default one that is installed, or else MariaDB, which is
    /// downloaded.
    pub engine: Option<String>,
    /// The amount of demo data: `small`, `medium` or `large`; none by default.
    pub scale: Option<String>,
    /// The folder that keeps the data; by default the data is deleted when the server stops.
    pub data_dir: Option<PathBuf>,
    /// A fixed time for the clock, at which the demo data ends; by default the real time, with demo data up to today.
    pub now: Option<Timestamp>,
}

/// A private server with one migrated database. It stops when it is dropped.
pub struct Local {
    server: LocalServer,
    url: String,
}

impl Local {
    /// Finds or downloads a server, starts it, creates the schema and the demo data, and opens a handle.
    ///
    /// Fails with `Invalid` for an unknown engine or scale, and with `Unavailable` if no server can be started.
    pub async fn start(options: LocalOptions) -> Result<(Self, Staka)> {
        let scale = options.scale.as_deref().map(str::parse::<Scale>).transpose()?;
        let engine = options.engine.as_deref().map(str::parse::<Engine>).transpose();
        let engine = engine.map_err(|_| Error::invalid("engine", "must be mariadb or mysql"))?;
        let mut builder = LocalServer::builder().fast(options.data_dir.is_none());
        if let Some(engine) = engine {
            builder = builder.engine(engine);
        }
        if let Some(folder) = options.data_dir {
            builder = builder.data_dir(folder);
        }
        let server = spawn_blocking(move || builder.start()).await.map_err(task_failed)?.map_err(unavailable)?;
        let local = Self { url: server.url(NAME), server };
        let config = Config::from_url(&local.url)?;
        Migrator::create_database(&config).await?;
        Migrator::connect(&config).await?.migrate(&MigrateOptions::default(), &mut |_| {}).await?;
        let staka = crate::connect(&local.url, &Options { now: options.now }).await?;
        if let Some(scale) = scale {
            let options = SeedOptions { scale, ..SeedOptions::new(options.now.unwrap_or_else(today)) };
            seed(staka.pool(), &options, &mut |_| {}).await?;
        }
        Ok((local, staka))
    }

    /// Returns the URL of the database.
    pub fn url(&self) -> &str {
        &self.url
    }

    /// Stops the server and waits for its end. Its handles cannot be used afterwards.
    pub async fn stop(self) -> Result<()> {
        spawn_blocking(move || self.server.stop()).await.map_err(task_failed)?.map_err(unavailable)
    }
}

/// Returns today at 00:00 UTC, so that two seeds on the same day are equal.
fn today() -> Timestamp {
    let now = SystemClock.now();
    Timestamp::from_unix_millis(now.unix_millis().div_euclid(MILLIS_PER_DAY) * MILLIS_PER_DAY).unwrap_or(now)
}

fn task_failed(cause: tokio::task::JoinError) -> Error {
    Error::internal("the private server could not be started or stopped").with_source(cause)
}

fn unavailable(cause: staka_local::Error) -> Error {
    Error::new(ErrorKind::Unavailable, cause.to_string()).with_source(cause)
}
