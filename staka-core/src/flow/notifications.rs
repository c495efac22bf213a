//! Notifications that somebody sends by hand, and their retention.
//!
//! ```
//! # #[tokio::main]
//! # async fn main() -> staka_examples::Result<()> {
//! # let database = staka_examples::Database::of_example("doc")?;
//! # let staka = database.connect().await?;
//! use staka_core::NotificationDraft;
//! use staka_core::model::Role;
//!
//! let zoe = staka_examples::person(&staka, "Zoé", Role::User, 0).await?;
//! let db = staka.as_system();
//! let draft = NotificationDraft::new("Maintenance", "Le site sera fermé dimanche.");
//! // The same key twice is one notification, whoever comes twice.
//! let first = db.notifications().create(&zoe.id, &draft, Some("maintenance-12".to_owned())).await?;
//! let second = db.notifications().create(&zoe.id, &draft, Some("maintenance-12".to_owned())).await?;
//! assert_eq!(first.id, second.id);
//! assert_eq!(db.notifications().unread_count(&zoe.id).await?, 1);
//! # Ok(()) }
//! ```

use std::time::Duration;

use serde::Deserialize;
use serde_json::json;
use staka_macros::Described;
use url::Url;

use super::act::Act;
use super::identity;
use super::journal::{self, Action};
use super::notices;
use crate::base::{Error, ErrorKind, Faults, JsonText, Patch, Result, Table, Timestamp};
use crate::db::{Conn, Retry};
use crate::model::view::{NotificationPurge, NotificationsSent};
use crate::model::{Notification, NotificationId, NotificationPriority, NotificationType, UserId};
use crate::repo::{notification_keys, notifications};

/// What a notification says, for whomever it is.
#[derive(Clone, Debug, PartialEq, Deserialize, Described)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[described(new)]
pub struct NotificationDraft {
    /// Title, at most 255 characters; not blank.
    pub title: String,
    /// Text, at most 65,535 bytes of UTF-8; not blank.
    pub message: String,
    /// What it is about; INFO unless given.
    #[serde(default)]
    pub r#type: Option<NotificationType>,
    /// How much it matters; NORMALE unless given.
    #[serde(default)]
    pub priority: Option<NotificationPriority>,
    /// JSON for the program that shows it, at most 65,535 bytes as text.
    #[serde(default)]
    pub data: Option<JsonText>,
    /// Where a click leads: a path of the site (`/app/messages`) or an `https` address, at most 500 characters.
    #[serde(default)]
    pub action_url: Option<String>,
    /// When it ceases to matter: 30 days from now unless given, null for never.
    #[serde(default)]
    pub expires_at: Patch<Option<Timestamp>>,
}

impl NotificationDraft {
    /// The row that it makes for a user; every faulty field is named.
    fn row(&self, act: &Act<'_>, user: UserId, faults: &mut Faults) -> Notification {
        for (field, text) in [("title", &self.title), ("message", &self.message)] {
            if text.trim().is_empty() {
                faults.add(field, "must not be blank");
            }
        }
        if let Some(url) = &self.action_url
            && !leads_somewhere(url)
        {
            faults.add("actionUrl", "must be a path that begins with one slash, or an https address");
        }
        if self.expires_at.as_set().is_some_and(|given| given.is_some_and(|at| at <= act.now)) {
            faults.add("expiresAt", "must be later than now");
        }
        let row = Notification {
            id: act.new_id::<NotificationId>(),
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
                Patch::Absent => Some(notices::expiry(act.now)),
                Patch::Set(given) => *given,
            },
            created_at: act.now,
            updated_at: act.now,
        };
        row.check(faults);
        row
    }
}

/// Whether a browser that follows it stays on the site or goes to an address of its own by TLS. `//host`, `/\\host` and
/// `javascript:` do neither.
fn leads_somewhere(url: &str) -> bool {
    if url.chars().any(|letter| letter.is_control() || letter.is_whitespace() || letter == '\\') {
        return false;
    }
    if url.starts_with('/') {
        return !url.starts_with("//");
    }
    url.starts_with("https://")
        && Url::parse(url).is_ok_and(|url| url.has_host() && url.username().is_empty() && url.password().is_none())
}

/// The most characters of a key.
const KEY: usize = 191;

/// Makes a notification for a user. `key` makes it once: whoever comes again with it, at the same time too, is given
/// the one that is there. `NotFound` when there is no such user, `Conflict` when the key has made one for another user.
pub async fn create(
    conn: &mut Conn,
    act: &Act<'_>,
    user: &UserId,
    draft: &NotificationDraft,
    key: Option<&str>,
) -> Result<Notification> {
    let mut faults = Faults::default();
    let row = draft.row(act, user.clone(), &mut faults);
    if key.is_some_and(|key| !(1..=KEY).contains(&key.len()) || !key.bytes().all(|byte| byte.is_ascii_graphic())) {
        faults.add("key", "must be 1 to 191 letters, digits and signs of ASCII, without spaces");
    }
    faults.into_result()?;
    if let Some(key) = key
        && !notification_keys::claim(conn, key, &row.id, act.now).await?
    {
        match notification_keys::made(conn, key).await? {
            Some(made) if made.user_id == *user => return Ok(made),
            Some(_) => {
                let problem = "the key has made a notification for another user";
                return Err(Error::new(ErrorKind::Conflict, problem).with_key("key"));
            }
            None => notification_keys::take_over(conn, key, &row.id, act.now).await?,
        }
    }
    if !notifications::add_itself(conn, &row).await? {
        return Err(Error::new(ErrorKind::NotFound, format!("users {user} is not there")));
    }
    told(conn, act, json!({"notificationId": row.id.as_str(), "userId": user.as_str(), "title": row.title})).await?;
    Ok(row)
}

/// Makes a notification for every administrator who may sign in, in one statement; returns how many.
pub async fn create_for_admins(conn: &mut Conn, act: &Act<'_>, draft: &NotificationDraft) -> Result<u64> {
    let mut faults = Faults::default();
    // The user of this row is nobody: each has one of their own.
    let row = draft.row(act, act.new_id::<UserId>(), &mut faults);
    faults.into_result()?;
    let created = notifications::add_for_admins(conn, &row).await?;
    told(conn, act, json!({"to": "admins", "created": created, "title": row.title})).await?;
    Ok(created)
}

/// The most users or notifications of one call.
const MOST: usize = 1_000;

/// Makes a notification for each of these users that there is, in one statement.
pub async fn create_for_many(
    conn: &mut Conn,
    act: &Act<'_>,
    users: &[UserId],
    draft: &NotificationDraft,
) -> Result<NotificationsSent> {
    let mut faults = Faults::default();
    let row = draft.row(act, act.new_id::<UserId>(), &mut faults);
    if users.len() > MOST {
        faults.add("users", format!("must name at most {MOST} users"));
    }
    faults.into_result()?;
    let mut named = users.to_vec();
    named.sort();
    named.dedup();
    let created = if named.is_empty() { 0 } else { notifications::add_for_many(conn, &named, &row).await? };
    told(conn, act, json!({"to": "users", "created": created, "title": row.title})).await?;
    Ok(NotificationsSent { created, unknown: (named.len() as u64).saturating_sub(created) })
}

/// An administrator who sends by hand leaves an entry; what the program sends is told by what it was sent for.
async fn told(conn: &mut Conn, act: &Act<'_>, details: serde_json::Value) -> Result<()> {
    match act.user() {
        Some(_) => journal::write(conn, act, Action::NotificationSent, None, details).await,
        None => Ok(()),
    }
}

/// Marks one as read; whether it was not yet. `NotFound` when it is not there.
pub async fn mark_read(conn: &mut Conn, act: &Act<'_>, id: &NotificationId) -> Result<bool> {
    let marked = notifications::mark_read(conn, id, act.now).await?;
    if !marked {
        must_be_there(conn, id).await?;
    }
    Ok(marked)
}

/// Puts one away; whether it was not yet. `NotFound` when it is not there.
pub async fn remove(conn: &mut Conn, act: &Act<'_>, id: &NotificationId) -> Result<bool> {
    let removed = notifications::put_away(conn, id, act.now).await?;
    if !removed {
        must_be_there(conn, id).await?;
    }
    Ok(removed)
}

async fn must_be_there(conn: &mut Conn, id: &NotificationId) -> Result<()> {
    match notifications::get(conn, id, true).await? {
        Some(_) => Ok(()),
        None => Err(Error::new(ErrorKind::NotFound, format!("notifications {id} is not there"))),
    }
}

/// Marks those of the ids that are the user's as read; returns how many were not yet.
pub async fn mark_many_read(conn: &mut Conn, act: &Act<'_>, user: &UserId, ids: &[NotificationId]) -> Result<u64> {
    match must_be_few(ids)? {
        [] => Ok(0),
        ids => notifications::mark_many_read(conn, user, ids, act.now).await,
    }
}

/// Puts those of the ids away that are the user's; returns how many were not yet.
pub async fn remove_many(conn: &mut Conn, act: &Act<'_>, user: &UserId, ids: &[NotificationId]) -> Result<u64> {
    match must_be_few(ids)? {
        [] => Ok(0),
        ids => notifications::put_many_away(conn, user, ids, act.now).await,
    }
}

fn must_be_few(ids: &[NotificationId]) -> Result<&[NotificationId]> {
    if ids.len() > MOST {
        return Err(Error::invalid("ids", format!("must name at most {MOST} notifications")));
    }
    Ok(ids)
}

/// Rows removed by one statement: its locks are held for some milliseconds.
const BATCH: usize = 500;
/// How long a key is remembered at the least.
const KEYS: Duration = Duration::from_secs(30 * 86_400);

/// Removes for good what has expired, and what was put away before `put_away_before` if that is given: at most `limit`
/// rows (10,000 unless given), a batch a statement. Old keys go too.
pub async fn purge(
    conn: &mut Conn,
    act: &Act<'_>,
    put_away_before: Option<Timestamp>,
    limit: Option<u32>,
) -> Result<NotificationPurge> {
    let limit = limit.unwrap_or(10_000) as usize;
    let mut faults = Faults::default();
    if !(1..=100_000).contains(&limit) {
        faults.add("limit", "must be between 1 and 100000");
    }
    if put_away_before.is_some_and(|before| before > act.now) {
        faults.add("putAwayBefore", "must not be later than now");
    }
    faults.into_result()?;
    // There is no transaction whose beginning asks.
    identity::still_stands(conn, act.ctx).await?;
    let mut told = false;
    let (expired, more) = walk(conn, act, Why::Expired, limit, &mut told).await?;
    let (put_away, more_put_away) = match put_away_before {
        Some(before) => walk(conn, act, Why::PutAway(before), limit - expired as usize, &mut told).await?,
        None => (0, false),
    };
    let (mut keys, before) = (0, act.now.minus(KEYS));
    loop {
        let gone = Batch::Keys(before).run(conn).await?;
        keys += gone;
        if gone < BATCH as u64 || keys >= limit as u64 {
            break;
        }
    }
    let more = more || more_put_away || keys >= limit as u64;
    Ok(NotificationPurge { expired, put_away, keys, more })
}

#[derive(Clone, Copy)]
enum Why {
    Expired,
    PutAway(Timestamp),
}

/// Removes at most `limit` rows, a batch behind the one before; says how many, and whether some remain. An entry of the
/// audit log comes before the first of them.
async fn walk(conn: &mut Conn, act: &Act<'_>, why: Why, limit: usize, told: &mut bool) -> Result<(u64, bool)> {
    let (mut removed, mut after) = (0, None);
    loop {
        let size = BATCH.min(limit.saturating_sub(removed as usize));
        // The one too many says that there is more.
        let mut found = match why {
            Why::Expired => notifications::expired(conn, act.now, after.as_ref(), size + 1).await?,
            Why::PutAway(before) => notifications::long_put_away(conn, before, after.as_ref(), size + 1).await?,
        };
        let more = found.len() > size;
        found.truncate(size);
        after = found.last().cloned();
        if after.is_none() {
            return Ok((removed, more));
        }
        if !std::mem::replace(told, true) {
            journal::write(conn, act, Action::NotificationsCleanup, None, json!({"limit": limit})).await?;
        }
        let ids: Vec<NotificationId> = found.into_iter().map(|(_, id)| id).collect();
        removed += match why {
            Why::Expired => Batch::Expired(&ids, act.now).run(conn).await?,
            Why::PutAway(before) => Batch::PutAway(&ids, before).run(conn).await?,
        };
        if !more || removed as usize >= limit {
            return Ok((removed, more));
        }
    }
}

/// One statement of a purge.
enum Batch<'a> {
    Expired(&'a [NotificationId], Timestamp),
    PutAway(&'a [NotificationId], Timestamp),
    Keys(Timestamp),
}

impl Batch<'_> {
    /// Runs it, and again after a deadlock, which undid it alone.
    async fn run(&self, conn: &mut Conn) -> Result<u64> {
        let mut retry = Retry::default();
        loop {
            let done = match self {
                Self::Expired(ids, now) => notifications::purge_expired(conn, ids, *now).await,
                Self::PutAway(ids, before) => notifications::purge_put_away(conn, ids, *before).await,
                Self::Keys(before) => notification_keys::forget(conn, *before, BATCH as u32).await,
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
    use super::leads_somewhere;

    #[test]
    fn a_link_stays_on_the_site_or_is_an_https_address() {
        for good in ["/", "/app/messages", "/admin/commandes?id=7#x", "/é", "https://exemple.fr/a?b=c", "https://é.fr"]
        {
            assert!(leads_somewhere(good), "{good}");
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
            assert!(!leads_somewhere(bad), "{bad:?}");
        }
    }
}
