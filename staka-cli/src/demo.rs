//! `staka demo`: starts a private server with demo data, measures the queries and serves HTTP.

mod database;
mod service;

use std::time::Duration;

use serde_json::json;
use staka_core::migrate::MigrateOptions;
use staka_core::{Error, Secret, Staka, StakaBuilder};
use staka_demo::{SeedOptions, SeedReport};

use self::database::Database;
use self::service::Service;
use crate::args::{self, Common, DemoArgs};
use crate::bench::Effort;
use crate::failure::Failure;
use crate::output::{self, Progress};
use crate::shutdown::Shutdown;
use crate::{bench, migrate, seed};

/// A small effort, so that a second start takes only seconds.
const EFFORT: Effort = Effort { max_runs: 20, time_limit: Duration::from_secs(1) };

pub(crate) async fn run(args: &DemoArgs, common: &Common) -> Result<(), Failure> {
    if common.json && !args.once {
        return Err(Failure::Usage(Error::invalid("--json", "is allowed only with --once")));
    }
    // Wrong options are reported before the long steps.
    let secret = args::jwt_secret(args.jwt_secret.as_deref()).unwrap_or_else(random_secret);
    let config = staka_http::Config::new(secret.clone()).map_err(|error| Failure::in_usage("--jwt-secret", &error))?;
    if let (Some(port), false) = (args.port, args.once) {
        drop(service::listen(Some(port)).await?);
    }
    let shutdown = Shutdown::listen()?;
    let progress = Progress::new();
    let outcome = async {
        let database = Database::get(args, common, &shutdown, &progress).await?;
        let service = Service { secret, config, port: args.port };
        let outcome = run_on(&database, args, common, &shutdown, &progress, service).await;
        progress.end();
        let stopped = database.stop(&progress).await;
        outcome.and(stopped)
    }
    .await;
    match outcome {
        // Ctrl-C is the normal end of the demo, but not with --once.
        Err(Failure::Interrupted) if !args.once => {
            eprintln!("Stopped before the demo was ready. The next start continues here.");
            Ok(())
        }
        other => other,
    }
}

/// Migrates and fills the database, prints the measurements and serves HTTP.
async fn run_on(
    database: &Database,
    args: &DemoArgs,
    common: &Common,
    shutdown: &Shutdown,
    progress: &Progress,
    service: Service,
) -> Result<(), Failure> {
    let preparing = async {
        database.check_ownership().await?;
        progress.step("schema");
        let options = MigrateOptions::default();
        let migrated = migrate::apply(database.config(), &options, progress, &mut |step| progress.update(step)).await?;
        Ok((migrated, StakaBuilder::from_config(database.config().clone()).connect().await?))
    };
    let (migrated, staka) = shutdown.interruptible(preparing).await?;
    let outcome = async {
        let anchor = shutdown.interruptible(Database::anchor(&staka)).await?;
        let options = SeedOptions { scale: args.scale, ..SeedOptions::new(anchor) };
        let (seeded, measured) = shutdown.interruptible(fill(&staka, &options, progress)).await?;
        if common.json {
            output::json(&json!({
                "database": database.described(),
                "migration": migrate::brief(&migrated),
                "seed": seed::document(&options, &seeded),
                "queries": measured,
            }));
        } else {
            output::line(&database.sentence());
            output::line(&migrate::sentence(&migrated));
            output::line(&seed::sentence(&options, &seeded));
            output::line("");
            measured.print();
        }
        if args.once { Ok(()) } else { service.run(&staka, database, shutdown.clone()).await }
    }
    .await;
    staka.close().await;
    outcome
}

async fn fill(
    staka: &Staka,
    options: &SeedOptions,
    progress: &Progress,
) -> Result<(SeedReport, bench::Report), Failure> {
    let seeded = seed::fill(staka, options, progress).await?;
    let measured = bench::measure(staka, None, EFFORT, progress).await?;
    Ok((seeded, measured))
}

fn random_secret() -> Secret {
    let bytes: [u8; 32] = rand::random();
    Secret::new(bytes.iter().map(|byte| format!("{byte:02x}")).collect::<String>())
}
