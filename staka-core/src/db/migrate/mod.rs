//! The schema's migrations: what they are, what of them a database still wants, and doing it.
//!
//! `migrations/0001` is exactly the schema that Prisma makes; later files each add one index, table or trigger
//! named `staka_…`. A database that Prisma made is *adopted*: its tables become the baseline as they are, no
//! column and no row is changed, and only what is ours and the guide's missing indexes are added.
//!
//! Every run looks at what stands, not only at what was recorded: a run that was killed goes on at the next one,
//! and what `prisma db push` dropped is put back.
//!
//! To add a migration: write `migrations/NNNN_staka_….sql` with the query it serves in a comment at its head, and
//! add it to the list in `files.rs`.

mod drift;
mod files;
mod filling;
mod inspect;
mod ledger;
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
    Drift, DriftKind, MaintainedState, MigrationPlan, MigrationReport, MigrationState, MigrationStatus, Progress,
    RedundantIndex, Refusal, ResetReport, Step,
};

use crate::base::{Error, ErrorKind, Result};
use crate::db::error::from_sqlx;
use crate::db::maintained::{self, Maintained, Recount};
use inspect::inspect;
use planning::{NewUnique, Origin, Situation};
use syntax::quote;

/// Prisma's own record of its migrations: read for its presence, never touched.
const PRISMA: &str = "_prisma_migrations";
/// What both servers call the index of a primary key.
const PRIMARY: &str = "PRIMARY";
/// Added to a CREATE INDEX: reads and writes go on meanwhile.
const ONLINE: &str = "ALGORITHM=INPLACE LOCK=NONE";

/// Whether a table, index or trigger is this library's own.
fn is_ours(name: &str) -> bool {
    name.starts_with("staka_")
}

/// How [`migrate`] goes about it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct MigrateOptions {
    /// How long to wait for another migrator, and for statements of others that hold a table; 60 s by default.
    pub lock_wait: Duration,
}

impl Default for MigrateOptions {
    fn default() -> Self {
        Self { lock_wait: Duration::from_secs(60) }
    }
}

impl MigrateOptions {
    /// The same with another wait.
    #[must_use]
    pub const fn with_lock_wait(mut self, lock_wait: Duration) -> Self {
        self.lock_wait = lock_wait;
        self
    }
}

/// Says what [`migrate`] would do, statement by statement, and changes nothing. Run by hand, in order, the
/// statements bring the database to the same state.
///
/// # Errors
/// `Conflict` when the database cannot be migrated: some of the guide's tables are missing, a column the library
/// needs is missing or incompatible, a migration was applied from another text, a name of ours is taken, or rows
/// break a unique index of the guide's; every one is named. `Invalid` when the connection uses no database.
pub async fn plan(conn: &mut MySqlConnection) -> Result<MigrationPlan> {
    let situation = look(conn).await?;
    let plan = situation.plan()?;
    for missing in situation.new_uniques() {
        refuse_doubles(conn, &missing).await?;
    }
    Ok(plan)
}

/// Brings the database to this version's schema; does nothing when it is there. `on_step` hears of every statement
/// before it is run, and once more when the server cannot run it online and it is run without that wish.
///
/// One migrator at a time works on a database (the lock is the server's, so on a cluster that writes on several
/// nodes, migrate through one of them). A future that is dropped leaves the connection unusable: close it; the
/// next run goes on where it stopped.
///
/// # Errors
/// Those of [`plan`], before anything is changed. `Busy` when another migrator, or a statement that holds a table,
/// is still there after [`MigrateOptions::lock_wait`].
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
        let maintained = filling::of_step(&step);
        if maintained.is_some_and(|which| refused.iter().any(|refusal| refusal.table == which.table())) {
            continue;
        }
        on_step(&step);
        match (run::step(conn, step, options.lock_wait, on_step).await?, maintained) {
            (run::Outcome::Done(step), _) => applied.push(step),
            (run::Outcome::Refused { error, reason }, Some(which)) => {
                tracing::warn!(table = which.table(), %error, "cannot be maintained here: queries count instead");
                refused.push(Refusal { table: which.table(), reason });
            }
            (run::Outcome::Refused { error, .. }, None) => return Err(error),
        }
    }
    let already_current = applied.is_empty();
    Ok(MigrationReport { adopted: adopts, applied, drift, refused, already_current })
}

/// Proves the tables that triggers maintain: each is counted from its source anew. Those that do not stand here are left
/// out.
///
/// # Errors
/// `Invalid` when the connection uses no database; what the connection itself meets.
pub async fn recount(conn: &mut MySqlConnection) -> Result<Vec<Recount>> {
    let situation = look(conn).await?;
    let mut all = Vec::new();
    for which in Maintained::ALL.into_iter().filter(|which| situation.found.has(which.table())) {
        all.push(maintained::recount(conn, which).await?);
    }
    Ok(all)
}

/// Fills the tables that triggers maintain anew, whatever they hold: after rows came or went without triggers (TRUNCATE,
/// a bulk load). Writers to their sources wait meanwhile. What does not stand with all its triggers is left out.
///
/// # Errors
/// Those of [`migrate`].
pub async fn refill(
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
    let found = look(conn).await?.found;
    let mut done = Vec::new();
    for which in Maintained::ALL.into_iter().filter(|which| filling::stands(*which, &found)) {
        let Some(step) = filling::step(which) else { continue };
        on_step(&step);
        match run::step(conn, step, options.lock_wait, on_step).await? {
            run::Outcome::Done(step) => done.push(step),
            run::Outcome::Refused { error, .. } => return Err(error),
        }
    }
    Ok(done)
}

/// Says how every migration stands and where the database differs from the guide. It never refuses a database:
/// what [`migrate`] would refuse stands in the drift.
///
/// # Errors
/// `Invalid` when the connection uses no database; what the connection itself meets.
pub async fn status(conn: &mut MySqlConnection) -> Result<MigrationStatus> {
    Ok(look(conn).await?.status())
}

/// Drops the guide's tables with all their rows, and everything of ours: for development, and only in a database
/// that this library made. Other tables stay; their foreign keys to the tables that went point nowhere until the
/// next [`migrate`].
///
/// # Errors
/// `Conflict` when the tables were there before this library, or Prisma's `_prisma_migrations` stands there.
/// `Busy` when a migrator is at work.
pub async fn reset(conn: &mut MySqlConnection) -> Result<ResetReport> {
    let session = run::open(conn, MigrateOptions::default().lock_wait).await?;
    let result = reset_locked(conn).await;
    run::close(conn, session).await;
    result
}

async fn reset_locked(conn: &mut MySqlConnection) -> Result<ResetReport> {
    let situation = look(conn).await?;
    let (tables, kept) = (situation.our_tables(), situation.other_tables());
    if tables.is_empty() {
        return Ok(ResetReport { dropped: Vec::new(), kept });
    }
    let refused = match situation.origin() {
        _ if situation.has_prisma() => Some("Prisma's `_prisma_migrations` stands there"),
        Origin::Foreign | Origin::Adopted => Some("its tables were there before this library"),
        Origin::Absent | Origin::HalfMade | Origin::Ours => None,
    };
    if let Some(why) = refused {
        return Err(Error::new(ErrorKind::Conflict, format!("this database is not reset: {why}; nothing was changed")));
    }
    let triggers = situation.found.triggers.iter().filter(|trigger| is_ours(&trigger.name));
    let triggers: Vec<String> = triggers.map(|trigger| trigger.name.clone()).collect();
    run::drop_all(conn, situation.ledger.is_some(), &triggers, &tables).await?;
    Ok(ResetReport { dropped: [triggers, tables].concat(), kept })
}

async fn look(conn: &mut MySqlConnection) -> Result<Situation> {
    let found = inspect(conn).await?;
    let ledger = if found.has(ledger::TABLE) { Some(ledger::entries(conn).await?) } else { None };
    let filled = if found.has(filling::TABLE) { filling::filled(conn).await? } else { BTreeMap::new() };
    Ok(Situation { found, ledger, filled })
}

/// A unique index cannot be added where rows are doubled: said before anything is changed.
async fn refuse_doubles(conn: &mut MySqlConnection, missing: &NewUnique) -> Result<()> {
    let (table, columns) = (quote(&missing.table), missing.index.columns());
    let sql = format!("SELECT 1 FROM {table} GROUP BY {columns} HAVING COUNT(*) > 1 LIMIT 1");
    let double = sqlx::raw_sql(AssertSqlSafe(sql)).fetch_optional(conn).await.map_err(from_sqlx)?;
    if double.is_none() {
        return Ok(());
    }
    let message = format!(
        "this database cannot be migrated, and nothing was changed: rows of {table} share the same ({columns}), \
         which the guide's unique index `{}` forbids",
        missing.index.name
    );
    Err(Error::new(ErrorKind::Conflict, message).with_key(missing.index.name.clone()))
}
