//! Permanent deletion of notifications: rows are found without locks and deleted by primary key, so that no other row
//! is locked.

use std::sync::LazyLock;

use staka_macros::Record;

use crate::base::{Args, Result, Timestamp};
use crate::db::{Access, Conn, Statement};
use crate::model::NotificationId;
use crate::repo::ids;

const BY_KEY: &[Access] = &[Access::Index { table: "n", keys: &["PRIMARY"] }];

/// A cursor for a purge: a row's expiry or update time, and its id.
type PurgeCursor = (Timestamp, NotificationId);

#[derive(Record)]
struct Found {
    id: NotificationId,
    at: Timestamp,
}

static FIND_EXPIRED: Statement = Statement::fixed(
    "notifications.find_expired",
    "SELECT n.id, n.expiresAt FROM notifications n FORCE INDEX (staka_notifications_expiry) \
     WHERE n.expiresAt >= ? AND n.expiresAt <= ? AND (n.expiresAt > ? OR n.id > ?) ORDER BY n.expiresAt, n.id LIMIT ?",
    &[Access::Index { table: "n", keys: &["staka_notifications_expiry"] }],
);

/// Returns the cursors of the next expired notifications that follow `after`, oldest expiry first.
pub async fn find_expired(
    conn: &mut Conn,
    now: Timestamp,
    after: Option<&PurgeCursor>,
    limit: usize,
) -> Result<Vec<PurgeCursor>> {
    let (at, id) = after.map_or((Timestamp::EARLIEST, ""), |(at, id)| (*at, id.as_str()));
    let args = Args::new().with(at).with(now).with(at).with(id).with(limit as u64);
    let found: Vec<Found> = conn.all(&FIND_EXPIRED, args).await?;
    Ok(found.into_iter().map(|row| (row.at, row.id)).collect())
}

static FIND_SOFT_DELETED: Statement = Statement::fixed(
    "notifications.find_soft_deleted",
    // Ordered by id, because InnoDB appends the primary key to this index. An index on updatedAt would be rewritten
    // whenever a row changes.
    "SELECT n.id, n.updatedAt FROM notifications n FORCE INDEX (notifications_isDeleted_idx) \
     WHERE n.isDeleted = TRUE AND n.id > ? AND n.updatedAt < ? ORDER BY n.id LIMIT ?",
    &[Access::Index { table: "n", keys: &["notifications_isDeleted_idx"] }],
);

/// Returns the cursors of the next notifications by id that follow `after` and were soft-deleted before `before`.
pub async fn find_soft_deleted(
    conn: &mut Conn,
    before: Timestamp,
    after: Option<&PurgeCursor>,
    limit: usize,
) -> Result<Vec<PurgeCursor>> {
    let id = after.map_or("", |(_, id)| id.as_str());
    let found: Vec<Found> = conn.all(&FIND_SOFT_DELETED, Args::new().with(id).with(before).with(limit as u64)).await?;
    Ok(found.into_iter().map(|row| (row.at, row.id)).collect())
}

static PURGE_EXPIRED: LazyLock<[Statement; 2]> = LazyLock::new(|| purge_statements("n.expiresAt <= ?"));
static PURGE_SOFT_DELETED: LazyLock<[Statement; 2]> =
    LazyLock::new(|| purge_statements("n.isDeleted = TRUE AND n.updatedAt < ?"));

fn purge_statements(condition: &str) -> [Statement; 2] {
    ids::statements("notifications.purge", BY_KEY, |places| {
        format!("DELETE n FROM notifications n FORCE INDEX (PRIMARY) WHERE {condition} AND n.id IN ({places})")
    })
}

/// Deletes those of `ids` that are still expired, and returns the number deleted.
pub async fn purge_expired(conn: &mut Conn, ids: &[NotificationId], now: Timestamp) -> Result<u64> {
    let (statement, args) = ids::bind(&PURGE_EXPIRED, ids, Args::new().with(now));
    conn.execute(statement, args).await
}

/// Deletes those of `ids` that are still soft-deleted and unchanged since before `before`, and returns the number
/// deleted.
pub async fn purge_soft_deleted(conn: &mut Conn, ids: &[NotificationId], before: Timestamp) -> Result<u64> {
    let (statement, args) = ids::bind(&PURGE_SOFT_DELETED, ids, Args::new().with(before));
    conn.execute(statement, args).await
}

pub(super) fn statements() -> Vec<&'static Statement> {
    let mut all = vec![&FIND_EXPIRED, &FIND_SOFT_DELETED];
    all.extend(PURGE_EXPIRED.iter().chain(PURGE_SOFT_DELETED.iter()));
    all
}
