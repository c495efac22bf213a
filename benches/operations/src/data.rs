//! The databases, which are kept for later runs.

use std::time::{Duration, Instant};

use server::Server;
use staka_cases::ANCHOR;
use staka_core::migrate::MigrateOptions;
use staka_core::{Config, ErrorKind, Migrator, Staka, StakaBuilder, Timestamp};
use staka_demo::{Scale, SeedOptions, seed};

use crate::{Result, extra};

/// Longer than any operation takes at scale medium.
const PATIENCE: Duration = Duration::from_secs(900);

/// Returns the time that counts as the present.
pub(crate) fn anchor() -> Timestamp {
    ANCHOR.parse().expect("the anchor is a timestamp")
}

/// Returns a builder for handles with one connection.
pub(crate) fn builder(url: &str) -> Result<StakaBuilder> {
    Ok(Staka::builder(url)?.max_connections(1).statement_timeout(PATIENCE))
}

/// Creates and fills the database of a scale unless it is complete, and returns its URL.
pub(crate) async fn prepare(server: &Server, scale: Scale) -> Result<String> {
    let database = server::database(&format!("operations_{scale}"));
    let url = server.plain_url(&database);
    let begun = Instant::now();
    let config = Config::from_url(&url)?;
    Migrator::create_database(&config).await?;
    match migrate(&config).await {
        // The migrations have changed during development.
        Err(error) if error.kind() == ErrorKind::Conflict => {
            eprintln!("{scale}: created again: {error}");
            let staka = builder(&url)?.connect().await?;
            extra::execute(&mut staka.acquire().await?, &format!("DROP DATABASE {database}")).await?;
            staka.close().await;
            Migrator::create_database(&config).await?;
            migrate(&config).await?;
        }
        outcome => outcome?,
    }
    let staka = Staka::builder(&url)?.statement_timeout(PATIENCE).connect().await?;
    let mut told = "";
    let mut tell = |progress: &staka_demo::Progress| {
        if progress.table != told {
            told = progress.table;
            eprintln!("{:6.0} s  {scale}: {} {}", begun.elapsed().as_secs_f64(), progress.total, progress.table);
        }
    };
    seed(staka.pool(), &SeedOptions { scale, ..SeedOptions::new(anchor()) }, &mut tell).await?;
    extra::fill(&mut staka.acquire().await?).await?;
    staka.close().await;
    eprintln!("{:6.0} s  {scale}: ready", begun.elapsed().as_secs_f64());
    Ok(url)
}

async fn migrate(config: &Config) -> staka_core::Result<()> {
    Migrator::connect(config).await?.migrate(&MigrateOptions::default(), &mut |_| {}).await?;
    Ok(())
}
