//! What is held about a person, what erasing them does, and what is left of them.

use staka_macros::{Output, Record};

use crate::base::Timestamp;
use crate::model::UserId;

/// How much is held about a person.
#[derive(Clone, Debug, PartialEq, Eq, Output)]
pub struct PersonSummary {
    /// Who.
    pub user_id: UserId,
    /// In all tables together.
    pub rows: u64,
    /// Table by table: what leads to a person over another table stands behind it.
    pub tables: Vec<PersonRows>,
}

/// How much of a person one table holds.
#[derive(Clone, Debug, PartialEq, Eq, Output)]
pub struct PersonRows {
    /// The table.
    pub table: String,
    /// Its rows that concern the person; null when the table is not in this database.
    pub rows: Option<u64>,
    /// The columns that an export carries.
    pub exported: Vec<String>,
}

/// What erasing somebody would do. Nothing has been changed.
#[derive(Clone, Debug, PartialEq, Eq, Output)]
pub struct ErasurePlan {
    /// Who.
    pub user_id: UserId,
    /// The address that would stand in place of theirs, and does not lead back to it.
    pub pseudonym: String,
    /// When they were erased before, UTC; null when they were not.
    pub erased_at: Option<Timestamp>,
    /// The tables that hold something of them.
    pub tables: Vec<PlannedTable>,
    /// Entries of the audit log that name them, and would bear the pseudonym.
    pub audit_entries: u64,
    /// Notifications to others that quote or name them: those about them would go, others lose the name.
    pub notifications_to_others: u64,
    /// What lies outside of the database and the caller must remove after the erasure.
    pub stored_files: Vec<StoredFile>,
    /// Tables that this database does not have.
    pub absent: Vec<String>,
    /// What stays whatever is erased, and why.
    pub out_of_scope: Vec<String>,
}

/// What erasing somebody would do to one table.
#[derive(Clone, Debug, PartialEq, Eq, Output)]
pub struct PlannedTable {
    /// The table.
    pub table: String,
    /// Its rows that concern the person.
    pub rows: u64,
    /// Those of them that would be removed.
    pub removed: u64,
    /// Those that would stay without what is personal.
    pub changed: u64,
    /// Those that would stay as they are.
    pub kept: u64,
    /// What would become of its columns.
    pub columns: Vec<PlannedColumn>,
}

/// What erasing somebody would do to one column.
#[derive(Clone, Debug, PartialEq, Eq, Output)]
pub struct PlannedColumn {
    /// The column.
    pub column: String,
    /// `keep`, `null`, `replace`, `pseudonym` or `row` (the row is removed).
    pub effect: String,
    /// In how many rows.
    pub rows: u64,
    /// Why.
    pub why: String,
}

/// Something outside of the database that a row named.
#[derive(Clone, Debug, PartialEq, Eq, Output)]
pub struct StoredFile {
    /// Under which name it lies in the store; null where only its address is known.
    pub stored_name: Option<String>,
    /// Its address; null where there is none.
    pub url: Option<String>,
}

/// What an erasure did.
#[derive(Clone, Debug, PartialEq, Eq, Output)]
pub struct Erased {
    /// Who.
    pub user_id: UserId,
    /// The address that stands in place of theirs.
    pub pseudonym: String,
    /// When they were first erased, UTC.
    pub erased_at: Timestamp,
    /// Whether they had been erased before: then only what came since was left to do.
    pub again: bool,
    /// The tables in which something was done.
    pub tables: Vec<ErasedTable>,
    /// What lies outside of the database and must be removed now: nothing here names it any more.
    pub stored_files: Vec<StoredFile>,
    /// Tables that this database does not have.
    pub absent: Vec<String>,
}

/// What an erasure did to one table.
#[derive(Clone, Debug, PartialEq, Eq, Output)]
pub struct ErasedTable {
    /// The table.
    pub table: String,
    /// Rows that were removed.
    pub removed: u64,
    /// Rows that lost what was personal.
    pub changed: u64,
}

/// What is left of somebody.
#[derive(Clone, Debug, PartialEq, Eq, Output)]
pub struct PrivacyCheck {
    /// Where something of them stands, the gravest first.
    pub findings: Vec<PrivacyFinding>,
    /// In how many rows it should not.
    pub missed: u64,
    /// How many tables were searched.
    pub tables: u64,
    /// How many columns of text.
    pub columns: u64,
}

/// Where something of somebody stands.
#[derive(Clone, Debug, PartialEq, Eq, Output)]
pub struct PrivacyFinding {
    /// `missed`: an erasure would take it away. `undeclared`: nobody declared what the column holds. `kept`: the law wants
    /// it kept. `others`: in what belongs to somebody else or was written by somebody else, which no erasure reaches.
    pub place: String,
    /// The table.
    pub table: String,
    /// The column.
    pub column: String,
    /// What was found, by its place in what was given, from 1.
    pub identifier: u32,
    /// In how many rows.
    pub rows: u64,
    /// The key of one of them.
    pub example: String,
}

/// Somebody who was erased.
#[derive(Clone, Debug, PartialEq, Eq, Record, Output)]
pub struct Tombstone {
    /// Who: an id that leads nowhere any more.
    pub user_id: UserId,
    /// When, UTC.
    pub erased_at: Timestamp,
    /// Why: `request`, `inactivity`, `restored` or `other`.
    pub reason: String,
}

/// What became of the tombstones that were replayed.
#[derive(Clone, Debug, PartialEq, Eq, Output)]
pub struct Replayed {
    /// Who was back and is erased again.
    pub erased: Vec<UserId>,
    /// Who was still erased.
    pub unchanged: Vec<UserId>,
    /// Who is not there.
    pub absent: Vec<UserId>,
    /// Who could not be erased: the last administrator who may sign in.
    pub refused: Vec<UserId>,
    /// What lies outside of the database and must be removed now.
    pub stored_files: Vec<StoredFile>,
}

/// How long something is kept, and what is due.
#[derive(Clone, Debug, PartialEq, Eq, Output)]
pub struct RetentionRule {
    /// The rule's name, as `privacy.purge` takes it.
    pub rule: String,
    /// The table.
    pub table: String,
    /// The column that says how old a row is.
    pub age: String,
    /// After how many days it is due; 0 for at once.
    pub days: u32,
    /// What becomes of what is due.
    pub what: String,
    /// Why, and by which law.
    pub reason: String,
    /// Whether `privacy.purge` does it. Other rules only report: somebody decides.
    pub purges: bool,
    /// How many rows are due now; null when the table is not in this database.
    pub due: Option<u64>,
}

/// What a purge did.
#[derive(Clone, Debug, PartialEq, Eq, Output)]
pub struct RetentionPurge {
    /// The rule.
    pub rule: String,
    /// How many rows it was done to.
    pub purged: u64,
    /// How many are still due.
    pub left: u64,
}
