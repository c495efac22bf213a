//! Entries of the audit log.

use staka_macros::table;

use super::id::AuditLogId;
use crate::base::{JsonText, Timestamp, text_enum};

text_enum! {
    /// Type of an audited action's target.
    pub enum AuditTargetType {
        /// An account.
        User = "user",
        /// An order (`commandes`).
        Command = "command",
        /// An invoice.
        Invoice = "invoice",
        /// A payment or a card.
        Payment = "payment",
        /// A file.
        File = "file",
        /// Signing in and passwords.
        Auth = "auth",
        /// The platform itself.
        System = "system",
    }
}

text_enum! {
    /// Severity of an audited action, sorted from low to high.
    pub enum AuditSeverity {
        /// Low severity: for information only.
        Low = "LOW",
        /// Normal severity, the default.
        Medium = "MEDIUM",
        /// High severity: an important action.
        High = "HIGH",
        /// Critical severity: a matter of security.
        Critical = "CRITICAL",
    }
}

/// An entry of the audit log: an action with its actor and its target. Rows are only added, never changed.
#[table("audit_logs", fixed)]
pub struct AuditLog {
    /// Primary key, a UUID as text.
    #[column(id, purpose = Key, keep = Days(90), erase = Keep, see = Internal, export, chars = 191)]
    pub id: AuditLogId,
    /// Time of the action, UTC.
    #[column(created, purpose = Audit, keep = Days(90), erase = Keep, see = Internal, export)]
    pub timestamp: Timestamp,
    /// E-mail address of the actor, or `unknown`, `anonymous` or `system`.
    #[column(purpose = Audit, keep = Days(90), erase = Pseudonym, see = Personal, export, chars = 255)]
    pub admin_email: String,
    /// The action, e.g. `USER_UPDATED`.
    #[column(purpose = Audit, keep = Days(90), erase = Keep, see = Internal, export, chars = 100)]
    pub action: String,
    /// Type of the action's target.
    #[column(purpose = Audit, keep = Days(90), erase = Keep, see = Internal, export)]
    pub target_type: AuditTargetType,
    /// Id of the target; null if there is none.
    #[column(purpose = Audit, keep = Days(90), erase = Keep, see = Internal, export, chars = 191)]
    pub target_id: Option<String>,
    /// Details of the action, JSON; null if there are none.
    #[column(purpose = Audit, keep = Days(90), erase = Pseudonym, see = Personal, export, bytes = 65535)]
    pub details: Option<JsonText>,
    /// IP address of the request, IPv4 or IPv6; null if unknown.
    #[column(purpose = Audit, keep = Days(90), erase = Null, see = Personal, export, chars = 45)]
    pub ip_address: Option<String>,
    /// User agent of the request; null if unknown.
    #[column(purpose = Audit, keep = Days(90), erase = Null, see = Personal, export, bytes = 65535)]
    pub user_agent: Option<String>,
    /// Severity of the action.
    #[column(purpose = Audit, keep = Days(90), erase = Keep, see = Internal, export, default = AuditSeverity::Medium)]
    pub severity: AuditSeverity,
    /// Time of creation, UTC.
    #[column(created, purpose = Record, keep = Days(90), erase = Keep, see = Internal, export)]
    pub created_at: Timestamp,
}
