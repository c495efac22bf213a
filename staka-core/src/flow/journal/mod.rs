//! What the audit log is told: each act that changes somebody else's data, or has to do with security, writes its
//! entry in its own transaction. Which acts there are, and how grave each is, is the table in [`Action`].

mod actions;

use serde_json::Value;

pub use actions::Action;

use super::act::Act;
use super::actor::Actor;
use crate::base::Result;
use crate::db::Conn;
use crate::model::{AuditLog, AuditLogId, AuditSeverity, AuditTargetType};
use crate::repo::audit_logs;

/// The most characters of an address, as its column holds them.
const ADDRESS: usize = 45;
/// The most bytes of a user agent that are kept.
const USER_AGENT: usize = 1_000;

/// Writes an entry for what the actor does: to what, with which details (never a secret), from where.
pub async fn write(
    conn: &mut Conn,
    act: &Act<'_>,
    action: Action,
    target_id: Option<&str>,
    details: Value,
) -> Result<()> {
    let row = AuditLog {
        action: action.word().to_owned(),
        target_type: action.target(),
        details: (!details.is_null()).then(|| details.into()),
        severity: action.severity(),
        ..entry(act, target_id)
    };
    audit_logs::record(conn, act.user(), &row).await
}

/// An entry of this moment that says who acts and from where, and nothing yet of what is done.
pub(super) fn entry(act: &Act<'_>, target_id: Option<&str>) -> AuditLog {
    let nobody = match &act.ctx.actor {
        Actor::User { .. } => "unknown",
        Actor::Anonymous => "anonymous",
        Actor::System => "system",
    };
    AuditLog {
        id: act.new_id::<AuditLogId>(),
        timestamp: act.now,
        admin_email: nobody.to_owned(),
        action: String::new(),
        target_type: AuditTargetType::System,
        target_id: target_id.map(str::to_owned),
        details: None,
        ip_address: act.ctx.ip.as_deref().map(|ip| ip.chars().filter(|c| *c != '\0').take(ADDRESS).collect()),
        user_agent: act.ctx.user_agent.as_deref().map(kept),
        severity: AuditSeverity::Medium,
        created_at: act.now,
    }
}

/// The start of a user agent, which a caller may make as long as it likes.
fn kept(text: &str) -> String {
    let mut kept = String::new();
    for letter in text.chars().filter(|letter| *letter != '\0') {
        if kept.len() + letter.len_utf8() > USER_AGENT {
            break;
        }
        kept.push(letter);
    }
    kept
}
