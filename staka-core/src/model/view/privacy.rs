//! Personal data: summaries, erasure plans and results, searches and retention rules.

use staka_macros::{Output, Record, table};

use crate::base::{Cursor, Timestamp};
use crate::model::UserId;

/// How many rows are held about a person.
#[derive(Clone, Debug, PartialEq, Eq, Output)]
#[non_exhaustive]
pub struct PersonalDataSummary {
    /// The user's id.
    pub user_id: UserId,
    /// Number of rows in all tables together.
    pub rows: u64,
    /// One item per table; a table whose rows lead to the person through another table comes after that one.
    pub tables: Vec<PersonalDataTable>,
}

/// How many rows one table holds about a person.
#[derive(Clone, Debug, PartialEq, Eq, Output)]
#[non_exhaustive]
pub struct PersonalDataTable {
    /// Name of the table.
    pub table: String,
    /// Number of its rows that concern the person; null if this database does not have the table.
    pub rows: Option<u64>,
    /// Columns that an export contains.
    pub exported: Vec<String>,
}

/// What erasing a person would do. Nothing has been changed.
#[derive(Clone, Debug, PartialEq, Eq, Output)]
#[non_exhaustive]
pub struct ErasurePlan {
    /// The user's id.
    pub user_id: UserId,
    /// The pseudonymous address that would replace theirs and cannot be traced back to it.
    pub pseudonym: String,
    /// Time of an earlier erasure, UTC; null if there was none.
    pub erased_at: Option<Timestamp>,
    /// The tables that hold data about the person.
    pub tables: Vec<PlannedTable>,
    /// Number of audit log entries whose actor or target is the account and which would show the pseudonym.
    pub audit_entries: u64,
    /// Number of notifications to others about what the person did: a client's would be deleted, in those about a member
    /// of the team the name would be replaced.
    pub notifications_to_others: u64,
    /// Files outside of the database that the caller must delete after the erasure.
    pub stored_files: Vec<StoredFile>,
    /// Names of tables that this database does not have.
    pub absent: Vec<String>,
    /// Descriptions of data that an erasure never reaches, and why.
    pub out_of_scope: Vec<String>,
}

/// What erasing a person would do to one table.
#[derive(Clone, Debug, PartialEq, Eq, Output)]
#[non_exhaustive]
pub struct PlannedTable {
    /// Name of the table.
    pub table: String,
    /// Number of its rows that concern the person.
    pub rows: u64,
    /// Number of these rows that would be deleted.
    pub removed: u64,
    /// Number of these rows that would stay without personal data.
    pub changed: u64,
    /// Number of these rows that would stay unchanged.
    pub kept: u64,
    /// What would happen to each column.
    pub columns: Vec<PlannedColumn>,
}

/// What erasing a person would do to one column.
#[derive(Clone, Debug, PartialEq, Eq, Output)]
#[non_exhaustive]
pub struct PlannedColumn {
    /// Name of the column.
    pub column: String,
    /// Effect on the column: `keep`, `null`, `replace`, `pseudonym` or `row` (the whole row is deleted).
    pub effect: String,
    /// Number of rows concerned.
    pub rows: u64,
    /// Reason for the effect.
    pub reason: String,
}

/// A file outside of the database that a row referred to.
#[derive(Clone, Debug, PartialEq, Eq, Output)]
#[non_exhaustive]
pub struct StoredFile {
    /// Name of the file in the store; null if only its address is known.
    pub stored_name: Option<String>,
    /// Address of the file; null if there is none.
    pub url: Option<String>,
}

/// The result of an erasure.
#[derive(Clone, Debug, PartialEq, Eq, Output)]
#[non_exhaustive]
pub struct ErasureResult {
    /// The user's id.
    pub user_id: UserId,
    /// The pseudonymous address that replaces theirs.
    pub pseudonym: String,
    /// Time of the first erasure, UTC.
    pub erased_at: Timestamp,
    /// Whether the person had been erased before; then only later data was erased.
    pub already_erased: bool,
    /// The tables that were changed.
    pub tables: Vec<ErasedTable>,
    /// Files outside of the database that the caller must delete now; no row refers to them any more.
    pub stored_files: Vec<StoredFile>,
    /// Names of tables that this database does not have.
    pub absent: Vec<String>,
}

/// The result of an erasure in one table.
#[derive(Clone, Debug, PartialEq, Eq, Output)]
#[non_exhaustive]
pub struct ErasedTable {
    /// Name of the table.
    pub table: String,
    /// Number of rows that were deleted.
    pub removed: u64,
    /// Number of rows whose personal data was removed.
    pub changed: u64,
}

/// The result of searching a part of the rows for a person's identifiers.
#[derive(Clone, Debug, PartialEq, Eq, Output)]
#[non_exhaustive]
pub struct PrivacyCheck {
    /// What was found, the most serious first.
    pub findings: Vec<PrivacyFinding>,
    /// Number of rows that an erasure should have changed.
    pub missed: u64,
    /// Number of tables that were searched, in whole or in part.
    pub tables: u64,
    /// Number of text columns that were searched.
    pub columns: u64,
    /// Cursor of the rest of the search; null if everything was searched.
    pub next: Option<Cursor>,
}

/// A column in which an identifier was found.
#[derive(Clone, Debug, PartialEq, Eq, Output)]
#[non_exhaustive]
pub struct PrivacyFinding {
    /// Kind of finding. `missed`: an erasure would remove it. `mentioned`: the platform wrote it into a row about
    /// somebody else, and `privacy.erase_mentions` would remove it. `undeclared`: no declaration says what the column holds.
    /// `kept`: the law requires to keep it. `others`: it belongs to or was written by somebody else, and no erasure
    /// reaches it.
    pub kind: String,
    /// Name of the table.
    pub table: String,
    /// Name of the column.
    pub column: String,
    /// Position of the identifier found among those given, from 1.
    #[output(bounds = Bounds::between(1, 10))]
    pub identifier: u32,
    /// Number of rows concerned.
    pub rows: u64,
    /// Primary key of one of these rows.
    pub example: String,
}

/// A text in which the platform mentions a person in a row about somebody else. Nothing has been changed.
#[derive(Clone, Debug, PartialEq, Eq, Output)]
#[non_exhaustive]
pub struct PrivacyMention {
    /// Name of the table: `audit_logs` or `notifications`.
    pub table: String,
    /// Id of the row.
    pub id: String,
    /// Name of the column.
    pub column: String,
    /// The text.
    pub text: String,
    /// The text without the person's identifiers.
    pub replacement: String,
}

/// The mentions of a person in a part of the rows about others.
#[derive(Clone, Debug, PartialEq, Eq, Output)]
#[non_exhaustive]
pub struct PrivacyMentions {
    /// The mentions, by table and id.
    pub items: Vec<PrivacyMention>,
    /// Cursor of the rest of the search; null if everything was searched.
    pub next: Option<Cursor>,
}

/// The result of erasing mentions of a person.
#[derive(Clone, Debug, PartialEq, Eq, Output)]
#[non_exhaustive]
pub struct ErasedMentions {
    /// Number of audit log entries that were rewritten.
    pub audit_entries: u64,
    /// Number of notifications that were rewritten.
    pub notifications: u64,
}

/// A record that a person was erased.
#[table("staka_erasures", owned, user = "userId")]
#[derive(Clone, Debug, PartialEq, Eq, Record, Output)]
pub struct ErasureRecord {
    /// The erased user's id; it leads to no personal data any more.
    #[column(purpose = Key, keep = Accounting, erase = Keep, see = Internal, export, chars = 191)]
    pub user_id: UserId,
    /// Time of the erasure, UTC.
    #[column(purpose = Record, keep = Accounting, erase = Keep, see = Internal, export)]
    pub erased_at: Timestamp,
    /// Reason for the erasure: `request` (the person asked for it), `inactivity` (the account was inactive for years),
    /// `restored` (a backup brought back a person who had been erased) or `other`.
    #[column(purpose = Record, keep = Accounting, erase = Keep, see = Internal, export, chars = 32)]
    pub reason: String,
}

/// The result of replaying erasure records.
#[derive(Clone, Debug, PartialEq, Eq, Output)]
#[non_exhaustive]
pub struct ErasureReplay {
    /// Users who had been restored and are erased again.
    pub erased: Vec<UserId>,
    /// Users who were still erased.
    pub unchanged: Vec<UserId>,
    /// Users who do not exist.
    pub absent: Vec<UserId>,
    /// Users who could not be erased: the last active administrator.
    pub refused: Vec<UserId>,
    /// Files outside of the database that the caller must delete now.
    pub stored_files: Vec<StoredFile>,
}

/// How long rows of a table are kept, and how many are due.
#[derive(Clone, Debug, PartialEq, Eq, Output)]
#[non_exhaustive]
pub struct RetentionRule {
    /// Name of the rule, for `privacy.purge`.
    pub rule: String,
    /// Name of the table.
    pub table: String,
    /// Name of the column that determines a row's age.
    pub age_column: String,
    /// Days after which a row is due; 0 means at once.
    #[output(bounds = Bounds::between(0, 36_500))]
    pub days: u32,
    /// What happens to rows that are due.
    pub effect: String,
    /// Reason for the period, and the law it follows.
    pub reason: String,
    /// Whether `privacy.purge` applies the rule. Other rules only report, and a person decides.
    pub purgeable: bool,
    /// Number of rows due now, of which at most 10,000 are counted; null if this database does not have the table.
    pub due: Option<u64>,
}

/// The result of a purge.
#[derive(Clone, Debug, PartialEq, Eq, Output)]
#[non_exhaustive]
pub struct RetentionPurge {
    /// Name of the rule.
    pub rule: String,
    /// Number of rows the rule was applied to.
    pub purged: u64,
    /// Number of rows that are still due, of which at most 10,000 are counted.
    pub remaining: u64,
}
