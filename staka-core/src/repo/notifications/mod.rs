//! Statements on notifications.

/// The assignment that writes a row's new version.
macro_rules! version {
    () => {
        "n.updatedAt = GREATEST(?, n.updatedAt + INTERVAL 1000 MICROSECOND)"
    };
}

mod add;
mod mark_all;
mod purge;

use std::sync::LazyLock;

use serde::Deserialize;
use staka_macros::{Described, Record};

use super::ids;
use super::select::{self, By, List, Path, SEARCHED, SortColumn};
use super::sort::sort_order;
use super::table::verbs;
use crate::base::{
    Args, Between, Cursor, Error, Match, Page, PageRequest, Predicate, Result, Table, TextEnum, Timestamp,
};
use crate::db::{Access, Conn, Counter, Statement};
use crate::model::view::NotificationItem;
use crate::model::{Notification, NotificationId, NotificationPriority, NotificationType, UserId};

pub use add::{add_for_admins, add_for_many, add_for_user, add_if_user_exists};
pub use mark_all::{STEP, mark_rest_read, mark_some_read, soft_delete_all_read};
pub use purge::{find_expired, find_soft_deleted, purge_expired, purge_soft_deleted};

verbs!(Notification, "notifications": add);

/// The definition of unread for the badge and the list: neither read nor soft-deleted nor expired. An `expiresAt` of
/// NULL never expires.
macro_rules! unread {
    () => {
        "n.userId = ? AND n.isDeleted = FALSE AND n.isRead = FALSE AND (n.expiresAt IS NULL OR n.expiresAt > ?)"
    };
}

/// Adds the triggers' counters of notifications that expire after today, and counts those that expire in the rest of
/// today row by row, by their expiry. Returns no row if the counters are not marked as filled.
static UNREAD_BY_COUNTERS: Statement = Statement::fixed(
    "notifications.unread_count",
    "SELECT CAST(COALESCE((SELECT SUM(k.unread) FROM staka_notification_counts k WHERE k.userId = ? AND k.expiresOn > DATE(?)), 0) AS SIGNED) \
     + (SELECT COUNT(*) FROM notifications n FORCE INDEX (staka_notifications_user_expiry) WHERE n.userId = ? AND n.isDeleted = FALSE AND n.isRead = FALSE \
       AND n.expiresAt > ? AND n.expiresAt < DATE(?) + INTERVAL 1 DAY) \
     FROM staka_counter_status d WHERE d.name = 'staka_notification_counts'",
    &[
        Access::Index { table: "d", keys: &["PRIMARY"] },
        Access::Index { table: "k", keys: &["PRIMARY"] },
        Access::Index { table: "n", keys: &["staka_notifications_user_expiry"] },
    ],
);

/// Counts all rows one by one, for databases without counters.
static UNREAD_COUNT: Statement = Statement::fixed(
    "notifications.unread_count/one_by_one",
    concat!("SELECT COUNT(*) FROM notifications n FORCE INDEX (staka_notifications_unread) WHERE ", unread!()),
    &[Access::Index { table: "n", keys: &["staka_notifications_unread"] }],
);

/// Returns the number of unread notifications, as the badge shows it.
pub async fn unread_count(conn: &mut Conn, user: &UserId, now: Timestamp) -> Result<u64> {
    let args = || Args::new().with(user).with(now).with(user).with(now).with(now);
    let counted = conn.counters(Counter::NotificationCounts, &UNREAD_BY_COUNTERS, args).await?;
    let count: i64 = match counted.and_then(|counts| counts.into_iter().next()) {
        Some(count) => count,
        None => conn.one(&UNREAD_COUNT, Args::new().with(user).with(now)).await?,
    };
    // It can be negative only if rows were inserted or deleted without triggers.
    Ok(u64::try_from(count).unwrap_or(0))
}

/// Which of a user's notifications to return.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize, Described)]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
#[non_exhaustive]
pub struct UserNotificationFilter {
    /// Whether to return only the unread notifications that the badge counts. By default all that are not soft-deleted
    /// are returned, also expired ones.
    pub unread_only: bool,
}

static BY_USER_TOTAL: Statement = Statement::fixed(
    "notifications.list_by_user/total",
    "SELECT COUNT(*) FROM notifications n FORCE INDEX (staka_notifications_inbox) WHERE n.userId = ? AND n.isDeleted = FALSE",
    &[Access::Index { table: "n", keys: &["staka_notifications_inbox"] }],
);

/// The statements of the list: all or unread notifications, from the start or after a cursor.
static BY_USER: LazyLock<[[Statement; 2]; 2]> =
    LazyLock::new(|| [false, true].map(|unread| [false, true].map(|after| list_statement(unread, after))));

fn list_statement(unread: bool, after: bool) -> Statement {
    let predicate = if unread { unread!() } else { "n.userId = ? AND n.isDeleted = FALSE" };
    // Lower priorities are listed by value, because only equality conditions on an ENUM use the index.
    let lower = vec!["?"; NotificationPriority::VALUES.len()].join(", ");
    let after_cursor = if after {
        format!(
            " AND (n.priority IN ({lower}) OR (n.priority = ? AND (n.createdAt < ? OR (n.createdAt = ? AND n.id < ?))))"
        )
    } else {
        String::new()
    };
    let (index, keys): (_, &[Access]) = if unread {
        ("staka_notifications_unread", &[Access::Index { table: "n", keys: &["staka_notifications_unread"] }])
    } else {
        ("staka_notifications_inbox", &[Access::Index { table: "n", keys: &["staka_notifications_inbox"] }])
    };
    Statement::fixed("notifications.list_by_user", "", keys).with_text(format!(
        "SELECT n.id, n.title, n.message, n.type, n.priority, n.isRead, n.actionUrl, n.createdAt FROM notifications n FORCE INDEX ({index}) \
         WHERE {predicate}{after_cursor} ORDER BY n.priority DESC, n.createdAt DESC, n.id DESC LIMIT ? OFFSET ?"
    ))
}

/// Returns a user's notifications by priority, then newest first.
pub async fn list_by_user(
    conn: &mut Conn,
    user: &UserId,
    filter: &UserNotificationFilter,
    now: Timestamp,
    page: &PageRequest,
) -> Result<Page<NotificationItem>> {
    let window = page.window(20, 100)?;
    let total = match (page.total, filter.unread_only) {
        (false, _) => None,
        (true, true) => Some(unread_count(conn, user, now).await?),
        (true, false) => Some(conn.one::<i64>(&BY_USER_TOTAL, Args::new().with(user)).await?.unsigned_abs()),
    };
    let mut args = Args::new().with(user);
    if filter.unread_only {
        args.push(now);
    }
    if let Some(after) = &page.after {
        let [priority, created_at, id] = after.keys::<3>("notifications.list_by_user")?;
        let created_at: Timestamp =
            created_at.parse().map_err(|_| Error::invalid("after", "is not a cursor of this list"))?;
        let rank = NotificationPriority::VALUES.iter().position(|value| *value == priority);
        let rank = rank.ok_or_else(|| Error::invalid("after", "is not a cursor of this list"))?;
        // The statement has a placeholder for each priority. Repeat the lowest one; no value is lower than the lowest.
        for place in 0..NotificationPriority::VALUES.len() {
            args.push(if rank == 0 { "" } else { NotificationPriority::VALUES[place.min(rank - 1)] });
        }
        args = args.with(priority).with(created_at).with(created_at).with(id);
    }
    args = args.with(window.limit + 1).with(window.offset);
    let statement = &BY_USER[usize::from(filter.unread_only)][usize::from(page.after.is_some())];
    let rows = conn.all(statement, args).await?;
    let listing = Page::from_extra_row(rows, window.limit, |last: &NotificationItem| {
        Cursor::after_row(
            "notifications.list_by_user",
            &[last.priority.as_str(), &last.created_at.to_string(), last.id.as_str()],
        )
    });
    Ok(listing.with_total(total))
}

const BY_KEY: &[Access] = &[Access::Index { table: "n", keys: &["PRIMARY"] }];

static GET: LazyLock<Statement> = LazyLock::new(|| {
    let columns = super::table::columns("n", Notification::COLUMNS);
    Statement::fixed("notifications.get", "", BY_KEY)
        .with_text(format!("SELECT {columns} FROM notifications n WHERE n.id = ? AND (n.isDeleted = FALSE OR ?)"))
});

/// Returns the notification, if it exists; a soft-deleted one only if `include_deleted` is true.
pub async fn get(conn: &mut Conn, id: &NotificationId, include_deleted: bool) -> Result<Option<Notification>> {
    conn.optional(&GET, Args::new().with(id).with(include_deleted)).await
}

static IS_ADDRESSEE: Statement = Statement::fixed(
    "notifications.is_addressee",
    "SELECT EXISTS (SELECT 1 FROM notifications n WHERE n.id = ? AND n.userId = ?)",
    BY_KEY,
);

/// Returns whether the notification belongs to the user.
pub async fn is_addressee(conn: &mut Conn, id: &NotificationId, user: &UserId) -> Result<bool> {
    Ok(conn.one::<i64>(&IS_ADDRESSEE, Args::new().with(id).with(user)).await? != 0)
}

static LOCK_ADDRESSEE: Statement = Statement::fixed(
    "notifications.lock_addressee",
    "SELECT n.userId FROM notifications n WHERE n.id = ? FOR UPDATE",
    BY_KEY,
);

#[derive(Record)]
struct Addressee {
    user: UserId,
}

/// Locks the notification and returns its addressee; None if it does not exist.
pub async fn lock_addressee(conn: &mut Conn, id: &NotificationId) -> Result<Option<UserId>> {
    let row: Option<Addressee> = conn.optional(&LOCK_ADDRESSEE, Args::new().with(id)).await?;
    Ok(row.map(|row| row.user))
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

/// Marks a notification as read unless it is soft-deleted, and returns whether it was unread.
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

/// Marks those of the notifications as read that belong to the user and are not soft-deleted, and returns how many were
/// unread. Takes 1 to 1,000 ids.
pub async fn mark_many_read(conn: &mut Conn, user: &UserId, ids: &[NotificationId], now: Timestamp) -> Result<u64> {
    let (statement, args) = ids::bind(&MARK_MANY_READ, ids, Args::new().with(now).with(now).with(user));
    conn.execute(statement, args).await
}

static SOFT_DELETE: Statement = Statement::fixed(
    "notifications.soft_delete",
    concat!("UPDATE notifications n SET n.isDeleted = TRUE, ", version!(), " WHERE n.id = ? AND n.isDeleted = FALSE"),
    BY_KEY,
);

/// Soft-deletes a notification and returns whether it was not yet deleted.
pub async fn soft_delete(conn: &mut Conn, id: &NotificationId, now: Timestamp) -> Result<bool> {
    Ok(conn.execute(&SOFT_DELETE, Args::new().with(now).with(id)).await? != 0)
}

static SOFT_DELETE_MANY: LazyLock<[Statement; 2]> = LazyLock::new(|| {
    ids::statements("notifications.soft_delete_many", BY_KEY, |places| {
        format!(
            "UPDATE notifications n FORCE INDEX (PRIMARY) SET n.isDeleted = TRUE, {} \
             WHERE n.userId = ? AND n.isDeleted = FALSE AND n.id IN ({places})",
            version!()
        )
    })
});

/// Soft-deletes those of the notifications that belong to the user, and returns how many were not yet deleted. Takes 1
/// to 1,000 ids.
pub async fn soft_delete_many(conn: &mut Conn, user: &UserId, ids: &[NotificationId], now: Timestamp) -> Result<u64> {
    let (statement, args) = ids::bind(&SOFT_DELETE_MANY, ids, Args::new().with(now).with(user));
    conn.execute(statement, args).await
}

sort_order! {
    /// How notifications are sorted.
    pub struct NotificationSort by
    /// Column by which notifications are sorted; then by id.
    NotificationSortKey {
        /// Time of creation.
        CreatedAt = "createdAt" => SortColumn::desc("t.`createdAt`"),
        /// Priority, from low to high.
        Priority = "priority" => SortColumn::desc("t.`priority`").enum_ordinal(),
        /// Time of expiry; those that never expire come first in ascending and last in descending order.
        ExpiresAt = "expiresAt" => SortColumn::desc("t.`expiresAt`").nullable(),
    }
}

/// Which notifications to return; all given fields must match.
#[derive(Clone, Debug, Default, PartialEq, Deserialize, Described)]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
#[non_exhaustive]
pub struct NotificationFilter {
    /// Id of the notified user.
    pub user: Match<UserId>,
    /// Type of the notification.
    pub r#type: Match<NotificationType>,
    /// Priority of the notification.
    pub priority: Match<NotificationPriority>,
    /// Whether the user has read it.
    pub is_read: Match<bool>,
    /// Whether the user has soft-deleted it.
    pub is_deleted: Match<bool>,
    /// Time of creation, UTC; `from` is inclusive, `to` exclusive.
    pub created_at: Between<Timestamp>,
    /// Text contained in the title or the message, without regard to case or accents.
    #[described(bounds = Bounds::chars(0, 255).trimmed())]
    pub search: Option<String>,
}

static LIST: List = List {
    name: "notifications.list",
    columns: Notification::SELECT,
    from: "notifications t",
    id: "t.`id`",
    joined: &[],
    paths: &[
        Path::index(By::Default, "t", &["notifications_createdAt_idx"]),
        Path::index(
            By::Filter(&["user"]),
            "t",
            &[
                "notifications_userId_idx",
                "staka_notifications_unread",
                "staka_notifications_inbox",
                "staka_notifications_user_expiry",
            ],
        ),
        Path::index(By::Filter(&["type"]), "t", &["notifications_type_idx", "notifications_createdAt_idx"]),
        Path::index(By::Filter(&["priority"]), "t", &["notifications_priority_idx", "notifications_createdAt_idx"]),
        Path::index(By::Filter(&["isRead"]), "t", &["notifications_isRead_idx", "notifications_createdAt_idx"]),
        Path::index(By::Filter(&["isDeleted"]), "t", &["notifications_isDeleted_idx", "notifications_createdAt_idx"]),
        Path::index(By::Filter(&["createdAt"]), "t", &["notifications_createdAt_idx"]),
        Path::scan(By::Filter(&["search"]), "t", SEARCHED),
        Path::index(By::Sort(&["createdAt"]), "t", &["notifications_createdAt_idx"]),
        Path::index(By::Sort(&["priority"]), "t", &["notifications_priority_idx"]),
        Path::index(By::Sort(&["expiresAt"]), "t", &["staka_notifications_expiry"]),
    ],
};

fn predicate(filter: &NotificationFilter) -> Predicate {
    let mut predicate = Predicate::default();
    predicate.matches_as("user", "t.`userId`", &filter.user);
    predicate.matches("t.`type`", &filter.r#type);
    predicate.matches("t.`priority`", &filter.priority);
    predicate.matches("t.`isRead`", &filter.is_read);
    predicate.matches("t.`isDeleted`", &filter.is_deleted);
    predicate.between("t.`createdAt`", &filter.created_at);
    predicate.contains(&["t.`title`", "t.`message`"], filter.search.as_deref());
    predicate
}

/// Returns a page of the notifications that match a filter: 20 by default, at most 100.
pub async fn list(
    conn: &mut Conn,
    filter: &NotificationFilter,
    sort: NotificationSort,
    page: &PageRequest,
) -> Result<Page<Notification>> {
    select::page(conn, &LIST, predicate(filter), &[sort.column()], page, 20, 100).await
}

static COUNT: List = List { name: "notifications.count", ..LIST };

/// Counts the notifications that match a filter.
pub async fn count(conn: &mut Conn, filter: &NotificationFilter) -> Result<u64> {
    select::count(conn, &COUNT, predicate(filter)).await
}

/// Returns the lists of this module.
pub(super) fn lists() -> Vec<&'static List> {
    vec![&LIST, &COUNT]
}

pub(super) fn statements() -> Vec<&'static Statement> {
    let mut all = verb_statements();
    all.extend([
        &UNREAD_BY_COUNTERS,
        &UNREAD_COUNT,
        &BY_USER_TOTAL,
        &*GET,
        &IS_ADDRESSEE,
        &LOCK_ADDRESSEE,
        &MARK_READ,
        &SOFT_DELETE,
    ]);
    all.extend(MARK_MANY_READ.iter().chain(SOFT_DELETE_MANY.iter()).chain(BY_USER.iter().flatten()));
    all.extend(add::statements());
    all.extend(mark_all::statements());
    all.extend(purge::statements());
    all
}
