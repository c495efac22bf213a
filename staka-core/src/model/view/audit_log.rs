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
