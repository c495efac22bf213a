//! Marking all of a user's notifications as read, and soft-deleting all that were read.
//!
//! Such a statement finds its rows by the index first, then updates each: it locks no other row.

use crate::base::{Args, Result, Timestamp};
use crate::db::{Access, Conn, Optional, Statement};
use crate::model::UserId;

const BY_READ: &[Access] = &[Access::Index { table: "n", keys: &["staka_notifications_unread"] }];

macro_rules! step {
    () => {
        500
    };
}

/// The most notifications that [`mark_some_read`] marks.
pub const STEP: u64 = step!();

macro_rules! mark_read {
    ($order:expr) => {
        concat!(
            "UPDATE notifications n FORCE INDEX (staka_notifications_unread) SET n.isRead = TRUE, n.readAt = ?, ",
            version!(),
            " WHERE n.userId = ? AND n.isDeleted = FALSE AND n.isRead = FALSE ORDER BY ",
            $order
        )
    };
}

static MARK_SOME_READ: Statement = Statement::fixed(
    "notifications.mark_all_read",
    // In the order of the index, so that the server stops at the limit.
    mark_read!(concat!("n.priority DESC, n.createdAt DESC, n.id DESC LIMIT ", step!())),
    BY_READ,
);

/// Marks at most [`STEP`] of a user's notifications as read except soft-deleted ones, and returns how many were unread.
/// The triggers count each.
pub async fn mark_some_read(conn: &mut Conn, user: &UserId, now: Timestamp) -> Result<u64> {
    conn.execute(&MARK_SOME_READ, Args::new().with(now).with(now).with(user)).await
}

static MARK_REST_READ: Statement = Statement::fixed("notifications.mark_all_read/rest", mark_read!("n.id"), BY_READ);

/// Adds to each day's counter what it lacks. Rows and counters are read at the same time (READ COMMITTED), or the rows are
/// locked first (REPEATABLE READ). Whoever else has written them has written both, so the difference is what this
/// transaction has not counted.
static COUNT: Statement = Statement::fixed(
    "notifications.mark_all_read/count",
    "INSERT INTO staka_notification_counts (userId, expiresOn, slot, unread) \
     SELECT ?, d.expiresOn, CONNECTION_ID() & 7, SUM(d.unread) FROM (\
       SELECT COALESCE(DATE(n.expiresAt), '9999-12-31') AS expiresOn, COUNT(*) AS unread \
       FROM notifications n FORCE INDEX (staka_notifications_unread) \
       WHERE n.userId = ? AND n.isDeleted = FALSE AND n.isRead = FALSE GROUP BY 1 \
       UNION ALL SELECT k.expiresOn, -k.unread FROM staka_notification_counts k WHERE k.userId = ?\
     ) d GROUP BY d.expiresOn HAVING SUM(d.unread) <> 0 \
     ON DUPLICATE KEY UPDATE unread = staka_notification_counts.unread + VALUES(unread)",
    &[],
);

const COUNTS: Optional = Optional::tables(&["staka_notification_counts"], "unread notifications are not counted");

/// Marks all of a user's notifications as read except soft-deleted ones, and returns how many were unread. Runs in a
/// transaction, which writes the counters once for all.
pub async fn mark_rest_read(conn: &mut Conn, user: &UserId, now: Timestamp) -> Result<u64> {
    let marked = conn.execute_uncounted(&MARK_REST_READ, Args::new().with(now).with(now).with(user)).await?;
    if marked > 0 {
        COUNTS.or_none(conn.execute(&COUNT, Args::new().with(user).with(user).with(user)).await)?;
    }
    Ok(marked)
}

static SOFT_DELETE_ALL_READ: Statement = Statement::fixed(
    "notifications.soft_delete_all_read",
    concat!(
        "UPDATE notifications n FORCE INDEX (staka_notifications_unread) SET n.isDeleted = TRUE, ",
        version!(),
        " WHERE n.userId = ? AND n.isDeleted = FALSE AND n.isRead = TRUE ORDER BY n.id"
    ),
    BY_READ,
);

/// Soft-deletes all notifications that the user has read, and returns how many.
pub async fn soft_delete_all_read(conn: &mut Conn, user: &UserId, now: Timestamp) -> Result<u64> {
    conn.execute(&SOFT_DELETE_ALL_READ, Args::new().with(now).with(user)).await
}

pub(super) fn statements() -> Vec<&'static Statement> {
    vec![&MARK_SOME_READ, &MARK_REST_READ, &COUNT, &SOFT_DELETE_ALL_READ]
}
