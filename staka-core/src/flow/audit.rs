//! The audit log itself: entries by hand, its export, and its retention.
//!
//! ```
//! # #[tokio::main]
//! # async fn main() -> staka_examples::Result<()> {
//! # let database = staka_examples::Database::of_example("doc")?;
//! # let staka = database.connect().await?;
//! use staka_core::{AuditDraft, AuditSearch, ExportFormat};
//! use staka_core::model::AuditTargetType;
//!
//! let db = staka.as_system();
//! db.audit_logs().record(AuditDraft::new("BACKUP_RESTORED", AuditTargetType::System)).await?;
//! let csv = db.audit_logs().export(AuditSearch::default(), ExportFormat::Csv, None, None, None).await?;
//! assert!(csv.text.lines().any(|line| line.contains("BACKUP_RESTORED")));
//! # Ok(()) }
//! ```

use std::time::Duration;

use serde::Deserialize;
use serde_json::json;
use staka_macros::Described;

use super::act::Act;
use super::journal::{self, Action};
use crate::base::{Cursor, Direction, Error, Faults, JsonText, Match, Page, Result, Table, choice, csv};
use crate::db::Conn;
use crate::model::view::{AuditPurge, TextChunk};
use crate::model::{AuditLog, AuditLogId, AuditSeverity, AuditTargetType};
use crate::repo::audit_logs::{self, AuditSearch};

/// An entry that is made by hand. Who made it, when and from where is not for the caller to say.
#[derive(Clone, Debug, PartialEq, Deserialize, Described)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[described(new)]
pub struct AuditDraft {
    /// What was done: 1 to 100 of `A` to `Z`, digits and `_`, e.g. `USER_UPDATED`.
    pub action: String,
    /// What it was done to.
    pub target_type: AuditTargetType,
    /// The target's id, at most 191 characters.
    #[serde(default)]
    pub target_id: Option<String>,
    /// JSON about it, at most 65,535 bytes as text; never a secret.
    #[serde(default)]
    pub details: Option<JsonText>,
    /// How grave it is; unless given, what the table of actions says, MEDIUM for others.
    #[serde(default)]
    pub severity: Option<AuditSeverity>,
}

/// Adds an entry. `Invalid` names every faulty field.
pub async fn record(conn: &mut Conn, act: &Act<'_>, draft: &AuditDraft) -> Result<AuditLog> {
    let mut faults = Faults::default();
    let is_word = |byte: u8| byte.is_ascii_uppercase() || byte.is_ascii_digit() || byte == b'_';
    if draft.action.is_empty() || !draft.action.bytes().all(is_word) {
        faults.add("action", "must be 1 to 100 of A to Z, digits and _");
    }
    let known = Action::ALL.iter().find(|action| action.word() == draft.action);
    let row = AuditLog {
        action: draft.action.clone(),
        target_type: draft.target_type.clone(),
        details: draft.details.clone(),
        severity: draft.severity.clone().or(known.map(|action| action.severity())).unwrap_or(AuditSeverity::Medium),
        ..journal::entry(act, draft.target_id.as_deref())
    };
    row.check(&mut faults);
    faults.into_result()?;
    audit_logs::record(conn, act.user(), &row).await?;
    // The address came in with the statement.
    let made = audit_logs::lookup(conn, &row.id).await?;
    made.ok_or_else(|| Error::internal("the entry that was made is not there"))
}

choice! {
    /// How an export is written.
    pub enum ExportFormat {
        /// Lines of cells, as a spreadsheet reads them (RFC 4180); the first line names the columns. A cell that begins
        /// like a formula has an apostrophe before it.
        Csv = "csv",
        /// A JSON object a line.
        Jsonl = "jsonl",
    }
}

/// A piece ends when it is as long as this, in bytes, whatever number of entries was asked for.
const LONG: usize = 4 << 20;

/// The next entries as text, by time, the newest first unless `direction` says otherwise. The first piece leaves an
/// entry: who took what of the log away.
pub async fn export(
    conn: &mut Conn,
    act: &Act<'_>,
    filter: &AuditSearch,
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
        let page = Page { limit: Some(left.min(PORTION)), after: next, ..Page::default() };
        let portion = audit_logs::portion(conn, filter, direction, &page).await?;
        for entry in &portion.items {
            push(&mut text, entry, format)?;
        }
        (next, left) = (portion.next, left - portion.items.len() as u32);
        if next.is_none() || left == 0 || text.len() > LONG {
            break;
        }
    }
    if after.is_none() {
        let details = json!({"format": format.as_str(), "direction": direction.as_str(), "filter": told(filter)});
        journal::write(conn, act, Action::AuditLogsExported, None, details).await?;
    }
    Ok(TextChunk { text, next })
}

/// Entries read by one statement of an export: what it holds in memory.
const PORTION: u32 = 500;

fn push(text: &mut String, entry: &AuditLog, format: ExportFormat) -> Result<()> {
    if format == ExportFormat::Jsonl {
        let line = serde_json::to_string(entry);
        text.push_str(&line.map_err(|error| Error::internal("an entry is no JSON").with_source(error))?);
        text.push('\n');
        return Ok(());
    }
    let AuditLog { id, admin_email, action, target_type, target_id, details, ip_address, user_agent, .. } = entry;
    let details = details.as_ref().map(JsonText::column_text).unwrap_or_default();
    let (timestamp, created_at) = (entry.timestamp.to_string(), entry.created_at.to_string());
    let (target_type, severity) = (target_type.to_string(), entry.severity.to_string());
    let or_nothing = |text: &'_ Option<String>| text.clone().unwrap_or_default();
    let (target_id, ip_address, user_agent) = (or_nothing(target_id), or_nothing(ip_address), or_nothing(user_agent));
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

/// What was asked for, as the entry says it.
fn told(filter: &AuditSearch) -> serde_json::Value {
    fn words<T: ToString>(wanted: &Match<T>) -> Option<Vec<String>> {
        match wanted {
            Match::Any => None,
            Match::Null => Some(Vec::new()),
            Match::Is(word) => Some(vec![word.to_string()]),
            Match::In(words) => Some(words.iter().map(ToString::to_string).collect()),
        }
    }
    json!({
        "action": filter.action,
        "adminEmail": filter.admin_email,
        "severity": words(&filter.severity),
        "targetType": words(&filter.target_type),
        "targetId": filter.target_id,
        "from": filter.timestamp.from,
        "to": filter.timestamp.to,
    })
}

/// Entries removed by one statement.
const BATCH: usize = 1_000;

/// Removes at most `limit` entries (10,000 unless given) that are older than `days` (90 unless given, 30 at the least),
/// the oldest first, and leaves an entry that says so.
pub async fn purge(conn: &mut Conn, act: &Act<'_>, days: Option<u32>, limit: Option<u32>) -> Result<AuditPurge> {
    let (days, limit) = (days.unwrap_or(90), limit.unwrap_or(10_000) as usize);
    let mut faults = Faults::default();
    if !(30..=36_500).contains(&days) {
        faults.add("days", "must be between 30 and 36500");
    }
    if !(1..=50_000).contains(&limit) {
        faults.add("limit", "must be between 1 and 50000");
    }
    faults.into_result()?;
    let before = act.now.minus(Duration::from_secs(u64::from(days) * 86_400));
    let (mut removed, mut after, mut more) = (0, None, true);
    while more && (removed as usize) < limit {
        let size = BATCH.min(limit - removed as usize);
        // The one too many says that there is more.
        let mut found = audit_logs::old(conn, before, after.as_ref(), size + 1).await?;
        more = found.len() > size;
        found.truncate(size);
        after = found.last().cloned();
        let ids: Vec<AuditLogId> = found.into_iter().map(|(_, id)| id).collect();
        if !ids.is_empty() {
            removed += audit_logs::purge(conn, &ids, before).await?;
        }
    }
    let details = json!({"days": days, "before": before, "removed": removed, "more": more});
    journal::write(conn, act, Action::AuditLogsCleanup, None, details).await?;
    Ok(AuditPurge { removed, before, more })
}
