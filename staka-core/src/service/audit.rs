//! Service functions on the audit log: adding entries by hand, export and retention.

use std::time::Duration;

use serde::Deserialize;
use serde_json::json;
use staka_macros::Described;

use super::audit_trail::{self, Action};
use super::context::OpContext;
use crate::base::{
    Cursor, Direction, Error, JsonText, Match, PageRequest, Result, Table, Violations, csv, string_enum,
};
use crate::db::Conn;
use crate::model::view::{AuditLogPurge, TextChunk};
use crate::model::{AuditLog, AuditLogId, AuditSeverity, AuditTargetType};
use crate::repo::audit_logs::{self, AuditLogFilter};

/// An entry to be added by hand. Its author, time and IP address are those of the call.
#[derive(Clone, Debug, PartialEq, Deserialize, Described)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[described(new)]
#[non_exhaustive]
pub struct NewAuditLog {
    /// The action, e.g. `USER_UPDATED`.
    #[described(bounds = Bounds::chars(1, 100).and(Bounds::pattern("^[A-Z0-9_]+$", "must be 1 to 100 of A to Z, digits and _")))]
    pub action: String,
    /// Type of the action's target.
    pub target_type: AuditTargetType,
    /// Id of the target; none by default.
    #[serde(default)]
    #[described(bounds = Bounds::chars(0, 191))]
    pub target_id: Option<String>,
    /// Details of the action, at most 65,535 bytes of JSON, without secrets; none by default.
    #[serde(default)]
    pub details: Option<JsonText>,
    /// Severity of the action; by default the one of the known action, or MEDIUM for unknown ones.
    #[serde(default)]
    pub severity: Option<AuditSeverity>,
}

/// Adds an entry and returns it. Fails with `Invalid`, which names every invalid field.
pub async fn create(conn: &mut Conn, ctx: &OpContext<'_>, draft: &NewAuditLog) -> Result<AuditLog> {
    let mut violations = Violations::default();
    let is_allowed = |byte: u8| byte.is_ascii_uppercase() || byte.is_ascii_digit() || byte == b'_';
    if draft.action.is_empty() || !draft.action.bytes().all(is_allowed) {
        violations.add("action", "must be 1 to 100 of A to Z, digits and _");
    }
    let known = Action::ALL.iter().find(|action| action.as_str() == draft.action);
    let row = AuditLog {
        action: draft.action.clone(),
        target_type: draft.target_type.clone(),
        details: draft.details.clone(),
        severity: draft.severity.clone().or(known.map(|action| action.severity())).unwrap_or(AuditSeverity::Medium),
        ..audit_trail::entry(ctx, draft.target_id.as_deref())
    };
    row.check(&mut violations);
    violations.into_result()?;
    audit_logs::record(conn, ctx.user(), &row).await?;
    // Read again, because the statement filled in the actor's address.
    let created = audit_logs::lookup(conn, &row.id).await?;
    created.ok_or_else(|| Error::internal("the new entry was not found"))
}

string_enum! {
    /// Format of an export.
    pub enum ExportFormat {
        /// CSV (RFC 4180) with a header line. A cell that a spreadsheet could take for a formula is prefixed with an
        /// apostrophe.
        Csv = "csv",
        /// JSON Lines: one JSON object per line.
        Jsonl = "jsonl",
    }
}

/// The size in bytes at which a chunk ends, whatever its limit of entries.
const CHUNK_BYTES: usize = 4 << 20;

/// Returns the next entries as text by time, newest first by default. The first chunk adds an entry that records who
/// exported what.
pub async fn export(
    conn: &mut Conn,
    ctx: &OpContext<'_>,
    filter: &AuditLogFilter,
    format: ExportFormat,
    direction: Option<Direction>,
    after: Option<&Cursor>,
    limit: Option<u32>,
) -> Result<TextChunk> {
    let limit = limit.unwrap_or(1_000);
    if !(1..=10_000).contains(&limit) {
        return Err(Error::invalid("limit", "must be between 1 and 10000"));
    }
    let direction = direction.unwrap_or(Direction::Desc);
    let mut text = String::new();
    if after.is_none() && format == ExportFormat::Csv {
        csv::push_line(&mut text, AuditLog::COLUMNS.iter().map(|column| column.name));
    }
    let (mut next, mut left) = (after.cloned(), limit);
    loop {
        let page = PageRequest { limit: Some(left.min(BATCH_SIZE)), after: next, ..PageRequest::default() };
        let batch = audit_logs::export_batch(conn, filter, direction, &page).await?;
        for entry in &batch.items {
            push_entry(&mut text, entry, format)?;
        }
        (next, left) = (batch.next, left - batch.items.len() as u32);
        if next.is_none() || left == 0 || text.len() > CHUNK_BYTES {
            break;
        }
    }
    if after.is_none() {
        let details =
            json!({"format": format.as_str(), "direction": direction.as_str(), "filter": filter_details(filter)});
        audit_trail::write(conn, ctx, Action::AuditLogsExported, None, details).await?;
    }
    Ok(TextChunk { text, next })
}

/// The number of entries that an export reads with one statement and keeps in memory.
const BATCH_SIZE: u32 = 500;

fn push_entry(text: &mut String, entry: &AuditLog, format: ExportFormat) -> Result<()> {
    if format == ExportFormat::Jsonl {
        let line = serde_json::to_string(entry);
        text.push_str(&line.map_err(|error| Error::internal("an entry cannot be written as JSON").with_source(error))?);
        text.push('\n');
        return Ok(());
    }
    let AuditLog { id, admin_email, action, target_type, target_id, details, ip_address, user_agent, .. } = entry;
    let details = details.as_ref().map(JsonText::column_text).unwrap_or_default();
    let (timestamp, created_at) = (entry.timestamp.to_string(), entry.created_at.to_string());
    let (target_type, severity) = (target_type.to_string(), entry.severity.to_string());
    let or_empty = |text: &'_ Option<String>| text.clone().unwrap_or_default();
    let (target_id, ip_address, user_agent) = (or_empty(target_id), or_empty(ip_address), or_empty(user_agent));
    let cells: [&str; 11] = [
        id.as_str(),
        &timestamp,
        admin_email,
        action,
        &target_type,
        &target_id,
        &details,
        &ip_address,
        &user_agent,
        &severity,
        &created_at,
    ];
    csv::push_line(text, cells);
    Ok(())
}

/// Returns the filter of an export as the details of its audit entry.
fn filter_details(filter: &AuditLogFilter) -> serde_json::Value {
    fn values<T: ToString>(filter: &Match<T>) -> Option<Vec<String>> {
        match filter {
            Match::Any => None,
            Match::Null => Some(Vec::new()),
            Match::Is(value) => Some(vec![value.to_string()]),
            Match::In(values) => Some(values.iter().map(ToString::to_string).collect()),
        }
    }
    json!({
        "action": filter.action,
        "adminEmail": filter.admin_email,
        "severity": values(&filter.severity),
        "targetType": values(&filter.target_type),
        "targetId": filter.target_id,
        "from": filter.timestamp.from,
        "to": filter.timestamp.to,
    })
}

/// The number of entries that one statement deletes.
const DELETE_BATCH: usize = 1_000;

/// Deletes at most `limit` entries (10,000 by default) that are older than `days` (90 by default, at least 30), oldest
/// first, and adds an entry that records it.
pub async fn purge(
    conn: &mut Conn,
    ctx: &OpContext<'_>,
    days: Option<u32>,
    limit: Option<u32>,
) -> Result<AuditLogPurge> {
    let (days, limit) = (days.unwrap_or(90), limit.unwrap_or(10_000) as usize);
    let mut violations = Violations::default();
    if !(30..=36_500).contains(&days) {
        violations.add("days", "must be between 30 and 36500");
    }
    if !(1..=50_000).contains(&limit) {
        violations.add("limit", "must be between 1 and 50000");
    }
    violations.into_result()?;
    let before = ctx.now.minus(Duration::from_secs(u64::from(days) * 86_400));
    let (mut removed, mut after, mut more) = (0, None, true);
    while more && (removed as usize) < limit {
        let size = DELETE_BATCH.min(limit - removed as usize);
        // One extra row shows whether there are more.
        let mut found = audit_logs::find_older(conn, before, after.as_ref(), size + 1).await?;
        more = found.len() > size;
        found.truncate(size);
        after = found.last().cloned();
        let ids: Vec<AuditLogId> = found.into_iter().map(|(_, id)| id).collect();
        if !ids.is_empty() {
            removed += audit_logs::purge(conn, &ids, before).await?;
        }
    }
    let details = json!({"days": days, "before": before, "removed": removed, "more": more});
    audit_trail::write(conn, ctx, Action::AuditLogsCleanup, None, details).await?;
    Ok(AuditLogPurge { removed, before, more })
}
