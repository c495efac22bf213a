//! Notifications.

mod add;
mod purge;

use std::sync::LazyLock;

use serde::Deserialize;
use staka_macros::Described;

use super::ids;
use super::select::{self, By, List};
use super::table::verbs;
use crate::base::{
    Args, Between, Cursor, Direction, Error, Listing, Match, Page, Result, Table, TextEnum, Timestamp, Where, choice,
};
use crate::db::{Access, Conn, Maintained, Statement};
use crate::model::view::NotificationItem;
use crate::model::{Notification, NotificationFilter, NotificationId, NotificationPriority, NotificationType, UserId};

pub use add::{add_for_admins, add_for_many, add_for_one, add_itself};
pub use purge::{Place, expired, long_put_away, purge_expired, purge_put_away};

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
    /// Whether to count all of the list's rows too, which costs a statement.
    pub total: bool,
}

static LIST_COUNT: Statement = Statement::fixed(
    "notifications.list/total",
    "SELECT COUNT(*) FROM notifications n FORCE INDEX (staka_notifications_inbox) WHERE n.userId = ? AND n.isDeleted = FALSE",
    &[Access::Index { table: "n", keys: &["staka_notifications_inbox"] }],
);

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
    let page = Page { limit: options.limit, page: options.page, after: options.after.clone(), total: options.total };
    let window = page.window(20, 100)?;
    let total = match (page.total, options.unread_only) {
        (false, _) => None,
        (true, true) => Some(unread_count(conn, user, now).await?),
        (true, false) => Some(conn.one::<i64>(&LIST_COUNT, Args::new().with(user)).await?.unsigned_abs()),
    };
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
    let listing = Listing::from_overfull(rows, window.limit, |last: &NotificationItem| {
        Cursor::behind("notifications.list", &[last.priority.as_str(), &last.created_at.to_string(), last.id.as_str()])
    });
    Ok(listing.with_total(total))
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

const BY_KEY: &[Access] = &[Access::Index { table: "n", keys: &["PRIMARY"] }];

static GET: LazyLock<Statement> = LazyLock::new(|| {
    let columns = super::table::columns("n", Notification::COLUMNS);
    Statement::fixed("notifications.get", "", BY_KEY)
        .with_text(format!("SELECT {columns} FROM notifications n WHERE n.id = ? AND (n.isDeleted = FALSE OR ?)"))
});

/// The notification, if it is there; one that was put away only where `put_away_too`.
pub async fn get(conn: &mut Conn, id: &NotificationId, put_away_too: bool) -> Result<Option<Notification>> {
    conn.optional(&GET, Args::new().with(id).with(put_away_too)).await
}

static IS_ADDRESSEE: Statement = Statement::fixed(
    "notifications.is_addressee",
    "SELECT EXISTS (SELECT 1 FROM notifications n WHERE n.id = ? AND n.userId = ?)",
    BY_KEY,
);

/// Whether the notification is the user's.
pub async fn is_addressee(conn: &mut Conn, id: &NotificationId, user: &UserId) -> Result<bool> {
    Ok(conn.one::<i64>(&IS_ADDRESSEE, Args::new().with(id).with(user)).await? != 0)
}

/// How an update writes its version.
macro_rules! version {
    () => {
        "n.updatedAt = GREATEST(?, n.updatedAt + INTERVAL 1000 MICROSECOND)"
    };
}

static MARK_READ: Statement = Statement::fixed(
    "notifications.mark_read",
    concat!(
        "UPDATE notifications n SET n.isRead = TRUE, n.readAt = ?, ",
        version!(),
        " WHERE n.id = ? AND n.isDeleted = FALSE AND n.isRead = FALSE"
    ),
    BY_KEY,
);

/// Marks one as read; whether it was not. What was put away stays as it is.
pub async fn mark_read(conn: &mut Conn, id: &NotificationId, now: Timestamp) -> Result<bool> {
    Ok(conn.execute(&MARK_READ, Args::new().with(now).with(now).with(id)).await? != 0)
}

static MARK_MANY_READ: LazyLock<[Statement; 2]> = LazyLock::new(|| {
    ids::statements("notifications.mark_many_read", BY_KEY, |places| {
        format!(
            "UPDATE notifications n FORCE INDEX (PRIMARY) SET n.isRead = TRUE, n.readAt = ?, {} \
             WHERE n.userId = ? AND n.isDeleted = FALSE AND n.isRead = FALSE AND n.id IN ({places})",
            version!()
        )
    })
});

/// Marks those of the ids that are the user's and were not put away as read; returns how many were not. At most
/// 1,000 ids, at least one.
pub async fn mark_many_read(conn: &mut Conn, user: &UserId, ids: &[NotificationId], now: Timestamp) -> Result<u64> {
    let (statement, args) = ids::bound(&MARK_MANY_READ, ids, Args::new().with(now).with(now).with(user));
    conn.execute(statement, args).await
}

static PUT_AWAY: Statement = Statement::fixed(
    "notifications.put_away",
    concat!("UPDATE notifications n SET n.isDeleted = TRUE, ", version!(), " WHERE n.id = ? AND n.isDeleted = FALSE"),
    BY_KEY,
);

/// Puts one away; whether it was not yet.
pub async fn put_away(conn: &mut Conn, id: &NotificationId, now: Timestamp) -> Result<bool> {
    Ok(conn.execute(&PUT_AWAY, Args::new().with(now).with(id)).await? != 0)
}

static PUT_MANY_AWAY: LazyLock<[Statement; 2]> = LazyLock::new(|| {
    ids::statements("notifications.put_many_away", BY_KEY, |places| {
        format!(
            "UPDATE notifications n FORCE INDEX (PRIMARY) SET n.isDeleted = TRUE, {} \
             WHERE n.userId = ? AND n.isDeleted = FALSE AND n.id IN ({places})",
            version!()
        )
    })
});

/// Puts those of the ids away that are the user's; returns how many were not yet. At most 1,000 ids, at least
/// one.
pub async fn put_many_away(conn: &mut Conn, user: &UserId, ids: &[NotificationId], now: Timestamp) -> Result<u64> {
    let (statement, args) = ids::bound(&PUT_MANY_AWAY, ids, Args::new().with(now).with(user));
    conn.execute(statement, args).await
}

static PUT_READ_AWAY: Statement = Statement::fixed(
    "notifications.put_read_away",
    // Found first, as for `MARK_ALL_READ`.
    concat!(
        "UPDATE (SELECT DISTINCT u.id FROM notifications u FORCE INDEX (staka_notifications_unread) \
           WHERE u.userId = ? AND u.isDeleted = FALSE AND u.isRead = TRUE) wanted \
         STRAIGHT_JOIN notifications n FORCE INDEX (PRIMARY) ON n.id = wanted.id SET n.isDeleted = TRUE, ",
        version!(),
        " WHERE n.isDeleted = FALSE AND n.isRead = TRUE"
    ),
    &[
        Access::Index { table: "u", keys: &["staka_notifications_unread"] },
        Access::Index { table: "n", keys: &["PRIMARY"] },
    ],
);

/// Puts everything away that the user has read; returns how many.
pub async fn put_read_away(conn: &mut Conn, user: &UserId, now: Timestamp) -> Result<u64> {
    conn.execute(&PUT_READ_AWAY, Args::new().with(user).with(now)).await
}

choice! {
    /// By what [`NotificationSearch`] results are sorted; then by id.
    pub enum NotificationSort {
        /// When they were made.
        CreatedAt = "createdAt",
        /// How much they matter.
        Priority = "priority",
        /// When they expire; those that never do come first going up, last coming down.
        ExpiresAt = "expiresAt",
    }
}

/// Which notifications an administrator looks for: every field that is given must match.
#[derive(Clone, Debug, Default, PartialEq, Deserialize, Described)]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
pub struct NotificationSearch {
    /// Whose.
    pub user: Match<UserId>,
    /// Their type.
    pub r#type: Match<NotificationType>,
    /// Their priority.
    pub priority: Match<NotificationPriority>,
    /// Whether they were read.
    pub is_read: Match<bool>,
    /// Whether they were put away.
    pub is_deleted: Match<bool>,
    /// When they were made.
    pub created_at: Between<Timestamp>,
    /// What title or text contain, without regard to case and accents; at most 255 characters.
    pub search: Option<String>,
}

static SEARCH: List =
    List { name: "notifications.search", columns: Notification::SELECT, from: "notifications t", id: "t.`id`" };

fn searched(filter: &NotificationSearch) -> Where {
    let mut wanted = Where::default();
    wanted.matches("t.`userId`", &filter.user);
    wanted.matches("t.`type`", &filter.r#type);
    wanted.matches("t.`priority`", &filter.priority);
    wanted.matches("t.`isRead`", &filter.is_read);
    wanted.matches("t.`isDeleted`", &filter.is_deleted);
    wanted.between("t.`createdAt`", &filter.created_at);
    wanted.contains(&["t.`title`", "t.`message`"], filter.search.as_deref());
    wanted
}

/// The notifications that an administrator looks for, in the order that he chooses; 20 unless the page says otherwise,
/// 100 at the most.
pub async fn search(
    conn: &mut Conn,
    filter: &NotificationSearch,
    sort: NotificationSort,
    direction: Option<Direction>,
    page: &Page,
) -> Result<Listing<Notification>> {
    let by = match (sort, direction.unwrap_or(Direction::Desc)) {
        (NotificationSort::CreatedAt, Direction::Asc) => By::asc("t.`createdAt`"),
        (NotificationSort::CreatedAt, Direction::Desc) => By::desc("t.`createdAt`"),
        (NotificationSort::Priority, Direction::Asc) => By::asc("t.`priority`").word(),
        (NotificationSort::Priority, Direction::Desc) => By::desc("t.`priority`").word(),
        (NotificationSort::ExpiresAt, Direction::Asc) => By::asc("t.`expiresAt`").nullable(),
        (NotificationSort::ExpiresAt, Direction::Desc) => By::desc("t.`expiresAt`").nullable(),
    };
    select::page(conn, &SEARCH, searched(filter), &[by], page, 20, 100).await
}

/// How many notifications an administrator looks for.
pub async fn count_searched(conn: &mut Conn, filter: &NotificationSearch) -> Result<u64> {
    select::count(conn, &SEARCH, searched(filter)).await
}

pub(super) fn statements() -> Vec<&'static Statement> {
    let mut all = verb_statements();
    all.extend([
        &UNREAD_KEPT,
        &UNREAD_COUNT,
        &LIST_COUNT,
        &MARK_ALL_READ,
        &*GET,
        &IS_ADDRESSEE,
        &MARK_READ,
        &PUT_AWAY,
        &PUT_READ_AWAY,
    ]);
    all.extend(MARK_MANY_READ.iter().chain(PUT_MANY_AWAY.iter()).chain(LIST.iter().flatten()));
    all.extend(add::statements());
    all.extend(purge::statements());
    all
}
