//! Views of the audit log.

use staka_macros::{Output, Record};

use crate::base::Timestamp;
use crate::model::{AuditLogId, AuditSeverity, AuditTargetType};

/// An entry of the audit log in the dashboard's list.
#[derive(Clone, Debug, PartialEq, Record, Output)]
#[non_exhaustive]
pub struct AuditLogEntry {
    /// The entry's id.
    pub id: AuditLogId,
    /// Time of the action, UTC.
    pub timestamp: Timestamp,
    /// E-mail address of the actor, or `unknown`, `anonymous` or `system`.
    pub admin_email: String,
    /// The action, e.g. `USER_UPDATED`.
    pub action: String,
    /// Type of the action's target.
    pub target_type: AuditTargetType,
    /// Severity of the action.
    pub severity: AuditSeverity,
}

/// Statistics of the audit log.
#[derive(Clone, Debug, PartialEq, Output)]
#[non_exhaustive]
pub struct AuditLogStats {
    /// Number of all entries.
    #[output(bounds = Bounds::at_least(0))]
    pub total: i64,
    /// Number of entries of the last 24 hours.
    #[output(bounds = Bounds::at_least(0))]
    pub last_24_hours: i64,
    /// Number of entries of the last 7 times 24 hours.
    #[output(bounds = Bounds::at_least(0))]
    pub last_7_days: i64,
    /// Number of entries of the last 30 times 24 hours.
    #[output(bounds = Bounds::at_least(0))]
    pub last_30_days: i64,
    /// Number of entries per severity, from low to high; severities without entries are included.
    pub by_severity: Vec<AuditLogsBySeverity>,
    /// The ten most frequent actions of all entries, most frequent first.
    pub top_actions: Vec<AuditLogsByAction>,
    /// Number of entries of each of the last seven days in the configured time zone, oldest first, today and days
    /// without entries included.
    pub daily: Vec<AuditLogsByDay>,
}

/// Number of entries with one severity.
#[derive(Clone, Debug, PartialEq, Output)]
#[non_exhaustive]
pub struct AuditLogsBySeverity {
    /// The severity that was counted.
    pub severity: AuditSeverity,
    /// Number of entries with the severity.
    #[output(bounds = Bounds::at_least(0))]
    pub count: i64,
}

/// Number of entries with one action.
#[derive(Clone, Debug, PartialEq, Record, Output)]
#[non_exhaustive]
pub struct AuditLogsByAction {
    /// The action, e.g. `USER_UPDATED`.
    pub action: String,
    /// Number of entries with the action.
    #[output(bounds = Bounds::at_least(0))]
    pub count: i64,
}

/// Number of entries of one day, from midnight to midnight in the configured time zone.
#[derive(Clone, Debug, PartialEq, Output)]
#[non_exhaustive]
pub struct AuditLogsByDay {
    /// Date of the day, e.g. `2026-03-29`.
    pub day: String,
    /// Number of entries of the day.
    #[output(bounds = Bounds::at_least(0))]
    pub count: i64,
}

/// The result of purging the audit log.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Output)]
#[non_exhaustive]
pub struct AuditLogPurge {
    /// Number of deleted entries.
    pub removed: u64,
    /// Only entries written before this time, UTC, are deleted.
    pub before: Timestamp,
    /// Whether more entries remain to be deleted by another call.
    pub more: bool,
}
