//! Schema migrations: planning, running and reporting them.
//!
//! `migrations/0001` is exactly the schema that Prisma creates; each later file adds one index, table or trigger named
//! `staka_…`. A database that Prisma created is *adopted*: its tables become the baseline as they are, no column and no
//! row is changed, and only Staka's objects and missing indexes of the Prisma schema are added.
//!
//! Every run checks the existing schema, not only the recorded history: a killed run is continued by the next one, and
//! what `prisma db push` dropped is recreated.
//!
//! To add a migration, write `migrations/NNNN_staka_….sql`, with a comment at its head that names the query it serves,
//! and add it to the list in `files.rs`.

mod drift;
mod files;
mod fill;
mod history;
mod inspect;
mod parse;
mod planning;
mod report;
mod run;
mod schema;
mod syntax;

use std::collections::BTreeMap;
use std::time::Duration;

use sqlx::{AssertSqlSafe, MySqlConnection};

pub use report::{
    CounterState, Drift, DriftKind, MigrationPlan, MigrationReport, MigrationState, MigrationStatus, Progress,
    RedundantIndex, Refusal, ResetReport, Step,
};

use crate::base::{Error, ErrorKind, Result};
use crate::db::counters::{self, Counter, CounterCheck};
use crate::db::error::from_sqlx;
use inspect::inspect;
use planning::{MissingIndex, Origin, Situation};
use syntax::quote;

/// Prisma's history of its migrations; only its existence is checked.
const PRISMA_MIGRATIONS: &str = "_prisma_migrations";
/// The name of a primary key's index on both servers.
const PRIMARY: &str = "PRIMARY";
/// Appended to a CREATE INDEX, so that reads and writes continue meanwhile.
const ONLINE: &str = "ALGORITHM=INPLACE LOCK=NONE";

/// Returns whether a table, index or trigger is owned by Staka.
fn is_owned(name: &str) -> bool {
    name.starts_with("staka_")
}

/// Options of [`Migrator::migrate`](crate::db::Migrator::migrate).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct MigrateOptions {
    /// How long to wait for another migrator, and for other connections that use a table; 60 s by default.
    pub lock_wait: Duration,
}

impl Default for MigrateOptions {
    fn default() -> Self {
        Self { lock_wait: Duration::from_secs(60) }
    }
}

impl MigrateOptions {
    /// Returns the options with another wait.
    #[must_use]
    pub const fn with_lock_wait(mut self, lock_wait: Duration) -> Self {
        self.lock_wait = lock_wait;
        self
    }
}

/// Returns the statements that [`migrate`] would run, without changing anything. Run by hand in this order, they have
/// the same effect.
///
/// # Errors
/// `Conflict` if the database cannot be migrated: a table of the Prisma schema or a needed column is missing or
/// incompatible, a migration was applied with another text, a name of Staka is taken, or rows violate a unique index
/// of the Prisma schema; all reasons are listed. `Invalid` if the connection uses no database.
pub async fn plan(conn: &mut MySqlConnection) -> Result<MigrationPlan> {
    let situation = read_situation(conn).await?;
    let plan = situation.plan()?;
    for missing in situation.missing_unique_indexes() {
        refuse_duplicates(conn, &missing).await?;
    }
    Ok(plan)
}

/// Brings the database to this version's schema; does nothing if it is current. `on_step` is called before every
/// statement, and again if the server cannot run it online and it is run offline.
///
/// One migrator at a time works on a database (the lock is per server: on a cluster with several writing nodes, migrate
/// through one of them). If the future is dropped, close the connection; the next run continues where it stopped.
///
/// # Errors
/// Those of [`plan`], before anything is changed. `Contention` if another migrator still runs or a table is still in
/// use after [`MigrateOptions::lock_wait`].
pub async fn migrate(
    conn: &mut MySqlConnection,
    options: &MigrateOptions,
    on_step: &mut (dyn FnMut(&Step) + Send),
) -> Result<MigrationReport> {
    let session = run::open(conn, options.lock_wait).await?;
    let result = migrate_locked(conn, options, on_step).await;
    run::close(conn, session).await;
    result
}

async fn migrate_locked(
    conn: &mut MySqlConnection,
    options: &MigrateOptions,
    on_step: &mut (dyn FnMut(&Step) + Send),
) -> Result<MigrationReport> {
    let MigrationPlan { adopts, steps, drift, mut refused } = plan(conn).await?;
    let mut applied = Vec::with_capacity(steps.len());
    for step in steps {
        let counters = fill::of_step(&step);
        if counters.is_some_and(|which| refused.iter().any(|refusal| refusal.table == which.table())) {
            continue;
        }
        on_step(&step);
        match (run::step(conn, step, options.lock_wait, on_step).await?, counters) {
            (run::Outcome::Done(step), _) => applied.push(step),
            (run::Outcome::Refused { error, reason }, Some(which)) => {
                tracing::warn!(table = which.table(), %error, "counter table cannot be maintained: queries count rows");
                refused.push(Refusal { table: which.table(), reason });
            }
            (run::Outcome::Refused { error, .. }, None) => return Err(error),
        }
    }
    let already_current = applied.is_empty();
    Ok(MigrationReport { adopted: adopts, applied, drift, refused, already_current })
}

/// Compares each counter table with its source. Tables that do not exist are left out.
///
/// # Errors
/// `Invalid` if the connection uses no database; errors of the connection.
pub async fn check_counters(conn: &mut MySqlConnection) -> Result<Vec<CounterCheck>> {
    let situation = read_situation(conn).await?;
    let mut all = Vec::new();
    for which in Counter::ALL.into_iter().filter(|which| situation.found.has(which.table())) {
        all.push(counters::check(conn, which).await?);
    }
    Ok(all)
}

/// Refills the counter tables from their sources, for example after a TRUNCATE or a bulk load without triggers. Writes
/// to the sources wait meanwhile. Tables that lack a trigger are left out.
///
/// # Errors
/// Those of [`migrate`].
pub async fn refill_counters(
    conn: &mut MySqlConnection,
    options: &MigrateOptions,
    on_step: &mut (dyn FnMut(&Step) + Send),
) -> Result<Vec<Step>> {
    let session = run::open(conn, options.lock_wait).await?;
    let result = refill_locked(conn, options, on_step).await;
    run::close(conn, session).await;
    result
}

async fn refill_locked(
    conn: &mut MySqlConnection,
    options: &MigrateOptions,
    on_step: &mut (dyn FnMut(&Step) + Send),
) -> Result<Vec<Step>> {
    let found = read_situation(conn).await?.found;
    let mut done = Vec::new();
    for which in Counter::ALL.into_iter().filter(|which| fill::is_complete(*which, &found)) {
        let Some(step) = fill::step(which) else { continue };
        on_step(&step);
        match run::step(conn, step, options.lock_wait, on_step).await? {
            run::Outcome::Done(step) => done.push(step),
            run::Outcome::Refused { error, .. } => return Err(error),
        }
    }
    Ok(done)
}

/// Returns the state of every migration and the database's differences from the Prisma schema. It never fails for a
/// difference: what [`migrate`] would refuse is part of the drift.
///
/// # Errors
/// `Invalid` if the connection uses no database; errors of the connection.
pub async fn status(conn: &mut MySqlConnection) -> Result<MigrationStatus> {
    Ok(read_situation(conn).await?.status())
}

/// Drops the tables of the Prisma schema with all rows, and everything owned by Staka. For development, and only in a
/// database that Staka created. Other tables stay; their foreign keys to dropped tables are unresolved until the next
/// [`migrate`].
///
/// # Errors
/// `Conflict` if the tables existed before Staka, or Prisma's `_prisma_migrations` exists. `Contention` if a migration
/// is running.
pub async fn reset(conn: &mut MySqlConnection) -> Result<ResetReport> {
    let session = run::open(conn, MigrateOptions::default().lock_wait).await?;
    let result = reset_locked(conn).await;
    run::close(conn, session).await;
    result
}

async fn reset_locked(conn: &mut MySqlConnection) -> Result<ResetReport> {
    let situation = read_situation(conn).await?;
    let (tables, kept) = (situation.owned_tables(), situation.other_tables());
    if tables.is_empty() {
        return Ok(ResetReport { dropped: Vec::new(), kept });
    }
    let refused = match situation.origin() {
        _ if situation.has_prisma() => Some("Prisma's `_prisma_migrations` exists"),
        Origin::External | Origin::Adopted => Some("its tables existed before Staka"),
        Origin::Absent | Origin::Incomplete | Origin::Created => None,
    };
    if let Some(why) = refused {
        return Err(Error::new(
            ErrorKind::Conflict,
            format!("this database cannot be reset: {why}; nothing was changed"),
        ));
    }
    let triggers = situation.found.triggers.iter().filter(|trigger| is_owned(&trigger.name));
    let triggers: Vec<String> = triggers.map(|trigger| trigger.name.clone()).collect();
    run::drop_all(conn, situation.history.is_some(), &triggers, &tables).await?;
    Ok(ResetReport { dropped: [triggers, tables].concat(), kept })
}

async fn read_situation(conn: &mut MySqlConnection) -> Result<Situation> {
    let found = inspect(conn).await?;
    let history = if found.has(history::TABLE) { Some(history::entries(conn).await?) } else { None };
    let filled = if found.has(fill::TABLE) { fill::filled(conn).await? } else { BTreeMap::new() };
    Ok(Situation { found, history, filled })
}

/// Checks, before anything is changed, that no rows violate a unique index that is to be added.
async fn refuse_duplicates(conn: &mut MySqlConnection, missing: &MissingIndex) -> Result<()> {
    let (table, columns) = (quote(&missing.table), missing.index.columns());
    let sql = format!("SELECT 1 FROM {table} GROUP BY {columns} HAVING COUNT(*) > 1 LIMIT 1");
    let duplicate = sqlx::raw_sql(AssertSqlSafe(sql)).fetch_optional(conn).await.map_err(from_sqlx)?;
    if duplicate.is_none() {
        return Ok(());
    }
    let message = format!(
        "this database cannot be migrated, and nothing was changed: rows of {table} share the same ({columns}), \
         which the unique index `{}` of the Prisma schema forbids",
        missing.index.name
    );
    Err(Error::new(ErrorKind::Conflict, message).with_key(missing.index.name.clone()))
}
