//! Service functions on notifications: sending them by hand, marking, soft-deletion and retention.

use std::time::Duration;

use serde::Deserialize;
use serde_json::json;
use staka_macros::Described;
use url::Url;

use super::audit_trail::{self, Action};
use super::context::OpContext;
use super::notify;
use crate::base::{Error, ErrorKind, JsonText, Patch, Result, Table, Timestamp, Violations};
use crate::db::{Conn, Retry};
use crate::model::view::{NotificationPurge, NotificationsSent};
use crate::model::{Notification, NotificationId, NotificationPriority, NotificationType, UserId};
use crate::repo::{notification_keys, notifications};

/// The content of a new notification.
#[derive(Clone, Debug, PartialEq, Deserialize, Described)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[described(new)]
#[non_exhaustive]
pub struct NewNotification {
    /// Title of the notification.
    #[described(bounds = Bounds::chars(1, 255).not_blank())]
    pub title: String,
    /// Text of the notification.
    #[described(bounds = Bounds::bytes(65_535).not_blank())]
    pub message: String,
    /// Type of the notification, i.e. its subject.
    #[serde(default)]
    #[described(bounds = Bounds::NONE.default_word("INFO"))]
    pub r#type: Option<NotificationType>,
    /// Priority of the notification.
    #[serde(default)]
    #[described(bounds = Bounds::NONE.default_word("NORMALE"))]
    pub priority: Option<NotificationPriority>,
    /// JSON for the program that shows the notification, at most 65,535 bytes; none by default.
    #[serde(default)]
    pub data: Option<JsonText>,
    /// Address that a click opens: a path of the site (`/app/messages`) or an `https` URL; none by default.
    #[serde(default)]
    #[described(bounds = Bounds::chars(1, 500))]
    pub action_url: Option<String>,
    /// Time when it expires, UTC, later than now; by default in 30 days, and never if null.
    #[serde(default)]
    pub expires_at: Patch<Option<Timestamp>>,
}

impl NewNotification {
    /// Checks all fields at once and returns the row for a user.
    fn row(&self, ctx: &OpContext<'_>, user: UserId, violations: &mut Violations) -> Notification {
        for (field, text) in [("title", &self.title), ("message", &self.message)] {
            if text.trim().is_empty() {
                violations.add(field, "must not be blank");
            }
        }
        if let Some(url) = &self.action_url
            && !is_safe_link(url)
        {
            violations.add("actionUrl", "must be a path that begins with one slash, or an https address");
        }
        if self.expires_at.as_set().is_some_and(|given| given.is_some_and(|at| at <= ctx.now)) {
            violations.add("expiresAt", "must be later than now");
        }
        let row = Notification {
            id: ctx.new_id::<NotificationId>(),
            user_id: user,
            title: self.title.clone(),
            message: self.message.clone(),
            r#type: self.r#type.clone().unwrap_or(NotificationType::Info),
            priority: self.priority.clone().unwrap_or(NotificationPriority::Normale),
            data: self.data.clone(),
            action_url: self.action_url.clone(),
            is_read: false,
            is_deleted: false,
            read_at: None,
            expires_at: match &self.expires_at {
                Patch::Absent => Some(notify::expiry(ctx.now)),
                Patch::Set(given) => *given,
            },
            created_at: ctx.now,
            updated_at: ctx.now,
        };
        row.check(violations);
        row
    }
}

/// Returns whether a link stays on the site or leads to an `https` URL. `//host`, `/\\host` and `javascript:` do
/// neither.
fn is_safe_link(url: &str) -> bool {
    if url.chars().any(|letter| letter.is_control() || letter.is_whitespace() || letter == '\\') {
        return false;
    }
    if url.starts_with('/') {
        return !url.starts_with("//");
    }
    url.starts_with("https://")
        && Url::parse(url).is_ok_and(|url| url.has_host() && url.username().is_empty() && url.password().is_none())
}

/// The maximum length of an idempotency key in characters.
const MAX_KEY: usize = 191;

/// Creates a notification for a user. Calls with the same idempotency key, also concurrent ones, create it once and
/// return the existing one. Fails with `NotFound` if the user does not exist, and with `Conflict` if the key was used
/// for another user's notification.
pub async fn create(
    conn: &mut Conn,
    ctx: &OpContext<'_>,
    user: &UserId,
    draft: &NewNotification,
    key: Option<&str>,
) -> Result<Notification> {
    let mut violations = Violations::default();
    let row = draft.row(ctx, user.clone(), &mut violations);
    if key.is_some_and(|key| !(1..=MAX_KEY).contains(&key.len()) || !key.bytes().all(|byte| byte.is_ascii_graphic())) {
        violations.add("key", "must be 1 to 191 letters, digits and signs of ASCII, without spaces");
    }
    violations.into_result()?;
    if let Some(key) = key
        && !notification_keys::claim(conn, key, &row.id, ctx.now).await?
    {
        match notification_keys::find_notification(conn, key).await? {
            Some(existing) if existing.user_id == *user => return Ok(existing),
            Some(_) => {
                let problem = "the key was already used for another user's notification";
                return Err(Error::new(ErrorKind::Conflict, problem).with_key("key"));
            }
            None => notification_keys::reassign(conn, key, &row.id, ctx.now).await?,
        }
    }
    if !notifications::add_if_user_exists(conn, &row).await? {
        return Err(Error::new(ErrorKind::NotFound, format!("user {user} not found")));
    }
    record_in_audit_log(
        conn,
        ctx,
        json!({"notificationId": row.id.as_str(), "userId": user.as_str(), "title": row.title}),
    )
    .await?;
    Ok(row)
}

/// Creates a notification for every active administrator in one statement, and returns how many.
pub async fn create_for_admins(conn: &mut Conn, ctx: &OpContext<'_>, draft: &NewNotification) -> Result<u64> {
    let mut violations = Violations::default();
    // The row's user is a placeholder: the statement inserts one row for each administrator.
    let row = draft.row(ctx, ctx.new_id::<UserId>(), &mut violations);
    violations.into_result()?;
    let created = notifications::add_for_admins(conn, &row).await?;
    record_in_audit_log(conn, ctx, json!({"to": "admins", "created": created, "title": row.title})).await?;
    Ok(created)
}

/// The maximum number of users or notifications of one call.
const MAX_IDS: usize = 1_000;

/// Creates a notification for each of these users that exists, in one statement.
pub async fn create_for_many(
    conn: &mut Conn,
    ctx: &OpContext<'_>,
    users: &[UserId],
    draft: &NewNotification,
) -> Result<NotificationsSent> {
    let mut violations = Violations::default();
    let row = draft.row(ctx, ctx.new_id::<UserId>(), &mut violations);
    if users.len() > MAX_IDS {
        violations.add("users", format!("must name at most {MAX_IDS} users"));
    }
    violations.into_result()?;
    let mut distinct = users.to_vec();
    distinct.sort();
    distinct.dedup();
    let created = if distinct.is_empty() { 0 } else { notifications::add_for_many(conn, &distinct, &row).await? };
    record_in_audit_log(conn, ctx, json!({"to": "users", "created": created, "title": row.title})).await?;
    Ok(NotificationsSent { created, unknown: (distinct.len() as u64).saturating_sub(created) })
}

/// Adds an audit entry if a user sends the notification. For the system, the operation that caused it has its own
/// entry.
async fn record_in_audit_log(conn: &mut Conn, ctx: &OpContext<'_>, details: serde_json::Value) -> Result<()> {
    match ctx.user() {
        Some(_) => audit_trail::write(conn, ctx, Action::NotificationSent, None, details).await,
        None => Ok(()),
    }
}

/// Marks a notification as read and returns whether it was unread. Fails with `NotFound` if it does not exist.
pub async fn mark_read(conn: &mut Conn, ctx: &OpContext<'_>, id: &NotificationId) -> Result<bool> {
    let marked = notifications::mark_read(conn, id, ctx.now).await?;
    if !marked {
        check_exists(conn, id).await?;
    }
    Ok(marked)
}

/// Marks all of a user's notifications as read except soft-deleted ones, and returns how many were unread. Most users have
/// few, which one statement marks. The rest are marked in a transaction, or behind a savepoint of the caller's, that writes
/// the counters once.
pub async fn mark_all_read(conn: &mut Conn, ctx: &OpContext<'_>, user: &UserId) -> Result<u64> {
    let some = notifications::mark_some_read(conn, user, ctx.now).await?;
    if some < notifications::STEP {
        return Ok(some);
    }
    let mut retry = Retry::default();
    loop {
        match mark_rest_read(conn, user, ctx.now).await {
            Err(error) if !conn.in_transaction() => retry.after(error).await?,
            rest => return Ok(some + rest?),
        }
    }
}

async fn mark_rest_read(conn: &mut Conn, user: &UserId, now: Timestamp) -> Result<u64> {
    let own = !conn.in_transaction();
    if own {
        conn.begin().await?;
    } else {
        conn.savepoint().await?;
    }
    let marked = match notifications::mark_rest_read(conn, user, now).await {
        Ok(marked) if own => conn.commit().await.map(|()| marked),
        marked => marked,
    };
    if marked.is_err() {
        if own {
            conn.rollback_or_discard().await;
        } else {
            // The savepoint is not released, as an operation around this one may have set it.
            conn.rollback_to_savepoint().await?;
        }
    }
    marked
}

/// Soft-deletes a notification and returns whether it was not yet deleted. Fails with `NotFound` if it does not exist.
pub async fn soft_delete(conn: &mut Conn, ctx: &OpContext<'_>, id: &NotificationId) -> Result<bool> {
    let deleted = notifications::soft_delete(conn, id, ctx.now).await?;
    if !deleted {
        check_exists(conn, id).await?;
    }
    Ok(deleted)
}

async fn check_exists(conn: &mut Conn, id: &NotificationId) -> Result<()> {
    match notifications::get(conn, id, true).await? {
        Some(_) => Ok(()),
        None => Err(Error::new(ErrorKind::NotFound, format!("notification {id} not found"))),
    }
}

/// Marks those of the notifications that belong to the user as read, and returns how many were unread.
pub async fn mark_many_read(
    conn: &mut Conn,
    ctx: &OpContext<'_>,
    user: &UserId,
    ids: &[NotificationId],
) -> Result<u64> {
    match check_count(ids)? {
        [] => Ok(0),
        ids => notifications::mark_many_read(conn, user, ids, ctx.now).await,
    }
}

/// Soft-deletes those of the notifications that belong to the user, and returns how many were not yet deleted.
pub async fn soft_delete_many(
    conn: &mut Conn,
    ctx: &OpContext<'_>,
    user: &UserId,
    ids: &[NotificationId],
) -> Result<u64> {
    match check_count(ids)? {
        [] => Ok(0),
        ids => notifications::soft_delete_many(conn, user, ids, ctx.now).await,
    }
}

fn check_count(ids: &[NotificationId]) -> Result<&[NotificationId]> {
    if ids.len() > MAX_IDS {
        return Err(Error::invalid("ids", format!("must name at most {MAX_IDS} notifications")));
    }
    Ok(ids)
}

/// The number of rows that one statement deletes, so that it locks them for some milliseconds only.
const BATCH: usize = 500;
/// The minimum time for which an idempotency key is remembered.
const KEY_RETENTION: Duration = Duration::from_secs(30 * 86_400);

/// Deletes expired notifications, those soft-deleted before `soft_deleted_before` if that is given, and old idempotency
/// keys, in batches of one statement each. `limit` (10,000 by default) bounds the notifications and, roughly, the keys.
pub async fn purge(
    conn: &mut Conn,
    ctx: &OpContext<'_>,
    soft_deleted_before: Option<Timestamp>,
    limit: Option<u32>,
) -> Result<NotificationPurge> {
    let limit = limit.unwrap_or(10_000) as usize;
    let mut violations = Violations::default();
    if !(1..=100_000).contains(&limit) {
        violations.add("limit", "must be between 1 and 100000");
    }
    if soft_deleted_before.is_some_and(|before| before > ctx.now) {
        violations.add("softDeletedBefore", "must not be later than now");
    }
    violations.into_result()?;
    let mut recorded = false;
    let (expired, more) = delete_in_batches(conn, ctx, Reason::Expired, limit, &mut recorded).await?;
    let (soft_deleted, more_soft_deleted) = match soft_deleted_before {
        Some(before) => {
            let left = limit - expired as usize;
            delete_in_batches(conn, ctx, Reason::SoftDeleted(before), left, &mut recorded).await?
        }
        None => (0, false),
    };
    let (mut keys, before) = (0, ctx.now.minus(KEY_RETENTION));
    loop {
        let deleted = Batch::Keys(before).run(conn).await?;
        keys += deleted;
        if deleted < BATCH as u64 || keys >= limit as u64 {
            break;
        }
    }
    let more = more || more_soft_deleted || keys >= limit as u64;
    Ok(NotificationPurge { expired, soft_deleted, keys, more })
}

/// Why notifications are deleted.
#[derive(Clone, Copy)]
enum Reason {
    Expired,
    /// Soft-deleted before this time.
    SoftDeleted(Timestamp),
}

/// Deletes at most `limit` rows, batch by batch, and returns how many and whether some remain. The audit entry is
/// written before the first batch.
async fn delete_in_batches(
    conn: &mut Conn,
    ctx: &OpContext<'_>,
    reason: Reason,
    limit: usize,
    recorded: &mut bool,
) -> Result<(u64, bool)> {
    let (mut deleted, mut after) = (0, None);
    loop {
        let size = BATCH.min(limit.saturating_sub(deleted as usize));
        // One extra row shows whether there are more.
        let mut found = match reason {
            Reason::Expired => notifications::find_expired(conn, ctx.now, after.as_ref(), size + 1).await?,
            Reason::SoftDeleted(before) => {
                notifications::find_soft_deleted(conn, before, after.as_ref(), size + 1).await?
            }
        };
        let more = found.len() > size;
        found.truncate(size);
        after = found.last().cloned();
        if after.is_none() {
            return Ok((deleted, more));
        }
        if !std::mem::replace(recorded, true) {
            audit_trail::write(conn, ctx, Action::NotificationsCleanup, None, json!({"limit": limit})).await?;
        }
        let ids: Vec<NotificationId> = found.into_iter().map(|(_, id)| id).collect();
        deleted += match reason {
            Reason::Expired => Batch::Expired(&ids, ctx.now).run(conn).await?,
            Reason::SoftDeleted(before) => Batch::SoftDeleted(&ids, before).run(conn).await?,
        };
        if !more || deleted as usize >= limit {
            return Ok((deleted, more));
        }
    }
}

/// One batch of a purge, deleted by one statement.
enum Batch<'a> {
    Expired(&'a [NotificationId], Timestamp),
    SoftDeleted(&'a [NotificationId], Timestamp),
    Keys(Timestamp),
}

impl Batch<'_> {
    /// Deletes the batch, and retries after a deadlock, which rolls back only this statement.
    async fn run(&self, conn: &mut Conn) -> Result<u64> {
        let mut retry = Retry::default();
        loop {
            let done = match self {
                Self::Expired(ids, now) => notifications::purge_expired(conn, ids, *now).await,
                Self::SoftDeleted(ids, before) => notifications::purge_soft_deleted(conn, ids, *before).await,
                Self::Keys(before) => notification_keys::purge(conn, *before, BATCH as u32).await,
            };
            match done {
                Err(error) if !conn.in_transaction() => retry.after(error).await?,
                done => return done,
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::is_safe_link;

    #[test]
    fn a_link_stays_on_the_site_or_is_an_https_address() {
        for good in ["/", "/app/messages", "/admin/commandes?id=7#x", "/é", "https://exemple.fr/a?b=c", "https://é.fr"]
        {
            assert!(is_safe_link(good), "{good}");
        }
        for bad in [
            "",
            "app",
            "//evil.example",
            "/\\evil.example",
            "http://exemple.fr",
            "javascript:alert(1)",
            "https://",
            "https:evil.example",
            "https://site.fr@evil.example",
            "/a b",
            "/a\n",
            " /a",
            "HTTPS://exemple.fr",
        ] {
            assert!(!is_safe_link(bad), "{bad:?}");
        }
    }
}
