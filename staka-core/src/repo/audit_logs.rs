//! The audit log: rows are added and read, never changed.

use std::sync::LazyLock;

use serde::Deserialize;
use staka_macros::{Described, Record};

use super::ids;
use super::select::{self, By, List};
use super::table::verbs;
use crate::base::{
    Args, Between, Direction, Error, Fits, Length, Listing, Match, Page, Result, Table, TextEnum, Timestamp, Where,
    choice,
};
use crate::db::{Access, Conn, Statement};
use crate::model::view::AuditLogEntry;
use crate::model::{AuditLog, AuditLogFilter, AuditLogId, AuditSeverity, AuditTargetType, UserId};

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

choice! {
    /// By what entries are sorted; then by id.
    pub enum AuditSort {
        /// When it was done.
        Timestamp = "timestamp",
        /// How grave it is.
        Severity = "severity",
        /// What was done.
        Action = "action",
        /// Who did it.
        AdminEmail = "adminEmail",
    }
}

/// Which entries are wanted: every field that is given must match.
#[derive(Clone, Debug, Default, PartialEq, Deserialize, Described)]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
pub struct AuditSearch {
    /// What the action's word contains, without regard to case; at most 100 characters.
    pub action: Option<String>,
    /// What the address of who did it contains, likewise; at most 255 characters.
    pub admin_email: Option<String>,
    /// How grave it is.
    pub severity: Match<AuditSeverity>,
    /// What it was done to.
    pub target_type: Match<AuditTargetType>,
    /// The target's id.
    pub target_id: Option<String>,
    /// When it was done.
    pub timestamp: Between<Timestamp>,
}

impl AuditSearch {
    fn wanted(&self) -> Where {
        let mut wanted = Where::default();
        for (field, column, text, most) in
            [("action", "t.`action`", &self.action, 100), ("adminEmail", "t.`adminEmail`", &self.admin_email, 255)]
        {
            match text.fault(Length::Chars(most)) {
                Some(problem) => wanted.fault(field, problem),
                None => wanted.contains(&[column], text.as_deref()),
            }
        }
        wanted.matches("t.`severity`", &self.severity);
        wanted.matches("t.`targetType`", &self.target_type);
        if let Some(target) = &self.target_id {
            match target.fault(Length::Chars(191)) {
                Some(problem) => wanted.fault("targetId", problem),
                None => wanted.and("t.`targetId` = ?").push(target),
            }
        }
        wanted.between("t.`timestamp`", &self.timestamp);
        wanted
    }
}

static SEARCH: List = List { name: "audit_logs.list", columns: AuditLog::SELECT, from: "audit_logs t", id: "t.`id`" };

/// The entries that the filter wants, in the caller's order; 50 unless the page says otherwise, 100 at the most.
pub async fn search(
    conn: &mut Conn,
    filter: &AuditSearch,
    sort: AuditSort,
    direction: Option<Direction>,
    page: &Page,
) -> Result<Listing<AuditLog>> {
    let by = match (sort, direction.unwrap_or(Direction::Desc)) {
        (AuditSort::Timestamp, direction) => by_time(direction),
        (AuditSort::Severity, Direction::Asc) => By::asc("t.`severity`").word(),
        (AuditSort::Severity, Direction::Desc) => By::desc("t.`severity`").word(),
        (AuditSort::Action, Direction::Asc) => By::asc("t.`action`"),
        (AuditSort::Action, Direction::Desc) => By::desc("t.`action`"),
        (AuditSort::AdminEmail, Direction::Asc) => By::asc("t.`adminEmail`"),
        (AuditSort::AdminEmail, Direction::Desc) => By::desc("t.`adminEmail`"),
    };
    select::page(conn, &SEARCH, filter.wanted(), &[by], page, 50, 100).await
}

const fn by_time(direction: Direction) -> By {
    match direction {
        Direction::Asc => By::asc("t.`timestamp`"),
        Direction::Desc => By::desc("t.`timestamp`"),
    }
}

static PORTION: List = List { name: "audit_logs.export", ..SEARCH };

/// The next entries of an export, by time.
pub async fn portion(
    conn: &mut Conn,
    filter: &AuditSearch,
    direction: Direction,
    page: &Page,
) -> Result<Listing<AuditLog>> {
    select::page(conn, &PORTION, filter.wanted(), &[by_time(direction)], page, 500, 500).await
}

/// A place in the walk of a purge: the moment and the id of the last entry.
pub type Place = (Timestamp, AuditLogId);

#[derive(Record)]
struct Found {
    id: AuditLogId,
    at: Timestamp,
}

static OLD: Statement = Statement::fixed(
    "audit_logs.old",
    "SELECT a.id, a.timestamp FROM audit_logs a FORCE INDEX (audit_logs_timestamp_idx) \
     WHERE a.timestamp >= ? AND a.timestamp < ? AND (a.timestamp > ? OR a.id > ?) ORDER BY a.timestamp, a.id LIMIT ?",
    &[Access::Index { table: "a", keys: &["audit_logs_timestamp_idx"] }],
);

/// The next entries behind `after` that were written before that moment, the oldest first.
pub async fn old(conn: &mut Conn, before: Timestamp, after: Option<&Place>, limit: usize) -> Result<Vec<Place>> {
    let (at, id) = after.map_or((Timestamp::EARLIEST, ""), |(at, id)| (*at, id.as_str()));
    let args = Args::new().with(at).with(before).with(at).with(id).with(limit as u64);
    let found: Vec<Found> = conn.all(&OLD, args).await?;
    Ok(found.into_iter().map(|row| (row.at, row.id)).collect())
}

static PURGE: LazyLock<[Statement; 2]> = LazyLock::new(|| {
    ids::statements("audit_logs.purge", &[Access::Index { table: "a", keys: &["PRIMARY"] }], |places| {
        format!("DELETE a FROM audit_logs a FORCE INDEX (PRIMARY) WHERE a.timestamp < ? AND a.id IN ({places})")
    })
});

/// Removes those of the entries that were written before that moment; returns how many. The only way out of this table.
pub async fn purge(conn: &mut Conn, ids: &[AuditLogId], before: Timestamp) -> Result<u64> {
    let (statement, args) = ids::bound(&PURGE, ids, Args::new().with(before));
    conn.execute(statement, args).await
}

pub(super) fn statements() -> Vec<&'static Statement> {
    let mut all = vec![&VERBS.lookup, &VERBS.add, &RECORD, &OLD];
    all.extend(RECENT.iter().chain(PURGE.iter()));
    all
}
