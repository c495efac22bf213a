//! Recording of actions in the audit log. Each operation that changes another user's data or concerns security writes
//! its entry in its own transaction. [`Action`] lists the actions with their severities.

mod actions;

use serde_json::Value;

pub use actions::Action;

use super::caller::Actor;
use super::context::OpContext;
use crate::base::Result;
use crate::db::Conn;
use crate::model::{AuditLog, AuditLogId, AuditSeverity, AuditTargetType};
use crate::repo::audit_logs;

/// The maximum length of an IP address in characters, which is its column's.
const MAX_ADDRESS: usize = 45;
/// The maximum length of a user agent in bytes; the rest is cut off.
const MAX_USER_AGENT: usize = 1_000;

/// Writes an entry for an action of the caller. `details` must not contain secrets.
pub async fn write(
    conn: &mut Conn,
    ctx: &OpContext<'_>,
    action: Action,
    target_id: Option<&str>,
    details: Value,
) -> Result<()> {
    let row = AuditLog {
        action: action.as_str().to_owned(),
        target_type: action.target(),
        details: (!details.is_null()).then(|| details.into()),
        severity: action.severity(),
        ..entry(ctx, target_id)
    };
    audit_logs::record(conn, ctx.user(), &row).await
}

/// Returns an entry with the call's time, actor and origin, whose action is still empty.
pub(super) fn entry(ctx: &OpContext<'_>, target_id: Option<&str>) -> AuditLog {
    let fallback = match &ctx.caller.actor {
        Actor::User { .. } => "unknown",
        Actor::Anonymous => "anonymous",
        Actor::System => "system",
    };
    AuditLog {
        id: ctx.new_id::<AuditLogId>(),
        timestamp: ctx.now,
        admin_email: fallback.to_owned(),
        action: String::new(),
        target_type: AuditTargetType::System,
        target_id: target_id.map(str::to_owned),
        details: None,
        ip_address: ctx.caller.ip.as_deref().map(|ip| ip.chars().filter(|c| *c != '\0').take(MAX_ADDRESS).collect()),
        user_agent: ctx.caller.user_agent.as_deref().map(truncated),
        severity: AuditSeverity::Medium,
        created_at: ctx.now,
    }
}

/// Returns the start of a user agent, whose length the caller chooses.
fn truncated(text: &str) -> String {
    let mut kept = String::new();
    for letter in text.chars().filter(|letter| *letter != '\0') {
        if kept.len() + letter.len_utf8() > MAX_USER_AGENT {
            break;
        }
        kept.push(letter);
    }
    kept
}
