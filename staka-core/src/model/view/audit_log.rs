//! Audit entries as the dashboard shows them.

use staka_macros::{Output, Record};

use crate::base::Timestamp;
use crate::model::{AuditLogId, AuditSeverity, AuditTargetType};

/// An act, as far as the dashboard shows it.
#[derive(Clone, Debug, PartialEq, Record, Output)]
pub struct AuditLogEntry {
    /// The key.
    pub id: AuditLogId,
    /// When it was done, UTC.
    pub timestamp: Timestamp,
    /// Who did it.
    pub admin_email: String,
    /// What was done.
    pub action: String,
    /// What it was done to.
    pub target_type: AuditTargetType,
    /// How grave it is.
    pub severity: AuditSeverity,
}

/// The audit log in figures.
#[derive(Clone, Debug, PartialEq, Output)]
pub struct AuditStats {
    /// How many entries there are.
    pub total: i64,
    /// How many of the last 24 hours.
    pub last_24_hours: i64,
    /// How many of the last 7 times 24 hours.
    pub last_7_days: i64,
    /// How many of the last 30 times 24 hours.
    pub last_30_days: i64,
    /// All entries by severity, from low to high; those without any too.
    pub by_severity: Vec<AuditsBySeverity>,
    /// The ten most frequent actions of all entries, the most frequent first.
    pub top_actions: Vec<AuditsByAction>,
    /// The last seven days in the handle's zone, today included, the oldest first; those without any entry too.
    pub daily: Vec<AuditsByDay>,
}

/// Entries of one severity.
#[derive(Clone, Debug, PartialEq, Output)]
pub struct AuditsBySeverity {
    /// The severity.
    pub severity: AuditSeverity,
    /// How many.
    pub count: i64,
}

/// Entries of one action.
#[derive(Clone, Debug, PartialEq, Record, Output)]
pub struct AuditsByAction {
    /// What was done.
    pub action: String,
    /// How many times.
    pub count: i64,
}

/// Entries of one day, from midnight to midnight in the handle's zone.
#[derive(Clone, Debug, PartialEq, Output)]
pub struct AuditsByDay {
    /// The date, e.g. `2026-03-29`.
    pub day: String,
    /// How many.
    pub count: i64,
}

/// What a purge of the audit log removed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Output)]
pub struct AuditPurge {
    /// How many entries.
    pub removed: u64,
    /// Entries written before this moment were to go; nothing younger ever goes.
    pub before: Timestamp,
    /// Whether some remain for the next call.
    pub more: bool,
}
