//! `staka demo`: from nothing to a running service that a person can ask.

mod database;
mod service;

use std::time::Duration;

use serde_json::json;
use staka_core::db::migrate::MigrateOptions;
use staka_core::maintenance::seed::SeedOptions;
use staka_core::{Error, Secret, Staka, StakaBuilder};

use self::database::Database;
use self::service::Service;
use crate::args::{self, Common, DemoArgs};
use crate::failure::Failure;
use crate::output::{self, Progress};
use crate::queries::Effort;
use crate::stop::Stop;
use crate::{migrate, queries, seed};

/// A start that finds everything in place takes seconds.
const EFFORT: Effort = Effort { runs: 20, enough: Duration::from_secs(1) };

pub(crate) async fn run(args: &DemoArgs, common: &Common) -> Result<(), Failure> {
    if common.json && !args.once {
        return Err(Failure::Usage(Error::invalid("--json", "is for `staka demo --once`, which comes to an end")));
    }
    // What is wrong is said before the long steps.
    let secret = args::jwt_secret(args.jwt_secret.as_deref()).unwrap_or_else(random_secret);
    let config = staka_http::Config::new(secret.clone()).map_err(|error| Failure::in_usage("--jwt-secret", &error))?;
    if let (Some(port), false) = (args.port, args.once) {
        drop(service::listen(Some(port)).await?);
    }
    let stop = Stop::listen()?;
    let progress = Progress::new();
    let shown = async {
        let database = Database::get(args, common, &stop, &progress).await?;
        let shown = on(&database, args, common, &stop, &progress, Service { secret, config, port: args.port }).await;
        progress.end();
        let stopped = database.stop(&progress).await;
        shown.and(stopped)
    }
    .await;
    match shown {
        // Ctrl-C is how the demo ends; with --once it never came to its end.
        Err(Failure::Interrupted) if !args.once => {
            eprintln!("Stopped before it was ready. The next start goes on.");
            Ok(())
        }
        other => other,
    }
}

async fn on(
    database: &Database,
    args: &DemoArgs,
    common: &Common,
    stop: &Stop,
    progress: &Progress,
    service: Service,
) -> Result<(), Failure> {
    let preparing = async {
        database.must_be_ours().await?;
        progress.step("schema");
        let options = MigrateOptions::default();
        let migrated = migrate::apply(database.config(), &options, progress, &mut |step| progress.update(step)).await?;
        Ok((migrated, StakaBuilder::from_config(database.config().clone()).connect().await?))
    };
    let (migrated, staka) = stop.unless(preparing).await?;
    let shown = async {
        let anchor = stop.unless(Database::anchor(&staka)).await?;
        let options = SeedOptions { scale: args.scale, ..SeedOptions::new(anchor) };
        let (seeded, measured) = stop.unless(fill(&staka, &options, progress)).await?;
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
        if args.once { Ok(()) } else { service.run(&staka, database, stop.clone()).await }
    }
    .await;
    staka.close().await;
    shown
}

async fn fill(
    staka: &Staka,
    options: &SeedOptions,
    progress: &Progress,
) -> Result<(staka_core::maintenance::seed::SeedReport, queries::Report), Failure> {
    let seeded = seed::fill(staka, options, progress).await?;
    let measured = queries::measure(staka, None, EFFORT, progress).await?;
    Ok((seeded, measured))
}

fn random_secret() -> Secret {
    let bytes: [u8; 32] = rand::random();
    Secret::new(bytes.iter().map(|byte| format!("{byte:02x}")).collect::<String>())
}
