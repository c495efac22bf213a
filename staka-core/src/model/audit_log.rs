//! Who did what.

use staka_macros::table;

use super::id::AuditLogId;
use crate::base::{JsonText, Timestamp, text_enum};

text_enum! {
    /// What an act was done to.
    pub enum AuditTargetType {
        /// An account.
        User = "user",
        /// An order.
        Command = "command",
        /// An invoice.
        Invoice = "invoice",
        /// A payment.
        Payment = "payment",
        /// A file.
        File = "file",
        /// A sign-in.
        Auth = "auth",
        /// The platform.
        System = "system",
    }
}

text_enum! {
    /// How grave an act is; sorts from low to high.
    pub enum AuditSeverity {
        /// To know.
        Low = "LOW",
        /// Normal.
        Medium = "MEDIUM",
        /// Important.
        High = "HIGH",
        /// A matter of security.
        Critical = "CRITICAL",
    }
}

/// An act, its author and its target; rows are only ever added.
#[table("audit_logs")]
pub struct AuditLog {
    /// The key, a UUID as text.
    #[column(id, purpose = Key, keep = Days(90), erase = Keep, see = Internal, export, chars = 191, filter)]
    pub id: AuditLogId,
    /// When it was done, UTC.
    #[column(created, purpose = Audit, keep = Days(90), erase = Keep, see = Internal, export, range)]
    pub timestamp: Timestamp,
    /// Who did it: an e-mail address, `unknown` or `system`.
    #[column(purpose = Audit, keep = Days(90), erase = Pseudonym, see = Personal, export, chars = 255, fixed, filter)]
    pub admin_email: String,
    /// What was done, e.g. `USER_UPDATED`.
    #[column(purpose = Audit, keep = Days(90), erase = Keep, see = Internal, export, chars = 100, fixed, filter)]
    pub action: String,
    /// What it was done to.
    #[column(purpose = Audit, keep = Days(90), erase = Keep, see = Internal, export, fixed, filter)]
    pub target_type: AuditTargetType,
    /// The target’s id.
    #[column(purpose = Audit, keep = Days(90), erase = Keep, see = Internal, export, chars = 191, fixed, filter)]
    pub target_id: Option<String>,
    /// JSON about it.
    #[column(purpose = Audit, keep = Days(90), erase = Pseudonym, see = Personal, export, bytes = 65535, fixed)]
    pub details: Option<JsonText>,
    /// Address it came from, IPv4 or IPv6.
    #[column(purpose = Audit, keep = Days(90), erase = Null, see = Personal, export, chars = 45, fixed)]
    pub ip_address: Option<String>,
    /// Program it came from.
    #[column(purpose = Audit, keep = Days(90), erase = Null, see = Personal, export, bytes = 65535, fixed)]
    pub user_agent: Option<String>,
    /// How grave it is.
    #[column(purpose = Audit, keep = Days(90), erase = Keep, see = Internal, export, default = AuditSeverity::Medium, fixed, filter)]
    pub severity: AuditSeverity,
    /// When the row was made, UTC.
    #[column(created, purpose = Record, keep = Days(90), erase = Keep, see = Internal, export)]
    pub created_at: Timestamp,
}
