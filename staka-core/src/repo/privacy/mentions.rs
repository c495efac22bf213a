//! Mentions of a person that the system wrote into rows of others: the audit log, and notifications to others.

use super::survey::{Texts, batches, contains_pattern, placeholders};
use crate::base::{Args, Result, Timestamp};
use crate::db::{Access, Conn, Statement};
use crate::model::UserId;

/// An audit log entry that may name the person.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AuditMention {
    /// Its id.
    pub id: String,
    /// E-mail address of the actor.
    pub admin_email: String,
    /// Id of the target.
    pub target_id: Option<String>,
    /// Details of the entry.
    pub details: Option<String>,
    /// Whether it has an IP address or a user agent.
    pub has_origin: bool,
}

/// Returns every entry by one of the addresses, about the person, or with one of the texts in its details. Reads the
/// whole log.
pub async fn audit_entries(
    conn: &mut Conn,
    user: &UserId,
    addresses: &[String],
    texts: &[String],
) -> Result<Vec<AuditMention>> {
    let named = placeholders(addresses.len().max(1));
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
        args.push(contains_pattern(said));
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
            has_origin: next().as_deref() == Some("1"),
        }
    };
    Ok(rows.into_iter().map(entry).collect())
}

static REWRITE_ENTRY: Statement = Statement::fixed(
    "privacy.rewrite_entry",
    "UPDATE audit_logs a SET a.targetId = ?, a.details = ? WHERE a.id = ?",
    &[Access::Index { table: "a", keys: &["PRIMARY"] }],
);

/// Replaces an entry's target and details. Besides [`pseudonymise_actor`], this is the only change of an entry.
pub async fn rewrite_entry(conn: &mut Conn, id: &str, target_id: Option<&str>, details: Option<&str>) -> Result<()> {
    conn.execute(&REWRITE_ENTRY, Args::new().with(target_id).with(details).with(id)).await.map(drop)
}

/// Replaces the actor of entries by the pseudonym, and deletes IP address and user agent.
pub async fn pseudonymise_actor(conn: &mut Conn, ids: &[&str], pseudonym: &str) -> Result<u64> {
    let mut changed = 0;
    for (batch, size) in batches(ids) {
        let text = format!(
            "UPDATE audit_logs a SET a.adminEmail = ?, a.ipAddress = NULL, a.userAgent = NULL WHERE a.id IN ({})",
            placeholders(size)
        );
        let mut args = Args::new().with(pseudonym);
        for place in 0..size {
            args.push(batch[place.min(batch.len() - 1)]);
        }
        changed += conn.execute(&Statement::fixed("privacy.pseudonymise", "", &[]).with_text(text), args).await?;
    }
    Ok(changed)
}

/// A notification to somebody else.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NotificationMention {
    /// Its id.
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

/// Reads the notifications to others, to staff only or to everybody, and returns those for which `keep` is true. Only
/// these are kept in memory.
pub async fn notifications_to_others(
    conn: &mut Conn,
    user: &UserId,
    staff_alone: bool,
    keep: impl Fn(&NotificationMention) -> bool + Send + Sync,
) -> Result<Vec<NotificationMention>> {
    let staff = if staff_alone { " AND n.userId IN (SELECT u.id FROM users u WHERE u.role <> 'USER')" } else { "" };
    let text =
        format!("SELECT n.id, n.title, n.message, n.data, n.actionUrl FROM notifications n WHERE n.userId <> ?{staff}");
    let mut kept = Vec::new();
    let statement = Statement::fixed("privacy.notifications_to_others", "", &[]).with_text(text);
    conn.each(&statement, Args::new().with(user), |Texts(row)| {
        let mut row = row.into_iter();
        let mut next = || row.next().flatten();
        let notification = NotificationMention {
            id: next().unwrap_or_default(),
            title: next().unwrap_or_default(),
            message: next().unwrap_or_default(),
            data: next(),
            action_url: next(),
        };
        if keep(&notification) {
            kept.push(notification);
        }
    })
    .await?;
    Ok(kept)
}

/// Deletes notifications by their ids; returns how many.
pub async fn delete_notifications(conn: &mut Conn, ids: &[&str]) -> Result<u64> {
    let mut removed = 0;
    for (batch, size) in batches(ids) {
        let text = format!("DELETE FROM notifications WHERE id IN ({})", placeholders(size));
        let mut args = Args::new();
        for place in 0..size {
            args.push(batch[place.min(batch.len() - 1)]);
        }
        removed +=
            conn.execute(&Statement::fixed("privacy.delete_notifications", "", &[]).with_text(text), args).await?;
    }
    Ok(removed)
}

static REWRITE_NOTIFICATION: Statement = Statement::fixed(
    "privacy.rewrite_notification",
    "UPDATE notifications n SET n.title = ?, n.message = ?, n.data = ?, n.updatedAt = GREATEST(?, n.updatedAt + INTERVAL 1000 MICROSECOND) \
     WHERE n.id = ?",
    &[Access::Index { table: "n", keys: &["PRIMARY"] }],
);

/// Replaces the texts of a notification.
pub async fn rewrite_notification(conn: &mut Conn, notification: &NotificationMention, now: Timestamp) -> Result<()> {
    let NotificationMention { id, title, message, data, .. } = notification;
    let title: String = title.chars().take(255).collect();
    let args = Args::new().with(title).with(message.as_str()).with(data.as_deref()).with(now).with(id.as_str());
    conn.execute(&REWRITE_NOTIFICATION, args).await.map(drop)
}

pub(super) fn statements() -> Vec<&'static Statement> {
    vec![&REWRITE_ENTRY, &REWRITE_NOTIFICATION]
}
