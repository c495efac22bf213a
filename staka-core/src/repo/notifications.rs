//! Notifications.

use std::sync::LazyLock;

use serde::Deserialize;
use staka_macros::Described;

use super::table::verbs;
use crate::base::{Args, Cursor, Error, Listing, Page, Result, TextEnum, Timestamp};
use crate::db::{Access, Conn, Maintained, Statement};
use crate::model::view::NotificationItem;
use crate::model::{Notification, NotificationFilter, NotificationId, NotificationPriority, UserId};

verbs!(Notification, NotificationId, NotificationFilter, "notifications");

/// What counts as unread, for the badge, the list and the bulk alike: not read, not put away, not expired.
/// An `expiresAt` of NULL never expires.
macro_rules! unread {
    () => {
        "n.userId = ? AND n.isDeleted = FALSE AND n.isRead = FALSE AND (n.expiresAt IS NULL OR n.expiresAt > ?)"
    };
}

/// The days after today as the triggers counted them, and what expires in the rest of today one by one; no row where
/// nobody marked the counts as filled.
static UNREAD_KEPT: Statement = Statement::fixed(
    "notifications.unread_count",
    "SELECT CAST(COALESCE((SELECT SUM(k.unread) FROM staka_notification_counts k WHERE k.userId = ? AND k.expiresOn > DATE(?)), 0) AS SIGNED) \
     + (SELECT COUNT(*) FROM notifications n FORCE INDEX (staka_notifications_unread) WHERE n.userId = ? AND n.isDeleted = FALSE AND n.isRead = FALSE \
       AND n.expiresAt > ? AND n.expiresAt < DATE(?) + INTERVAL 1 DAY) \
     FROM staka_maintained d WHERE d.name = 'staka_notification_counts'",
    &[
        Access::Index { table: "d", keys: &["PRIMARY"] },
        Access::Index { table: "k", keys: &["PRIMARY"] },
        Access::Index { table: "n", keys: &["staka_notifications_unread"] },
    ],
);

/// All of them one by one, where no trigger counts.
static UNREAD_COUNT: Statement = Statement::fixed(
    "notifications.unread_count/one_by_one",
    concat!("SELECT COUNT(*) FROM notifications n WHERE ", unread!()),
    &[Access::Index { table: "n", keys: &["staka_notifications_unread"] }],
);

/// How many unread notifications the badge shows.
pub async fn unread_count(conn: &mut Conn, user: &UserId, now: Timestamp) -> Result<u64> {
    let args = || Args::new().with(user).with(now).with(user).with(now).with(now);
    let kept = conn.maintained(Maintained::NotificationCounts, &UNREAD_KEPT, args).await?;
    let count: i64 = match kept.and_then(|counts| counts.into_iter().next()) {
        Some(count) => count,
        None => conn.one(&UNREAD_COUNT, Args::new().with(user).with(now)).await?,
    };
    // Only rows that came or went without triggers could make it negative.
    Ok(u64::try_from(count).unwrap_or(0))
}

/// Which notifications a list shows: 20 unless the page says otherwise, 100 at the most.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize, Described)]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
pub struct NotificationList {
    /// Only what the badge counts. Otherwise everything that was not put away, expired ones too.
    pub unread_only: bool,
    /// How many rows at the most, 1 to 100.
    pub limit: Option<u32>,
    /// The page's number, from 1.
    pub page: Option<u32>,
    /// The place to go on from: `next` of the page before.
    pub after: Option<Cursor>,
}

/// The texts of the list: all or unread, from the start or behind a cursor.
static LIST: LazyLock<[[Statement; 2]; 2]> =
    LazyLock::new(|| [false, true].map(|unread| [false, true].map(|after| list_statement(unread, after))));

fn list_statement(unread: bool, after: bool) -> Statement {
    let wanted = if unread { unread!() } else { "n.userId = ? AND n.isDeleted = FALSE" };
    // Lower priorities are listed by name: an ENUM sorts by declaration, and only equality finds its index.
    let lower = vec!["?"; NotificationPriority::VALUES.len()].join(", ");
    let behind = if after {
        format!(
            " AND (n.priority IN ({lower}) OR (n.priority = ? AND (n.createdAt < ? OR (n.createdAt = ? AND n.id < ?))))"
        )
    } else {
        String::new()
    };
    let (index, keys): (_, &[Access]) = if unread {
        (
            "staka_notifications_unread_inbox",
            &[Access::Index { table: "n", keys: &["staka_notifications_unread_inbox"] }],
        )
    } else {
        ("staka_notifications_inbox", &[Access::Index { table: "n", keys: &["staka_notifications_inbox"] }])
    };
    Statement::fixed("notifications.list", "", keys).with_text(format!(
        "SELECT n.id, n.title, n.message, n.type, n.priority, n.isRead, n.actionUrl, n.createdAt FROM notifications n FORCE INDEX ({index}) \
         WHERE {wanted}{behind} ORDER BY n.priority DESC, n.createdAt DESC, n.id DESC LIMIT ? OFFSET ?"
    ))
}

/// A user's notifications: the most important first, then the newest.
pub async fn inbox(
    conn: &mut Conn,
    user: &UserId,
    options: &NotificationList,
    now: Timestamp,
) -> Result<Listing<NotificationItem>> {
    let page = Page { limit: options.limit, page: options.page, after: options.after.clone(), ..Page::default() };
    let window = page.window(20, 100)?;
    let mut args = Args::new().with(user);
    if options.unread_only {
        args.push(now);
    }
    if let Some(after) = &options.after {
        let [priority, created_at, id] = after.keys::<3>("notifications.list")?;
        let created_at: Timestamp =
            created_at.parse().map_err(|_| Error::invalid("after", "is not a cursor of this list"))?;
        let rank = NotificationPriority::VALUES.iter().position(|word| *word == priority);
        let rank = rank.ok_or_else(|| Error::invalid("after", "is not a cursor of this list"))?;
        // As many words as the text has places; the lowest one repeats, and none is lower than itself.
        for place in 0..NotificationPriority::VALUES.len() {
            args.push(if rank == 0 { "" } else { NotificationPriority::VALUES[place.min(rank - 1)] });
        }
        args = args.with(priority).with(created_at).with(created_at).with(id);
    }
    args = args.with(window.limit + 1).with(window.offset);
    let statement = &LIST[usize::from(options.unread_only)][usize::from(options.after.is_some())];
    let rows = conn.all(statement, args).await?;
    Ok(Listing::from_overfull(rows, window.limit, |last: &NotificationItem| {
        Cursor::behind("notifications.list", &[last.priority.as_str(), &last.created_at.to_string(), last.id.as_str()])
    }))
}

static MARK_ALL_READ: Statement = Statement::fixed(
    "notifications.mark_all_read",
    // The wanted rows are found first, then each by its key: a server does not walk an index that the statement changes,
    // and one that scanned instead would wait for other users' rows.
    "UPDATE (SELECT DISTINCT u.id FROM notifications u FORCE INDEX (staka_notifications_unread) \
       WHERE u.userId = ? AND u.isDeleted = FALSE AND u.isRead = FALSE) wanted \
     STRAIGHT_JOIN notifications n FORCE INDEX (PRIMARY) ON n.id = wanted.id \
     SET n.isRead = TRUE, n.readAt = ?, n.updatedAt = GREATEST(?, n.updatedAt + INTERVAL 1000 MICROSECOND) \
     WHERE n.isDeleted = FALSE AND n.isRead = FALSE",
    &[
        Access::Index { table: "u", keys: &["staka_notifications_unread"] },
        Access::Index { table: "n", keys: &["PRIMARY"] },
    ],
);

/// Marks all that were not put away as read, expired ones too; returns how many were not.
pub async fn mark_all_read(conn: &mut Conn, user: &UserId, now: Timestamp) -> Result<u64> {
    conn.execute(&MARK_ALL_READ, Args::new().with(user).with(now).with(now)).await
}

/// A UUIDv7 for each row, behind the twelve digits of the moment that are bound.
macro_rules! each_its_id {
    () => {
        "LOWER(CONCAT(?, '-7', SUBSTRING(HEX(RANDOM_BYTES(2)), 2), '-a', SUBSTRING(HEX(RANDOM_BYTES(2)), 2), '-', HEX(RANDOM_BYTES(6))))"
    };
}

macro_rules! insert_for_each {
    ($from:literal) => {
        concat!(
            "INSERT INTO notifications (`id`, `userId`, `title`, `message`, `type`, `priority`, `data`, `actionUrl`, `isRead`, `isDeleted`, `readAt`, `expiresAt`, `createdAt`, `updatedAt`) \
             SELECT ", each_its_id!(), ", u.id, ?, ?, ?, ?, ?, ?, FALSE, FALSE, NULL, ?, ?, ? FROM users u ", $from
        )
    };
}

static ADD_FOR_ADMINS: Statement = Statement::fixed(
    "notifications.add_for_admins",
    insert_for_each!("WHERE u.role = 'ADMIN' AND u.isActive = TRUE"),
    &[],
);

static ADD_FOR_ONE: Statement = Statement::fixed("notifications.add_for_one", insert_for_each!("WHERE u.id = ?"), &[]);

/// Adds a notification like `row` for every administrator who may sign in, in one statement; each has an id of its
/// own. Returns how many.
pub async fn add_for_admins(conn: &mut Conn, row: &Notification) -> Result<u64> {
    conn.execute(&ADD_FOR_ADMINS, alike(row)).await
}

/// Adds a notification like `row` for its user, if there is such a user. Returns how many: one or none.
pub async fn add_for_one(conn: &mut Conn, row: &Notification) -> Result<u64> {
    conn.execute(&ADD_FOR_ONE, alike(row).with(&row.user_id)).await
}

fn alike(row: &Notification) -> Args {
    let moment = format!("{:012x}", row.created_at.unix_millis().max(0));
    let args = Args::new().with(format!("{}-{}", &moment[..8], &moment[8..]));
    let args = args.with(&row.title).with(&row.message).with(&row.r#type).with(&row.priority).with(&row.data);
    args.with(&row.action_url).with(row.expires_at).with(row.created_at).with(row.updated_at)
}

pub(super) fn statements() -> Vec<&'static Statement> {
    let mut all = verb_statements();
    all.extend([&UNREAD_KEPT, &UNREAD_COUNT, &MARK_ALL_READ, &ADD_FOR_ADMINS, &ADD_FOR_ONE]);
    all.extend(LIST.iter().flatten());
    all
}
