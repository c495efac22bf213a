//! `staka migrate` with its dry run, `status` and `reset`.

use std::time::Duration;

use serde_json::json;
use staka_core::migrate::{Drift, MigrateOptions, MigrationReport, MigrationState, MigrationStatus, Refusal, Step};
use staka_core::{Config, Error, ErrorKind, Migrator};

use crate::args::{Common, MigrateArgs, MigrateCommand};
use crate::failure::Failure;
use crate::output::{self, Align, Progress};

pub(crate) async fn run(args: &MigrateArgs, common: &Common) -> Result<(), Failure> {
    match &args.command {
        Some(_) if args.dry_run || args.create_database => Err(Failure::Usage(Error::invalid(
            if args.dry_run { "--dry-run" } else { "--create-database" },
            "is allowed only without a subcommand",
        ))),
        Some(MigrateCommand::Status) => status(common).await,
        Some(MigrateCommand::Reset { yes }) => reset(*yes, common).await,
        None if args.dry_run => dry_run(common).await,
        None => {
            let options = MigrateOptions::default().with_lock_wait(Duration::from_secs(args.lock_wait));
            let (config, progress) = (common.config()?, Progress::new());
            if args.create_database {
                Migrator::create_database(&config).await?;
            }
            let report = apply(&config, &options, &progress, &mut |step| progress.step(&step)).await?;
            if common.json {
                output::json(&report);
            } else {
                output::line(&sentence(&report));
                print_refused(&report.refused);
                print_drift(&report.drift);
            }
            Ok(())
        }
    }
}

/// Migrates the database; calls `on_step` before each step.
pub(crate) async fn apply(
    config: &Config,
    options: &MigrateOptions,
    progress: &Progress,
    on_step: &mut (dyn FnMut(String) + Send),
) -> Result<MigrationReport, Failure> {
    let mut migrator = Migrator::connect(config).await?;
    let mut on_step = |step: &Step| on_step(format!("{}: {}", migration_title(step), step.reason));
    Ok(progress.during(migrator.migrate(options, &mut on_step)).await?)
}

/// Says in one line what a migration did.
pub(crate) fn sentence(report: &MigrationReport) -> String {
    if report.already_current {
        return "The schema is up to date; nothing was changed.".to_owned();
    }
    let adopted = if report.adopted { "The existing tables were adopted unchanged. " } else { "" };
    format!("{adopted}The schema is up to date; {} statements were run.", report.applied.len())
}

async fn dry_run(common: &Common) -> Result<(), Failure> {
    let plan = Migrator::connect(&common.config()?).await?.plan().await?;
    if common.json {
        output::json(&plan);
        return Ok(());
    }
    if plan.steps.is_empty() {
        output::line("-- The schema is up to date; nothing to do.");
    }
    if plan.adopts {
        output::line("-- The existing tables are adopted unchanged.");
    }
    for step in &plan.steps {
        output::line(&format!("-- {}: {}\n{};", migration_title(step), step.reason, step.sql));
    }
    for refusal in &plan.refused {
        output::line(&format!("-- no triggers will maintain {}: {}", refusal.table, refusal.reason));
    }
    for drift in &plan.drift {
        output::line(&format!("-- differs from the Prisma schema: {drift}"));
    }
    Ok(())
}

async fn status(common: &Common) -> Result<(), Failure> {
    let status = Migrator::connect(&common.config()?).await?.status().await?;
    if common.json {
        output::json(&status);
        return Ok(());
    }
    let columns = ["migration", "state", "finished", "Staka version"].map(|title| (title, Align::Left));
    let rows: Vec<Vec<String>> = status.migrations.iter().chain(&status.unknown).map(state_row).collect();
    output::line(&output::table(&columns, &rows));
    if status.adopted {
        output::line("The tables existed before Staka and were adopted.");
    }
    if status.prisma {
        output::line("Prisma's own migrations are recorded in this database; Staka does not change them.");
    }
    if !status.unknown.is_empty() {
        output::line("The last migrations were run by a newer version of Staka.");
    }
    output::line(if status.current {
        "The schema is up to date."
    } else {
        "The schema is NOT up to date: `staka migrate --dry-run` prints what is missing, `staka migrate` updates it."
    });
    for state in &status.counters {
        let since = state.filled_at.map_or_else(
            || "not maintained by triggers; its queries count rows".to_owned(),
            |at| format!("maintained by triggers since {at}"),
        );
        output::line(&format!("{}: {since}", state.table));
    }
    if !status.redundant.is_empty() {
        output::line("Indexes of the Prisma schema that Staka's indexes make redundant (they only slow down writes):");
        for index in &status.redundant {
            output::line(&format!("  {} on {} (see {})", index.index, index.table, index.covered_by));
        }
    }
    print_drift(&status.drift);
    Ok(())
}

fn state_row(migration: &MigrationState) -> Vec<String> {
    let changed = if migration.changed { " (its SQL has changed since)" } else { "" };
    vec![
        format!("{:04} {}", migration.version, migration.name),
        format!("{}{changed}", output::json_name(&migration.state)),
        migration.finished_at.map(|at| at.to_string()).unwrap_or_default(),
        migration.staka_version.clone().unwrap_or_default(),
    ]
}

async fn reset(yes: bool, common: &Common) -> Result<(), Failure> {
    let config = common.config()?;
    if !yes {
        let name = config.database().unwrap_or_default();
        let problem = format!("is required: `reset` drops the tables of {name} with all their rows");
        return Err(Failure::Usage(Error::invalid("--yes", problem)));
    }
    let report = Migrator::connect(&config).await?.reset().await?;
    if common.json {
        output::json(&report);
    } else {
        output::line(&format!("{} tables and triggers were dropped.", report.dropped.len()));
        if !report.kept.is_empty() {
            output::line(&format!("Not dropped, because Staka did not create them: {}", report.kept.join(", ")));
        }
    }
    Ok(())
}

/// Returns whether the tables of the Prisma schema exist, according to the recorded migrations.
pub(crate) fn has_schema(status: &MigrationStatus) -> bool {
    use staka_core::migrate::Progress::{Adopted, Applied};
    status.migrations.first().is_some_and(|baseline| matches!(baseline.state, Applied | Adopted))
}

/// Fails with `Conflict` if the tables of the Prisma schema do not exist.
pub(crate) async fn check_schema(config: &Config) -> Result<(), Failure> {
    let status = Migrator::connect(config).await?.status().await?;
    if has_schema(&status) {
        return Ok(());
    }
    Err(Error::new(ErrorKind::Conflict, "the database is not migrated: run `staka migrate` first").into())
}

fn migration_title(step: &Step) -> String {
    format!("migration {:04} {}", step.version, step.name)
}

/// Prints the counters that cannot be maintained by triggers, and why.
fn print_refused(refused: &[Refusal]) {
    for refusal in refused {
        let Refusal { table, reason, .. } = refusal;
        output::line(&format!("{table} is not maintained by triggers, so its queries count rows: {reason}"));
    }
}

fn print_drift(drift: &[Drift]) {
    if drift.is_empty() {
        return;
    }
    output::line("The database differs from the Prisma schema:");
    for drift in drift {
        let bullet = if drift.kind.is_incompatible() { "  ! " } else { "  - " };
        output::line(&format!("{bullet}{drift}"));
    }
    if drift.iter().any(|drift| drift.kind.is_incompatible()) {
        output::line("Staka cannot work with the differences marked `!`.");
    }
}

/// Returns the migration's outcome without its statements, for the demo.
pub(crate) fn brief(report: &MigrationReport) -> serde_json::Value {
    json!({ "applied": report.applied.len(), "alreadyCurrent": report.already_current, "adopted": report.adopted })
}
