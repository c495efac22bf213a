//! Mentions of a person that the system wrote into rows of others: the audit log, and notifications to others.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::LazyLock;

use staka_macros::Record;

use super::survey::{Person, Texts, batches, placeholders};
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

impl AuditMention {
    /// Reads a row of [`ENTRY`].
    fn read(row: &mut impl Iterator<Item = Option<String>>) -> Self {
        let mut next = || row.next().flatten();
        Self {
            id: next().unwrap_or_default(),
            admin_email: next().unwrap_or_default(),
            target_id: next(),
            details: next(),
            has_origin: next().as_deref() == Some("1"),
        }
    }
}

/// The columns of an [`AuditMention`].
macro_rules! entry {
    () => {
        "a.id, a.adminEmail, a.targetId, a.details, CAST(a.ipAddress IS NOT NULL OR a.userAgent IS NOT NULL AS CHAR)"
    };
}

static ENTRIES_BY: Statement = Statement::fixed(
    "privacy.audit_entries/by",
    concat!(
        "SELECT ",
        entry!(),
        " FROM audit_logs a WHERE a.adminEmail IN (?, ?) AND (a.adminEmail = ? OR a.timestamp >= ?)"
    ),
    &[Access::Index { table: "a", keys: &["audit_logs_adminEmail_idx"] }],
);

static ENTRIES_ABOUT: Statement = Statement::fixed(
    "privacy.audit_entries/about",
    concat!(
        "SELECT ",
        entry!(),
        " FROM audit_logs a WHERE a.targetId IN (?, ?) AND (a.targetId = ? OR a.timestamp >= ?)"
    ),
    &[Access::Index { table: "a", keys: &["staka_audit_logs_target"] }],
);

/// Returns the entries whose actor or target is the account. Its address names it in those that were written since
/// `person.since` alone: before, it was somebody else's.
pub async fn audit_entries(conn: &mut Conn, person: &Person, address: &str) -> Result<Vec<AuditMention>> {
    let pseudonym = person.pseudonym.as_str();
    let args = Args::new().with(address).with(pseudonym).with(pseudonym).with(person.since);
    let mut entries = BTreeMap::new();
    let by: Vec<Texts> = conn.all(&ENTRIES_BY, args).await?;
    let args = Args::new().with(&person.id).with(address).with(&person.id).with(person.since);
    let about: Vec<Texts> = conn.all(&ENTRIES_ABOUT, args).await?;
    for Texts(row) in by.into_iter().chain(about) {
        let entry = AuditMention::read(&mut row.into_iter());
        entries.insert(entry.id.clone(), entry);
    }
    Ok(entries.into_values().collect())
}

static ADDRESS_SINCE: Statement = Statement::fixed(
    "privacy.address_since",
    "SELECT MAX(a.timestamp) FROM audit_logs a WHERE a.targetId = ? AND a.action = 'USER_UPDATED' AND a.details LIKE '%\"email\"%'",
    &[Access::Index { table: "a", keys: &["staka_audit_logs_target"] }],
);

#[derive(Record)]
struct Changed {
    at: Option<Timestamp>,
}

/// Returns when the account's address was last changed, as far as the audit log goes back.
pub async fn address_since(conn: &mut Conn, user: &UserId) -> Result<Option<Timestamp>> {
    Ok(conn.one::<Changed>(&ADDRESS_SINCE, Args::new().with(user)).await?.at)
}

/// The numbers of rows that one statement rewrites.
const REWRITTEN: [usize; 2] = [16, 100];

/// Returns a statement that sets columns of this many rows to values of their own.
fn rewrite_statement(name: &'static str, table: &str, columns: &[&str], also: &str, size: usize) -> Statement {
    let cases = "WHEN ? THEN ? ".repeat(size);
    let set: Vec<String> =
        columns.iter().map(|column| format!("t.`{column}` = CASE t.id {cases}ELSE t.`{column}` END")).collect();
    Statement::fixed(name, "", &[Access::Index { table: "t", keys: &["PRIMARY"] }]).with_text(format!(
        "UPDATE {table} t FORCE INDEX (PRIMARY) SET {}{also} WHERE t.id IN ({})",
        set.join(", "),
        placeholders(size)
    ))
}

static REWRITE_ENTRIES: LazyLock<[Statement; 2]> = LazyLock::new(|| {
    let columns = ["targetId", "details"];
    REWRITTEN.map(|size| rewrite_statement("privacy.rewrite_entries", "audit_logs", &columns, "", size))
});

static REWRITE_NOTIFICATIONS: LazyLock<[Statement; 2]> = LazyLock::new(|| {
    let columns = ["title", "message", "data"];
    let version = ", t.updatedAt = GREATEST(?, t.updatedAt + INTERVAL 1000 MICROSECOND)";
    REWRITTEN.map(|size| rewrite_statement("privacy.rewrite_notifications", "notifications", &columns, version, size))
});

/// Rewrites rows: `changes` has each row's id and its values. One statement serves a hundred rows.
async fn rewrite<'c>(
    conn: &mut Conn,
    statements: &[Statement; 2],
    version: Option<Timestamp>,
    changes: &[(&'c str, Vec<Option<&'c str>>)],
) -> Result<()> {
    let variant = usize::from(changes.len() > REWRITTEN[0]);
    let size = REWRITTEN[variant];
    for batch in changes.chunks(size) {
        let row = |place: usize| &batch[place.min(batch.len() - 1)];
        let mut args = Args::new();
        for column in 0..batch[0].1.len() {
            for (id, values) in (0..size).map(row) {
                args.push(*id);
                args.push(values[column]);
            }
        }
        if let Some(version) = version {
            args.push(version);
        }
        for (id, _) in (0..size).map(row) {
            args.push(*id);
        }
        conn.execute(&statements[variant], args).await?;
    }
    Ok(())
}

/// Replaces targets and details of entries. Besides [`pseudonymise_actor`], this is the only change of entries.
pub async fn rewrite_entries(conn: &mut Conn, entries: &[(&str, Option<&str>, Option<&str>)]) -> Result<()> {
    let changes: Vec<_> = entries.iter().map(|(id, target, details)| (*id, vec![*target, *details])).collect();
    rewrite(conn, &REWRITE_ENTRIES, None, &changes).await
}

/// Replaces the actor of entries by the pseudonym, and deletes IP address and user agent.
pub async fn pseudonymise_actor(conn: &mut Conn, ids: &[&str], pseudonym: &str) -> Result<u64> {
    let mut changed = 0;
    for (batch, size) in batches(ids) {
        let text = format!(
            "UPDATE audit_logs a FORCE INDEX (PRIMARY) SET a.adminEmail = ?, a.ipAddress = NULL, a.userAgent = NULL WHERE a.id IN ({})",
            placeholders(size)
        );
        let args = ids_of(Args::new().with(pseudonym), batch, size);
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

impl NotificationMention {
    /// Reads a row of [`NOTIFICATION`].
    fn read(row: &mut impl Iterator<Item = Option<String>>) -> Self {
        let mut next = || row.next().flatten();
        Self {
            id: next().unwrap_or_default(),
            title: next().unwrap_or_default(),
            message: next().unwrap_or_default(),
            data: next(),
            action_url: next(),
        }
    }
}

/// The columns of a [`NotificationMention`].
const NOTIFICATION: &str = "n.id, n.title, n.message, n.data, n.actionUrl";

/// Read by itself: with a join, MySQL would read the index once more for each period.
static STAFF: Statement = Statement::fixed(
    "privacy.staff",
    "SELECT u.id FROM users u WHERE u.role <> 'USER'",
    &[Access::Index { table: "u", keys: &["staka_users_role", "users_role_idx"] }],
);

/// The numbers of periods that statements are made for.
const PERIODS: [usize; 2] = [16, 500];

/// Returns the notifications to others, to staff only or to everybody, that were created within one of the periods and
/// for which `keep` is true.
pub async fn notifications_within(
    conn: &mut Conn,
    user: &UserId,
    staff_alone: bool,
    periods: &[(Timestamp, Timestamp)],
    keep: impl Fn(&NotificationMention) -> bool + Send + Sync,
) -> Result<Vec<NotificationMention>> {
    let staff: Option<BTreeSet<String>> = if staff_alone {
        let ids: Vec<Texts> = conn.all(&STAFF, Args::new()).await?;
        Some(ids.into_iter().filter_map(|row| row.0.into_iter().next().flatten()).collect())
    } else {
        None
    };
    let size = if periods.len() <= PERIODS[0] { PERIODS[0] } else { PERIODS[1] };
    let mut kept = Vec::new();
    for batch in periods.chunks(size) {
        let one = "(n.createdAt BETWEEN ? AND ?)";
        let text = format!(
            "SELECT n.userId, {NOTIFICATION} FROM notifications n FORCE INDEX (notifications_createdAt_idx) \
             WHERE n.userId <> ? AND ({})",
            vec![one; size].join(" OR ")
        );
        let mut args = Args::new().with(user);
        for place in 0..size {
            let (from, to) = batch[place.min(batch.len() - 1)];
            args.push(from);
            args.push(to);
        }
        let statement = Statement::fixed("privacy.notifications_within", "", &[]).with_text(text);
        conn.each(&statement, args, |Texts(row)| {
            let mut row = row.into_iter();
            let recipient = row.next().flatten().unwrap_or_default();
            let notification = NotificationMention::read(&mut row);
            if staff.as_ref().is_none_or(|staff| staff.contains(&recipient)) && keep(&notification) {
                kept.push(notification);
            }
        })
        .await?;
    }
    Ok(kept)
}

/// Deletes notifications by their ids; returns how many.
pub async fn delete_notifications(conn: &mut Conn, ids: &[&str]) -> Result<u64> {
    let mut removed = 0;
    for (batch, size) in batches(ids) {
        let text =
            format!("DELETE n FROM notifications n FORCE INDEX (PRIMARY) WHERE n.id IN ({})", placeholders(size));
        let args = ids_of(Args::new(), batch, size);
        removed +=
            conn.execute(&Statement::fixed("privacy.delete_notifications", "", &[]).with_text(text), args).await?;
    }
    Ok(removed)
}

/// Replaces the texts of notifications.
pub async fn rewrite_notifications(
    conn: &mut Conn,
    notifications: &[NotificationMention],
    now: Timestamp,
) -> Result<()> {
    let titles: Vec<String> =
        notifications.iter().map(|notification| notification.title.chars().take(255).collect()).collect();
    let changes: Vec<_> = notifications
        .iter()
        .zip(&titles)
        .map(|(NotificationMention { id, message, data, .. }, title)| {
            (id.as_str(), vec![Some(title.as_str()), Some(message.as_str()), data.as_deref()])
        })
        .collect();
    rewrite(conn, &REWRITE_NOTIFICATIONS, Some(now), &changes).await
}

/// Returns the entries with these ids.
pub async fn entries_by_id(conn: &mut Conn, ids: &[&str]) -> Result<Vec<AuditMention>> {
    let mut entries = Vec::new();
    for (batch, size) in batches(ids) {
        let text = format!(
            concat!("SELECT ", entry!(), " FROM audit_logs a FORCE INDEX (PRIMARY) WHERE a.id IN ({})"),
            placeholders(size)
        );
        let statement = Statement::fixed("privacy.entries_by_id", "", &[]).with_text(text);
        conn.each(&statement, ids_of(Args::new(), batch, size), |Texts(row)| {
            entries.push(AuditMention::read(&mut row.into_iter()));
        })
        .await?;
    }
    Ok(entries)
}

/// Returns the notifications with these ids that are not the user's own.
pub async fn notifications_by_id(conn: &mut Conn, user: &UserId, ids: &[&str]) -> Result<Vec<NotificationMention>> {
    let mut notifications = Vec::new();
    for (batch, size) in batches(ids) {
        let text = format!(
            "SELECT {NOTIFICATION} FROM notifications n FORCE INDEX (PRIMARY) WHERE n.userId <> ? AND n.id IN ({})",
            placeholders(size)
        );
        let statement = Statement::fixed("privacy.notifications_by_id", "", &[]).with_text(text);
        conn.each(&statement, ids_of(Args::new().with(user), batch, size), |Texts(row)| {
            notifications.push(NotificationMention::read(&mut row.into_iter()));
        })
        .await?;
    }
    Ok(notifications)
}

/// Binds ids; the last one fills the remaining placeholders.
fn ids_of(mut args: Args, ids: &[&str], size: usize) -> Args {
    for place in 0..size {
        args.push(ids[place.min(ids.len() - 1)]);
    }
    args
}

pub(super) fn statements() -> Vec<&'static Statement> {
    let mut all = vec![&ENTRIES_BY, &ENTRIES_ABOUT, &ADDRESS_SINCE, &STAFF];
    all.extend(REWRITE_ENTRIES.iter().chain(REWRITE_NOTIFICATIONS.iter()));
    all
}
