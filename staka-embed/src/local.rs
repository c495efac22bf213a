//! A private database for a notebook, a test, a first look.

use std::path::PathBuf;

use serde::Deserialize;
use staka_core::db::migrate::MigrateOptions;
use staka_core::maintenance::seed::{Scale, SeedOptions, seed};
use staka_core::{Clock, Config, Error, ErrorKind, Migrator, Result, Staka, SystemClock, Timestamp};
use staka_local::{Engine, LocalServer};
use tokio::task::spawn_blocking;

use crate::Options;

/// The database's name.
const NAME: &str = "staka";
const DAY: i64 = 86_400_000;

/// What a private database is to be like.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
pub struct LocalOptions {
    /// `mariadb` or `mysql`; whichever is there unless given, MariaDB where one must be fetched.
    pub engine: Option<String>,
    /// Demo data: `small`, `medium` or `large`. None unless given.
    pub scale: Option<String>,
    /// Where the data is kept for the next time. Without it everything is gone at the end.
    pub data_dir: Option<PathBuf>,
    /// A moment at which the clock stands still, and up to which the demo data reaches. Today unless given.
    pub now: Option<Timestamp>,
}

/// A private server with one migrated database. Dropped, it stops.
pub struct Local {
    server: LocalServer,
    url: String,
}

impl Local {
    /// Finds or fetches a server, starts it, makes the schema and the demo data, and opens a handle on it.
    ///
    /// `Invalid` for an engine or scale that is none, `Unavailable` when no server can be had.
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
        let server = spawn_blocking(move || builder.start()).await.map_err(broken_off)?.map_err(unavailable)?;
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

    /// Where the database is.
    pub fn url(&self) -> &str {
        &self.url
    }

    /// Stops the server and waits for it; its handles are of no more use.
    pub async fn stop(self) -> Result<()> {
        spawn_blocking(move || self.server.stop()).await.map_err(broken_off)?.map_err(unavailable)
    }
}

/// Today at 00:00 UTC: two seeds of one day are the same.
fn today() -> Timestamp {
    let now = SystemClock.now();
    Timestamp::from_unix_millis(now.unix_millis().div_euclid(DAY) * DAY).unwrap_or(now)
}

fn broken_off(cause: tokio::task::JoinError) -> Error {
    Error::internal("the private server's start or stop broke off").with_source(cause)
}

fn unavailable(cause: staka_local::Error) -> Error {
    Error::new(ErrorKind::Unavailable, cause.to_string()).with_source(cause)
}
