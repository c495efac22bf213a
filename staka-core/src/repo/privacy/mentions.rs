//! Where the platform itself named a person in somebody else's rows: the audit log, and notifications to others.

use super::survey::{Texts, places, portions, within};
use crate::base::{Args, Result, Timestamp};
use crate::db::{Access, Conn, Statement};
use crate::model::UserId;

/// An entry of the audit log that may name the person.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AuditMention {
    /// Its key.
    pub id: String,
    /// Who did it.
    pub admin_email: String,
    /// What it was done to.
    pub target_id: Option<String>,
    /// What it says.
    pub details: Option<String>,
    /// Whether it says from where.
    pub from_somewhere: bool,
}

/// Every entry by one of the addresses, about the person, or with one of the texts in its details: the whole log is read.
pub async fn audit_entries(
    conn: &mut Conn,
    user: &UserId,
    addresses: &[String],
    texts: &[String],
) -> Result<Vec<AuditMention>> {
    let named = places(addresses.len().max(1));
    let said = " OR a.details LIKE ? ESCAPE '!'".repeat(texts.len());
    let text = format!(
        "SELECT a.id, a.adminEmail, a.targetId, a.details, CAST(a.ipAddress IS NOT NULL OR a.userAgent IS NOT NULL AS CHAR) \
         FROM audit_logs a WHERE a.adminEmail IN ({named}) OR a.targetId IN ({named}) OR a.targetId = ?{said}"
    );
    let mut args = Args::new();
    for _ in 0..2 {
        if addresses.is_empty() {
            args.push(None::<String>);
        }
        for address in addresses {
            args.push(address.as_str());
        }
    }
    args.push(user);
    for said in texts {
        args.push(within(said));
    }
    let rows: Vec<Texts> = conn.all(&Statement::fixed("privacy.audit_entries", "", &[]).with_text(text), args).await?;
    let entry = |Texts(row): Texts| {
        let mut row = row.into_iter();
        let mut next = || row.next().flatten();
        AuditMention {
            id: next().unwrap_or_default(),
            admin_email: next().unwrap_or_default(),
            target_id: next(),
            details: next(),
            from_somewhere: next().as_deref() == Some("1"),
        }
    };
    Ok(rows.into_iter().map(entry).collect())
}

static REWRITE_ENTRY: Statement = Statement::fixed(
    "privacy.rewrite_entry",
    "UPDATE audit_logs a SET a.targetId = ?, a.details = ? WHERE a.id = ?",
    &[Access::Index { table: "a", keys: &["PRIMARY"] }],
);

/// Writes what an entry says without the person: with [`pseudonymise_actor`] the only change that an entry ever meets.
pub async fn rewrite_entry(conn: &mut Conn, id: &str, target_id: Option<&str>, details: Option<&str>) -> Result<()> {
    conn.execute(&REWRITE_ENTRY, Args::new().with(target_id).with(details).with(id)).await.map(drop)
}

/// Puts the pseudonym in place of who did it, and forgets from where.
pub async fn pseudonymise_actor(conn: &mut Conn, ids: &[&str], pseudonym: &str) -> Result<u64> {
    let mut changed = 0;
    for (portion, size) in portions(ids) {
        let text = format!(
            "UPDATE audit_logs a SET a.adminEmail = ?, a.ipAddress = NULL, a.userAgent = NULL WHERE a.id IN ({})",
            places(size)
        );
        let mut args = Args::new().with(pseudonym);
        for place in 0..size {
            args.push(portion[place.min(portion.len() - 1)]);
        }
        changed += conn.execute(&Statement::fixed("privacy.pseudonymise", "", &[]).with_text(text), args).await?;
    }
    Ok(changed)
}

/// A notification to somebody else.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NoticeMention {
    /// Its key.
    pub id: String,
    /// Its title.
    pub title: String,
    /// Its text.
    pub message: String,
    /// Its data, JSON or not.
    pub data: Option<String>,
    /// Its link.
    pub action_url: Option<String>,
}

/// Walks over the notifications to others, the staff's or everybody's, and keeps those that `keep` wants. Only those that
/// are kept are held in memory.
pub async fn notices_to_others(
    conn: &mut Conn,
    user: &UserId,
    staff_alone: bool,
    keep: impl Fn(&NoticeMention) -> bool + Send + Sync,
) -> Result<Vec<NoticeMention>> {
    let staff = if staff_alone { " AND n.userId IN (SELECT u.id FROM users u WHERE u.role <> 'USER')" } else { "" };
    let text =
        format!("SELECT n.id, n.title, n.message, n.data, n.actionUrl FROM notifications n WHERE n.userId <> ?{staff}");
    let mut kept = Vec::new();
    let statement = Statement::fixed("privacy.notices_to_others", "", &[]).with_text(text);
    conn.each(&statement, Args::new().with(user), |Texts(row)| {
        let mut row = row.into_iter();
        let mut next = || row.next().flatten();
        let notice = NoticeMention {
            id: next().unwrap_or_default(),
            title: next().unwrap_or_default(),
            message: next().unwrap_or_default(),
            data: next(),
            action_url: next(),
        };
        if keep(&notice) {
            kept.push(notice);
        }
    })
    .await?;
    Ok(kept)
}

/// Removes notifications by their keys; returns how many.
pub async fn remove_notices(conn: &mut Conn, ids: &[&str]) -> Result<u64> {
    let mut removed = 0;
    for (portion, size) in portions(ids) {
        let text = format!("DELETE FROM notifications WHERE id IN ({})", places(size));
        let mut args = Args::new();
        for place in 0..size {
            args.push(portion[place.min(portion.len() - 1)]);
        }
        removed += conn.execute(&Statement::fixed("privacy.remove_notices", "", &[]).with_text(text), args).await?;
    }
    Ok(removed)
}

static REWRITE_NOTICE: Statement = Statement::fixed(
    "privacy.rewrite_notice",
    "UPDATE notifications n SET n.title = ?, n.message = ?, n.data = ?, n.updatedAt = GREATEST(?, n.updatedAt + INTERVAL 1000 MICROSECOND) \
     WHERE n.id = ?",
    &[Access::Index { table: "n", keys: &["PRIMARY"] }],
);

/// Writes what a notification says without the person's name.
pub async fn rewrite_notice(conn: &mut Conn, notice: &NoticeMention, now: Timestamp) -> Result<()> {
    let NoticeMention { id, title, message, data, .. } = notice;
    let title: String = title.chars().take(255).collect();
    let args = Args::new().with(title).with(message.as_str()).with(data.as_deref()).with(now).with(id.as_str());
    conn.execute(&REWRITE_NOTICE, args).await.map(drop)
}

pub(super) fn statements() -> Vec<&'static Statement> {
    vec![&REWRITE_ENTRY, &REWRITE_NOTICE]
}
