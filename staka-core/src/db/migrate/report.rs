//! What the four verbs say.

use std::fmt;

use serde::Serialize;

use crate::base::Timestamp;

/// One statement of a plan.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct Step {
    /// The migration it belongs to; 0 for the table in which migrations are recorded.
    pub version: u32,
    /// The migration's name.
    pub name: String,
    /// The exact statement, without a `;`.
    pub sql: String,
    /// Why it is needed, in one sentence.
    pub reason: String,
}

/// A table that triggers were to maintain, and that is left out: queries count by an index instead.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct Refusal {
    /// The table.
    pub table: &'static str,
    /// What stands in its way: a privilege, or how the guide's tables differ.
    pub reason: String,
}

/// A table that triggers maintain.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct MaintainedState {
    /// The table.
    pub table: &'static str,
    /// The guide's table that it follows.
    pub source: &'static str,
    /// Since when it is true; none when it is not, and queries count by an index instead.
    pub filled_at: Option<Timestamp>,
}

/// What [`migrate`](super::migrate) would do.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct MigrationPlan {
    /// The tables stand already and were made by Prisma or by hand: they become the baseline, as they are.
    pub adopts: bool,
    /// The statements, in order; none when the database is current.
    pub steps: Vec<Step>,
    /// Where the database differs from the guide and the library can live with it.
    pub drift: Vec<Drift>,
    /// Tables that triggers cannot maintain here.
    pub refused: Vec<Refusal>,
}

/// What [`migrate`](super::migrate) did.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct MigrationReport {
    /// This run took the existing tables as the baseline.
    pub adopted: bool,
    /// The statements that were run, in order.
    pub applied: Vec<Step>,
    /// Where the database differed from the guide when the run began.
    pub drift: Vec<Drift>,
    /// Tables that triggers cannot maintain here.
    pub refused: Vec<Refusal>,
    /// There was nothing to do.
    pub already_current: bool,
}

/// How a database stands.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct MigrationStatus {
    /// The guide's tables were there before this library.
    pub adopted: bool,
    /// Prisma's own `_prisma_migrations` stands there.
    pub prisma: bool,
    /// [`migrate`](super::migrate) would do nothing.
    pub current: bool,
    /// Every migration that this version of the library knows, in order.
    pub migrations: Vec<MigrationState>,
    /// Migrations recorded in the database that this version does not know: a newer one was here.
    pub unknown: Vec<MigrationState>,
    /// Where the database differs from the guide; see [`DriftKind::is_incompatible`].
    pub drift: Vec<Drift>,
    /// The tables that triggers maintain.
    pub maintained: Vec<MaintainedState>,
    /// Indexes of Prisma's schema that a wider one of ours makes redundant: they cost writes and serve no query. They are
    /// not dropped, as Prisma's schema names them.
    pub redundant: Vec<RedundantIndex>,
}

/// An index whose columns are the first ones of another.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct RedundantIndex {
    /// The table.
    pub table: String,
    /// The index.
    pub index: String,
    /// Ours that begins with its columns.
    pub covered_by: String,
}

/// How one migration stands.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct MigrationState {
    /// Its number.
    pub version: u32,
    /// Its name.
    pub name: String,
    /// How far it is.
    pub state: Progress,
    /// It was applied from another text than this version carries: [`migrate`](super::migrate) refuses.
    pub changed: bool,
    /// When it began.
    pub started_at: Option<Timestamp>,
    /// When it was done.
    pub finished_at: Option<Timestamp>,
    /// The version of Staka that did it.
    pub staka_version: Option<String>,
}

/// How far a migration is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub enum Progress {
    /// Not begun.
    Pending,
    /// Begun and not done; the next run goes on.
    Started,
    /// Done by this library.
    Applied,
    /// It stood there before this library.
    Adopted,
}

/// What [`reset`](super::reset) did.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct ResetReport {
    /// The tables and triggers that were dropped.
    pub dropped: Vec<String>,
    /// The tables that are not ours and stay.
    pub kept: Vec<String>,
}

/// One difference between the database and the guide.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct Drift {
    /// What kind of difference.
    pub kind: DriftKind,
    /// The table; empty when it is about a migration.
    pub table: String,
    /// The column, index, trigger, foreign key or migration; none when it is about the table itself.
    pub object: Option<String>,
    /// What was found and what the guide has, for a person.
    pub message: String,
}

impl fmt::Display for Drift {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)
    }
}

/// The kinds of difference between a database and the guide.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub enum DriftKind {
    /// One of the 14 tables is not there.
    MissingTable,
    /// A column that the library reads and writes is not there.
    MissingColumn,
    /// A column is of another family of types, nullable where it may not be or the reverse, made by the server,
    /// or an enum without a value that the library writes.
    IncompatibleColumn,
    /// A column that the library does not know must be given a value: every INSERT would fail.
    BlockingColumn,
    /// A table that is neither the guide's nor ours nor Prisma's.
    UnknownTable,
    /// A column that the guide does not have.
    UnknownColumn,
    /// An enum value that the guide does not have.
    UnknownEnumValue,
    /// An index that the guide does not have.
    UnknownIndex,
    /// A trigger on one of the 14 tables that is not ours.
    UnknownTrigger,
    /// A migration of a newer version of this library.
    UnknownMigration,
    /// Another length or another type of the same family, or enum values in another order.
    DifferingType,
    /// Another collation.
    DifferingCollation,
    /// Another default.
    DifferingDefault,
    /// An index of the guide's name on other columns, or the guide's columns under another name.
    DifferingIndex,
    /// A foreign key with another name or other actions.
    DifferingForeignKey,
    /// Another storage engine than InnoDB.
    DifferingEngine,
    /// An index of the guide's is not there; `migrate` adds it.
    MissingIndex,
    /// A foreign key that the guide has is not there; it is not added, because rows may break it.
    MissingForeignKey,
    /// Something of ours was made and is not there any more; `migrate` puts it back.
    LostObject,
    /// An index or a trigger of our name is another than ours.
    TakenName,
    /// A migration was applied from another text than this version carries.
    ChangedMigration,
}

impl DriftKind {
    /// The library cannot work with it: [`plan`](super::plan) and [`migrate`](super::migrate) refuse.
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
