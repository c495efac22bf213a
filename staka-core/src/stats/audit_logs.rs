//! Statistics about the audit log.

use staka_macros::Record;

use crate::base::{Args, Result, TextEnum, Timestamp, Zone, last_days};
use crate::db::{Access, Conn, Statement};
use crate::model::AuditSeverity;
use crate::model::view::{AuditLogStats, AuditLogsByAction, AuditLogsByDay, AuditLogsBySeverity};

static BY_SEVERITY: Statement = Statement::fixed(
    "audit_logs.stats/by_severity",
    "SELECT a.severity, COUNT(*), COUNT(CASE WHEN a.timestamp >= ? THEN 1 END), COUNT(CASE WHEN a.timestamp >= ? THEN 1 END), \
     COUNT(CASE WHEN a.timestamp >= ? THEN 1 END) FROM audit_logs a FORCE INDEX (staka_audit_logs_severity) GROUP BY a.severity",
    &[Access::Scan { table: "a", reason: "counts every entry; reads only the index on severity and time" }],
);

#[derive(Record)]
struct SeverityRow {
    severity: AuditSeverity,
    count: i64,
    day: i64,
    week: i64,
    month: i64,
}

static BY_ACTION: Statement = Statement::fixed(
    "audit_logs.stats/by_action",
    "SELECT a.action, COUNT(*) FROM audit_logs a FORCE INDEX (audit_logs_action_idx) GROUP BY a.action ORDER BY COUNT(*) DESC, a.action LIMIT 10",
    &[Access::Scan { table: "a", reason: "counts every entry; reads only the index on the action" }],
);

/// The number of days that are counted separately.
const DAYS: u32 = 7;

static BY_DAY: Statement = Statement::fixed(
    "audit_logs.stats/by_day",
    "SELECT COUNT(CASE WHEN a.timestamp < ? THEN 1 END), COUNT(CASE WHEN a.timestamp < ? THEN 1 END), COUNT(CASE WHEN a.timestamp < ? THEN 1 END), \
     COUNT(CASE WHEN a.timestamp < ? THEN 1 END), COUNT(CASE WHEN a.timestamp < ? THEN 1 END), COUNT(CASE WHEN a.timestamp < ? THEN 1 END), COUNT(*) \
     FROM audit_logs a FORCE INDEX (audit_logs_timestamp_idx) WHERE a.timestamp >= ? AND a.timestamp < ?",
    &[Access::Index { table: "a", keys: &["audit_logs_timestamp_idx"] }],
);

/// The number of entries before the end of each day.
#[derive(Record)]
struct DaysRow {
    one: i64,
    two: i64,
    three: i64,
    four: i64,
    five: i64,
    six: i64,
    seven: i64,
}

/// Returns the audit log's figures, by three statements. Days begin at midnight in `zone`.
pub async fn figures(conn: &mut Conn, now: Timestamp, zone: Zone) -> Result<AuditLogStats> {
    let back = |days: u64| now.minus(std::time::Duration::from_secs(days * 86_400));
    let args = Args::new().with(back(1)).with(back(7)).with(back(30));
    let rows: Vec<SeverityRow> = conn.all(&BY_SEVERITY, args).await?;
    let top_actions: Vec<AuditLogsByAction> = conn.all(&BY_ACTION, Args::new()).await?;
    let days = last_days(zone, now, DAYS);
    let daily = match (days.first(), days.last()) {
        (Some(first), Some(last)) => {
            let mut args = Args::new();
            for day in &days[..days.len() - 1] {
                args.push(day.to);
            }
            let row: DaysRow = conn.one(&BY_DAY, args.with(first.from).with(last.to)).await?;
            let until = [row.one, row.two, row.three, row.four, row.five, row.six, row.seven];
            let before = std::iter::once(0).chain(until);
            let counts = until.iter().zip(before).map(|(until, before)| until - before);
            days.iter().zip(counts).map(|(day, count)| AuditLogsByDay { day: day.date.clone(), count }).collect()
        }
        _ => Vec::new(),
    };
    let sum = |of: fn(&SeverityRow) -> i64| rows.iter().map(of).sum();
    Ok(AuditLogStats {
        total: sum(|row| row.count),
        last_24_hours: sum(|row| row.day),
        last_7_days: sum(|row| row.week),
        last_30_days: sum(|row| row.month),
        by_severity: by_severity(&rows),
        top_actions,
        daily,
    })
}

/// Returns the severities of the Prisma schema, then any other values that the database holds.
fn by_severity(rows: &[SeverityRow]) -> Vec<AuditLogsBySeverity> {
    let counted =
        |severity: &AuditSeverity| rows.iter().find(|row| row.severity == *severity).map_or(0, |row| row.count);
    let known = AuditSeverity::VALUES.iter().filter_map(|word| AuditSeverity::from_variant(word));
    let others = rows.iter().map(|row| row.severity.clone()).filter(|severity| !severity.is_recognised());
    known.chain(others).map(|severity| AuditLogsBySeverity { count: counted(&severity), severity }).collect()
}

pub(super) fn statements() -> Vec<&'static Statement> {
    vec![&BY_SEVERITY, &BY_ACTION, &BY_DAY]
}
