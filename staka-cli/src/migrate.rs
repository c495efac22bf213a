//! `staka migrate`, its dry run, status and reset.

use std::time::Duration;

use serde_json::json;
use staka_core::db::migrate::{Drift, MigrateOptions, MigrationReport, MigrationState, MigrationStatus, Refusal, Step};
use staka_core::{Config, Error, ErrorKind, Migrator};

use crate::args::{Common, MigrateArgs, MigrateCommand};
use crate::failure::Failure;
use crate::output::{self, Align, Progress};

pub(crate) async fn run(args: &MigrateArgs, common: &Common) -> Result<(), Failure> {
    match &args.command {
        Some(_) if args.dry_run || args.create_database => Err(Failure::Usage(Error::invalid(
            if args.dry_run { "--dry-run" } else { "--create-database" },
            "is for `staka migrate` alone",
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

/// Migrates; `on_step` hears of each step before it runs.
pub(crate) async fn apply(
    config: &Config,
    options: &MigrateOptions,
    progress: &Progress,
    on_step: &mut (dyn FnMut(String) + Send),
) -> Result<MigrationReport, Failure> {
    let mut migrator = Migrator::connect(config).await?;
    let mut on_step = |step: &Step| on_step(format!("{}: {}", place(step), step.reason));
    Ok(progress.during(migrator.migrate(options, &mut on_step)).await?)
}

/// What a migration did, in one line.
pub(crate) fn sentence(report: &MigrationReport) -> String {
    if report.already_current {
        return "The schema is up to date: nothing was done.".to_owned();
    }
    let adopted = if report.adopted { "The tables were there and are kept as they are (adopted). " } else { "" };
    format!("{adopted}The schema is up to date: {} statements were run.", report.applied.len())
}

async fn dry_run(common: &Common) -> Result<(), Failure> {
    let plan = Migrator::connect(&common.config()?).await?.plan().await?;
    if common.json {
        output::json(&plan);
        return Ok(());
    }
    if plan.steps.is_empty() {
        output::line("-- The schema is up to date: nothing to do.");
    }
    if plan.adopts {
        output::line("-- The tables are there: they are kept as they are (adopted).");
    }
    for step in &plan.steps {
        output::line(&format!("-- {}: {}\n{};", place(step), step.reason, step.sql));
    }
    for refusal in &plan.refused {
        output::line(&format!("-- not maintained here: {}: {}", refusal.table, refusal.reason));
    }
    for drift in &plan.drift {
        output::line(&format!("-- differs from the guide: {drift}"));
    }
    Ok(())
}

async fn status(common: &Common) -> Result<(), Failure> {
    let status = Migrator::connect(&common.config()?).await?.status().await?;
    if common.json {
        output::json(&status);
        return Ok(());
    }
    let columns = ["migration", "state", "finished", "by Staka"].map(|title| (title, Align::Left));
    let rows: Vec<Vec<String>> = status.migrations.iter().chain(&status.unknown).map(state_row).collect();
    output::line(&output::table(&columns, &rows));
    if status.adopted {
        output::line("The tables were there before Staka (adopted).");
    }
    if status.prisma {
        output::line("Prisma's own migrations are recorded here; they are never touched.");
    }
    if !status.unknown.is_empty() {
        output::line("The last ones are of a newer Staka, which was here before.");
    }
    output::line(if status.current {
        "The schema is up to date."
    } else {
        "The schema is NOT up to date: `staka migrate --dry-run` says what is missing, `staka migrate` does it."
    });
    for state in &status.maintained {
        let since = state.filled_at.map_or_else(
            || "not maintained: its queries count row by row".to_owned(),
            |at| format!("maintained by triggers since {at}"),
        );
        output::line(&format!("{}: {since}", state.table));
    }
    if !status.redundant.is_empty() {
        output::line("Indexes of Prisma's schema that serve no query beside ours (they only cost writes):");
        for index in &status.redundant {
            output::line(&format!("  {} on {} (see {})", index.index, index.table, index.covered_by));
        }
    }
    print_drift(&status.drift);
    Ok(())
}

fn state_row(migration: &MigrationState) -> Vec<String> {
    let changed = if migration.changed { " (from another text)" } else { "" };
    vec![
        format!("{:04} {}", migration.version, migration.name),
        format!("{}{changed}", output::word(&migration.state)),
        migration.finished_at.map(|at| at.to_string()).unwrap_or_default(),
        migration.staka_version.clone().unwrap_or_default(),
    ]
}

async fn reset(yes: bool, common: &Common) -> Result<(), Failure> {
    let config = common.config()?;
    if !yes {
        let name = config.database().unwrap_or_default();
        let problem = format!("is needed: `reset` drops the tables of {name} with all their rows");
        return Err(Failure::Usage(Error::invalid("--yes", problem)));
    }
    let report = Migrator::connect(&config).await?.reset().await?;
    if common.json {
        output::json(&report);
    } else {
        output::line(&format!("{} tables and triggers were dropped.", report.dropped.len()));
        if !report.kept.is_empty() {
            output::line(&format!("Kept, as they are not ours: {}", report.kept.join(", ")));
        }
    }
    Ok(())
}

/// Whether the guide's tables stand there, by what the migrations say.
pub(crate) fn has_schema(status: &MigrationStatus) -> bool {
    use staka_core::db::migrate::Progress::{Adopted, Applied};
    status.migrations.first().is_some_and(|baseline| matches!(baseline.state, Applied | Adopted))
}

/// `Conflict` unless the guide's tables stand there.
pub(crate) async fn must_have_schema(config: &Config) -> Result<(), Failure> {
    let status = Migrator::connect(config).await?.status().await?;
    if has_schema(&status) {
        return Ok(());
    }
    Err(Error::new(ErrorKind::Conflict, "the database is not migrated: run `staka migrate` first").into())
}

fn place(step: &Step) -> String {
    format!("migration {:04} {}", step.version, step.name)
}

/// What goes on more slowly, and why.
fn print_refused(refused: &[Refusal]) {
    for refusal in refused {
        let Refusal { table, reason, .. } = refusal;
        output::line(&format!("{table} is not maintained here, so that its queries count row by row: {reason}"));
    }
}

fn print_drift(drift: &[Drift]) {
    if drift.is_empty() {
        return;
    }
    output::line("Where the database differs from the guide:");
    for drift in drift {
        let weight = if drift.kind.is_incompatible() { "  ! " } else { "  - " };
        output::line(&format!("{weight}{drift}"));
    }
    if drift.iter().any(|drift| drift.kind.is_incompatible()) {
        output::line("With what is marked `!`, Staka cannot work.");
    }
}

/// The migration's outcome without its statements, for the demo.
pub(crate) fn brief(report: &MigrationReport) -> serde_json::Value {
    json!({ "applied": report.applied.len(), "alreadyCurrent": report.already_current, "adopted": report.adopted })
}
