//! The audit log: rows are added and read, never changed.

use std::sync::LazyLock;

use super::table::verbs;
use crate::base::{Args, Error, Result, TextEnum};
use crate::db::{Access, Conn, Statement};
use crate::model::view::AuditLogEntry;
use crate::model::{AuditLog, AuditLogFilter, AuditLogId, AuditSeverity, UserId};

verbs!(AuditLog, AuditLogId, AuditLogFilter, "audit_logs", append);

/// One text for each number of severities: the newest of each from its own index range, then the newest of these.
static RECENT: LazyLock<Vec<Statement>> = LazyLock::new(|| {
    (1..=AuditSeverity::VALUES.len())
        .map(|severities| {
            let one = "(SELECT a.id, a.timestamp, a.adminEmail, a.action, a.targetType, a.severity FROM audit_logs a \
                       FORCE INDEX (staka_audit_logs_severity) WHERE a.severity = ? ORDER BY a.timestamp DESC, a.id DESC LIMIT ?)";
            Statement::fixed("audit_logs.recent", "", &[Access::Index { table: "a", keys: &["staka_audit_logs_severity"] }])
                .with_text(format!("{} ORDER BY timestamp DESC, id DESC LIMIT ?", vec![one; severities].join(" UNION ALL ")))
        })
        .collect()
});

/// The newest entries of these severities; HIGH and CRITICAL if none is named, 10 unless `limit` (1 to 100) says
/// otherwise.
pub async fn recent(conn: &mut Conn, severities: &[AuditSeverity], limit: Option<u32>) -> Result<Vec<AuditLogEntry>> {
    let limit = limit.unwrap_or(10);
    if !(1..=100).contains(&limit) {
        return Err(Error::invalid("limit", "must be between 1 and 100"));
    }
    if severities.iter().any(|severity| !severity.is_recognised()) {
        return Err(Error::invalid("severities", "must be words of AuditSeverity"));
    }
    let mut wanted =
        if severities.is_empty() { vec![AuditSeverity::High, AuditSeverity::Critical] } else { severities.to_vec() };
    wanted.sort();
    wanted.dedup();
    let mut args = Args::new();
    for severity in &wanted {
        args = args.with(severity).with(limit);
    }
    conn.all(&RECENT[wanted.len() - 1], args.with(limit)).await
}

/// The address is the actor's own at this moment; a name stands for those who have none.
static RECORD: Statement = Statement::fixed(
    "audit_logs.record",
    "INSERT INTO audit_logs (`id`, `timestamp`, `adminEmail`, `action`, `targetType`, `targetId`, `details`, `ipAddress`, `userAgent`, `severity`, `createdAt`) \
     VALUES (?, ?, COALESCE((SELECT u.email FROM users u WHERE u.id = ?), ?), ?, ?, ?, ?, ?, ?, ?, ?)",
    &[],
);

/// Adds an entry whose `adminEmail` is `actor`'s address at this moment; `row.admin_email` where there is no such user.
pub async fn record(conn: &mut Conn, actor: Option<&UserId>, row: &AuditLog) -> Result<()> {
    let AuditLog { id, timestamp, admin_email, action, target_type, target_id, .. } = row;
    let args = Args::new().with(id).with(*timestamp).with(actor).with(admin_email).with(action).with(target_type);
    let args = args.with(target_id).with(&row.details).with(&row.ip_address).with(&row.user_agent);
    conn.execute(&RECORD, args.with(&row.severity).with(row.created_at)).await?;
    Ok(())
}

pub(super) fn statements() -> Vec<&'static Statement> {
    let mut all = vec![&VERBS.lookup, &VERBS.add, &RECORD];
    all.extend(RECENT.iter());
    all
}
