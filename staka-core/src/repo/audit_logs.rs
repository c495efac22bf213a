//! Statements on the audit log, whose rows are added and read but never changed.

use std::sync::LazyLock;

use serde::Deserialize;
use staka_macros::{Described, Record};

use super::ids;
use super::select::{self, By, List, Path, SEARCHED, SortColumn};
use super::sort::sort_order;
use super::table::verbs;
use crate::base::{
    Args, Between, Direction, Error, Length, Match, Page, PageRequest, Predicate, Result, Table, TextEnum, Timestamp,
    Validate,
};
use crate::db::{Access, Conn, Statement};
use crate::model::view::AuditLogEntry;
use crate::model::{AuditLog, AuditLogId, AuditSeverity, AuditTargetType, UserId};

verbs!(AuditLog, AuditLogId, "audit_logs": lookup, add);

/// One statement for each number of severities: it reads the newest entries of each from its own index range and merges
/// them.
static LIST_RECENT: LazyLock<Vec<Statement>> = LazyLock::new(|| {
    (1..=AuditSeverity::VALUES.len())
        .map(|severities| {
            let one = "(SELECT a.id, a.timestamp, a.adminEmail, a.action, a.targetType, a.severity FROM audit_logs a \
                       FORCE INDEX (staka_audit_logs_severity) WHERE a.severity = ? ORDER BY a.timestamp DESC, a.id DESC LIMIT ?)";
            Statement::fixed("audit_logs.list_recent", "", &[Access::Index { table: "a", keys: &["staka_audit_logs_severity"] }])
                .with_text(format!("{} ORDER BY timestamp DESC, id DESC LIMIT ?", vec![one; severities].join(" UNION ALL ")))
        })
        .collect()
});

/// Returns the newest entries with these severities, HIGH and CRITICAL if the list is empty; 10 by default, at most
/// 100.
pub async fn list_recent(
    conn: &mut Conn,
    severities: &[AuditSeverity],
    limit: Option<u32>,
) -> Result<Vec<AuditLogEntry>> {
    let limit = limit.unwrap_or(10);
    if !(1..=100).contains(&limit) {
        return Err(Error::invalid("limit", "must be between 1 and 100"));
    }
    if severities.iter().any(|severity| !severity.is_recognised()) {
        return Err(Error::invalid("severities", "must be LOW, MEDIUM, HIGH or CRITICAL"));
    }
    let mut severities =
        if severities.is_empty() { vec![AuditSeverity::High, AuditSeverity::Critical] } else { severities.to_vec() };
    severities.sort();
    severities.dedup();
    let mut args = Args::new();
    for severity in &severities {
        args = args.with(severity).with(limit);
    }
    conn.all(&LIST_RECENT[severities.len() - 1], args.with(limit)).await
}

/// Reads the actor's current address; falls back to a given text for actors without an account.
static RECORD: Statement = Statement::fixed(
    "audit_logs.create",
    "INSERT INTO audit_logs (`id`, `timestamp`, `adminEmail`, `action`, `targetType`, `targetId`, `details`, `ipAddress`, `userAgent`, `severity`, `createdAt`) \
     VALUES (?, ?, COALESCE((SELECT u.email FROM users u WHERE u.id = ?), ?), ?, ?, ?, ?, ?, ?, ?, ?)",
    &[],
);

/// Inserts an entry whose `adminEmail` is the current address of `actor`, or `row.admin_email` if there is no such
/// user.
pub async fn record(conn: &mut Conn, actor: Option<&UserId>, row: &AuditLog) -> Result<()> {
    let AuditLog { id, timestamp, admin_email, action, target_type, target_id, .. } = row;
    let args = Args::new().with(id).with(*timestamp).with(actor).with(admin_email).with(action).with(target_type);
    let args = args.with(target_id).with(&row.details).with(&row.ip_address).with(&row.user_agent);
    conn.execute(&RECORD, args.with(&row.severity).with(row.created_at)).await?;
    Ok(())
}

sort_order! {
    /// How entries are sorted.
    pub struct AuditLogSort by
    /// Column by which entries are sorted; then by id.
    AuditLogSortKey {
        /// Time of the action.
        Timestamp = "timestamp" => BY_TIME,
        /// Severity, from low to high.
        Severity = "severity" => SortColumn::desc("t.`severity`").enum_ordinal(),
        /// The action.
        Action = "action" => SortColumn::desc("t.`action`"),
        /// E-mail address of the actor.
        AdminEmail = "adminEmail" => SortColumn::desc("t.`adminEmail`"),
    }
}

const BY_TIME: SortColumn = SortColumn::desc("t.`timestamp`");

/// Which entries to return; all given fields must match.
#[derive(Clone, Debug, Default, PartialEq, Deserialize, Described)]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
#[non_exhaustive]
pub struct AuditLogFilter {
    /// Text contained in the action, without regard to case.
    #[described(bounds = Bounds::chars(0, 100))]
    pub action: Option<String>,
    /// Text contained in the actor's e-mail address, without regard to case.
    #[described(bounds = Bounds::chars(0, 255))]
    pub admin_email: Option<String>,
    /// Severity of the action.
    pub severity: Match<AuditSeverity>,
    /// Type of the action's target.
    pub target_type: Match<AuditTargetType>,
    /// Id of the action's target.
    #[described(bounds = Bounds::chars(0, 191))]
    pub target_id: Option<String>,
    /// Time of the action, UTC; `from` is inclusive, `to` exclusive.
    pub timestamp: Between<Timestamp>,
}

impl AuditLogFilter {
    fn predicate(&self) -> Predicate {
        let mut predicate = Predicate::default();
        for (field, column, text, max) in
            [("action", "t.`action`", &self.action, 100), ("adminEmail", "t.`adminEmail`", &self.admin_email, 255)]
        {
            match text.problem(Length::Chars(max)) {
                Some(problem) => predicate.add_violation(field, problem),
                None => predicate.contains_as(field, &[column], text.as_deref()),
            }
        }
        predicate.matches("t.`severity`", &self.severity);
        predicate.matches("t.`targetType`", &self.target_type);
        if let Some(target) = &self.target_id {
            match target.problem(Length::Chars(191)) {
                Some(problem) => predicate.add_violation("targetId", problem),
                None => predicate.and_for("targetId", "t.`targetId` = ?").push(target),
            }
        }
        predicate.between("t.`timestamp`", &self.timestamp);
        predicate
    }
}

static LIST: List = List {
    name: "audit_logs.list",
    columns: AuditLog::SELECT,
    from: "audit_logs t",
    id: "t.`id`",
    joined: &[],
    paths: &[
        Path::index(By::Default, "t", &["audit_logs_timestamp_idx"]),
        Path::scan(By::Filter(&["action", "adminEmail"]), "t", SEARCHED),
        Path::index(
            By::Filter(&["severity"]),
            "t",
            &["staka_audit_logs_severity", "audit_logs_severity_idx", "audit_logs_timestamp_idx"],
        ),
        Path::index(By::Filter(&["targetType"]), "t", &["audit_logs_targetType_idx", "audit_logs_timestamp_idx"]),
        Path::index(By::Filter(&["targetId"]), "t", &["staka_audit_logs_target"]),
        Path::index(By::Filter(&["timestamp"]), "t", &["audit_logs_timestamp_idx"]),
        Path::index(By::Sort(&["timestamp"]), "t", &["audit_logs_timestamp_idx"]),
        Path::index(By::Sort(&["severity"]), "t", &["audit_logs_severity_idx"]),
        Path::index(By::Sort(&["action"]), "t", &["audit_logs_action_idx"]),
        Path::index(By::Sort(&["adminEmail"]), "t", &["audit_logs_adminEmail_idx"]),
    ],
};

/// Returns a page of the entries that match a filter: 50 by default, at most 100.
pub async fn list(
    conn: &mut Conn,
    filter: &AuditLogFilter,
    sort: AuditLogSort,
    page: &PageRequest,
) -> Result<Page<AuditLog>> {
    select::page(conn, &LIST, filter.predicate(), &[sort.column()], page, 50, 100).await
}

/// An export reads all entries in their order. Without the hint the server sorts the whole table for each batch.
static EXPORT: List = List {
    name: "audit_logs.export",
    from: "audit_logs t FORCE INDEX (audit_logs_timestamp_idx)",
    paths: &[
        Path::index(By::Default, "t", &["audit_logs_timestamp_idx"]),
        Path::index(
            By::Filter(&["action", "adminEmail", "severity", "targetType", "targetId", "timestamp"]),
            "t",
            &["audit_logs_timestamp_idx"],
        ),
    ],
    ..LIST
};

/// Returns the next entries of an export, by time.
pub async fn export_batch(
    conn: &mut Conn,
    filter: &AuditLogFilter,
    direction: Direction,
    page: &PageRequest,
) -> Result<Page<AuditLog>> {
    select::page(conn, &EXPORT, filter.predicate(), &[BY_TIME.towards(direction)], page, 500, 500).await
}

/// A cursor for a purge: an entry's time and id.
pub type PurgeCursor = (Timestamp, AuditLogId);

#[derive(Record)]
struct Found {
    id: AuditLogId,
    at: Timestamp,
}

static FIND_OLDER: Statement = Statement::fixed(
    "audit_logs.find_older",
    "SELECT a.id, a.timestamp FROM audit_logs a FORCE INDEX (audit_logs_timestamp_idx) \
     WHERE a.timestamp >= ? AND a.timestamp < ? AND (a.timestamp > ? OR a.id > ?) ORDER BY a.timestamp, a.id LIMIT ?",
    &[Access::Index { table: "a", keys: &["audit_logs_timestamp_idx"] }],
);

/// Returns the cursors of the next entries that follow `after` and were written before `before`, oldest first.
pub async fn find_older(
    conn: &mut Conn,
    before: Timestamp,
    after: Option<&PurgeCursor>,
    limit: usize,
) -> Result<Vec<PurgeCursor>> {
    let (at, id) = after.map_or((Timestamp::EARLIEST, ""), |(at, id)| (*at, id.as_str()));
    let args = Args::new().with(at).with(before).with(at).with(id).with(limit as u64);
    let found: Vec<Found> = conn.all(&FIND_OLDER, args).await?;
    Ok(found.into_iter().map(|row| (row.at, row.id)).collect())
}

static PURGE: LazyLock<[Statement; 2]> = LazyLock::new(|| {
    ids::statements("audit_logs.purge", &[Access::Index { table: "a", keys: &["PRIMARY"] }], |places| {
        format!("DELETE a FROM audit_logs a FORCE INDEX (PRIMARY) WHERE a.timestamp < ? AND a.id IN ({places})")
    })
});

/// Deletes those of `ids` that were written before `before`, and returns the number deleted. Nothing else deletes
/// entries.
pub async fn purge(conn: &mut Conn, ids: &[AuditLogId], before: Timestamp) -> Result<u64> {
    let (statement, args) = ids::bind(&PURGE, ids, Args::new().with(before));
    conn.execute(statement, args).await
}

/// Returns the lists of this module.
pub(super) fn lists() -> Vec<&'static List> {
    vec![&LIST, &EXPORT]
}

pub(super) fn statements() -> Vec<&'static Statement> {
    let mut all = verb_statements();
    all.extend([&RECORD, &FIND_OLDER]);
    all.extend(LIST_RECENT.iter().chain(PURGE.iter()));
    all
}
