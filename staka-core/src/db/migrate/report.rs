//! Results of planning, migrating, resetting and reading the status.

use std::fmt;

use serde::Serialize;

use crate::base::Timestamp;

/// A statement of a plan.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct Step {
    /// The version of its migration; 0 for the table that records migrations.
    pub version: u32,
    /// The migration's name.
    pub name: String,
    /// The exact statement, without a `;`.
    pub sql: String,
    /// Why it is needed, in one sentence.
    pub reason: String,
}

/// A counter table that cannot be maintained in this database: queries count by an index instead.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct Refusal {
    /// The counter table.
    pub table: &'static str,
    /// The reason: a missing privilege, or a difference from the Prisma schema.
    pub reason: String,
}

/// The state of a counter table.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct CounterState {
    /// The counter table.
    pub table: &'static str,
    /// The table of the Prisma schema that it is computed from.
    pub source: &'static str,
    /// When it was filled; `None` if it is not, and queries count by an index instead.
    pub filled_at: Option<Timestamp>,
}

/// What [`Migrator::migrate`](crate::db::Migrator::migrate) would do.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct MigrationPlan {
    /// Whether existing tables, created by Prisma or by hand, become the baseline.
    pub adopts: bool,
    /// The statements in order; empty if the database is current.
    pub steps: Vec<Step>,
    /// Compatible differences from the Prisma schema.
    pub drift: Vec<Drift>,
    /// The counter tables that cannot be maintained in this database.
    pub refused: Vec<Refusal>,
}

/// What [`Migrator::migrate`](crate::db::Migrator::migrate) did.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct MigrationReport {
    /// Whether this run adopted existing tables as the baseline.
    pub adopted: bool,
    /// The statements that were run, in order.
    pub applied: Vec<Step>,
    /// Differences from the Prisma schema when the run began.
    pub drift: Vec<Drift>,
    /// The counter tables that cannot be maintained in this database.
    pub refused: Vec<Refusal>,
    /// Whether there was nothing to do.
    pub already_current: bool,
}

/// The state of a database's migrations.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct MigrationStatus {
    /// Whether the tables of the Prisma schema existed before Staka.
    pub adopted: bool,
    /// Whether Prisma's `_prisma_migrations` exists.
    pub prisma: bool,
    /// Whether [`Migrator::migrate`](crate::db::Migrator::migrate) would do nothing.
    pub current: bool,
    /// Every migration of this version of Staka, in order.
    pub migrations: Vec<MigrationState>,
    /// Recorded migrations that belong to a newer version of Staka.
    pub unknown: Vec<MigrationState>,
    /// Differences from the Prisma schema; see [`DriftKind::is_incompatible`].
    pub drift: Vec<Drift>,
    /// The counter tables.
    pub counters: Vec<CounterState>,
    /// Indexes of the Prisma schema that a wider index of Staka creates redundant: they cost writes and serve no query.
    /// They are not dropped, because they belong to the Prisma schema.
    pub redundant: Vec<RedundantIndex>,
}

/// An index whose columns are a prefix of another index.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct RedundantIndex {
    /// The table.
    pub table: String,
    /// The index.
    pub index: String,
    /// The index of Staka that begins with the same columns.
    pub covered_by: String,
}

/// The state of a migration.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct MigrationState {
    /// The migration's number.
    pub version: u32,
    /// The migration's name.
    pub name: String,
    /// The progress.
    pub state: Progress,
    /// Whether it was applied with another text than this version contains:
    /// [`Migrator::migrate`](crate::db::Migrator::migrate) then fails.
    pub changed: bool,
    /// The start, UTC.
    pub started_at: Option<Timestamp>,
    /// The end, UTC.
    pub finished_at: Option<Timestamp>,
    /// The version of Staka that applied it.
    pub staka_version: Option<String>,
}

/// The progress of a migration.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub enum Progress {
    /// Not started.
    Pending,
    /// Started and not finished; the next run continues.
    Started,
    /// Applied by Staka.
    Applied,
    /// Existed before Staka and was adopted.
    Adopted,
}

/// What [`Migrator::reset`](crate::db::Migrator::reset) did.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct ResetReport {
    /// The tables and triggers that were dropped.
    pub dropped: Vec<String>,
    /// The other tables, which were kept.
    pub kept: Vec<String>,
}

/// A difference between the database and the Prisma schema.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct Drift {
    /// The kind of difference.
    pub kind: DriftKind,
    /// The table; empty for a migration.
    pub table: String,
    /// The column, index, trigger, foreign key or migration; `None` for the table itself.
    pub object: Option<String>,
    /// What was found and what was expected, as a sentence.
    pub message: String,
}

impl fmt::Display for Drift {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)
    }
}

/// The kinds of difference between a database and the Prisma schema.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub enum DriftKind {
    /// A table of the Prisma schema does not exist.
    MissingTable,
    /// A column that Staka reads and writes does not exist.
    MissingColumn,
    /// A column has an incompatible type or another nullability, is generated by the server, or is an enum that lacks a
    /// value that Staka writes.
    IncompatibleColumn,
    /// An unknown column is NOT NULL without a default: every INSERT would fail.
    BlockingColumn,
    /// A table that neither the Prisma schema, Staka nor Prisma owns.
    UnknownTable,
    /// A column that the Prisma schema does not have.
    UnknownColumn,
    /// An enum value that the Prisma schema does not have.
    UnknownEnumValue,
    /// An index that the Prisma schema does not have.
    UnknownIndex,
    /// A trigger on a table of the Prisma schema that Staka does not own.
    UnknownTrigger,
    /// A migration of a newer version of Staka.
    UnknownMigration,
    /// Another length, another compatible type, or enum values in another order.
    DifferingType,
    /// Another collation.
    DifferingCollation,
    /// Another default.
    DifferingDefault,
    /// An expected index has other columns or another name.
    DifferingIndex,
    /// A foreign key with another name or other actions.
    DifferingForeignKey,
    /// Another storage engine than InnoDB.
    DifferingEngine,
    /// An index of the Prisma schema does not exist; `migrate` creates it.
    MissingIndex,
    /// A foreign key of the Prisma schema does not exist; it is not created, because rows may violate it.
    MissingForeignKey,
    /// An object of Staka was created and no longer exists; `migrate` recreates it.
    LostObject,
    /// An object with a name of Staka's index or trigger is a different one.
    TakenName,
    /// A migration was applied with another text than this version contains.
    ChangedMigration,
}

impl DriftKind {
    /// Returns whether Staka cannot work with the difference: [`Migrator::plan`](crate::db::Migrator::plan) and
    /// [`Migrator::migrate`](crate::db::Migrator::migrate) then fail.
    pub const fn is_incompatible(self) -> bool {
        matches!(
            self,
            Self::MissingTable
                | Self::MissingColumn
                | Self::IncompatibleColumn
                | Self::BlockingColumn
                | Self::TakenName
                | Self::ChangedMigration
        )
    }
}
