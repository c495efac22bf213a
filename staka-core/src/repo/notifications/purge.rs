//! What is removed for good: found without a lock, removed by its key, so that no other row is ever locked.

use std::sync::LazyLock;

use staka_macros::Record;

use crate::base::{Args, Result, Timestamp};
use crate::db::{Access, Conn, Statement};
use crate::model::NotificationId;
use crate::repo::ids;

const BY_KEY: &[Access] = &[Access::Index { table: "n", keys: &["PRIMARY"] }];

/// A place in the walk of a purge: the moment and the id of the last row.
pub type Place = (Timestamp, NotificationId);

#[derive(Record)]
struct Found {
    id: NotificationId,
    at: Timestamp,
}

static EXPIRED: Statement = Statement::fixed(
    "notifications.expired",
    "SELECT n.id, n.expiresAt FROM notifications n FORCE INDEX (staka_notifications_expiry) \
     WHERE n.expiresAt >= ? AND n.expiresAt <= ? AND (n.expiresAt > ? OR n.id > ?) ORDER BY n.expiresAt, n.id LIMIT ?",
    &[Access::Index { table: "n", keys: &["staka_notifications_expiry"] }],
);

/// The next notifications behind `after` that have expired, the longest ago first.
pub async fn expired(conn: &mut Conn, now: Timestamp, after: Option<&Place>, limit: usize) -> Result<Vec<Place>> {
    let (at, id) = after.map_or((Timestamp::EARLIEST, ""), |(at, id)| (*at, id.as_str()));
    let args = Args::new().with(at).with(now).with(at).with(id).with(limit as u64);
    let found: Vec<Found> = conn.all(&EXPIRED, args).await?;
    Ok(found.into_iter().map(|row| (row.at, row.id)).collect())
}

static LONG_PUT_AWAY: Statement = Statement::fixed(
    "notifications.long_put_away",
    // By id: that index gives no other order, and one on the time would be written at every change of a row.
    "SELECT n.id, n.updatedAt FROM notifications n FORCE INDEX (notifications_isDeleted_idx) \
     WHERE n.isDeleted = TRUE AND n.id > ? AND n.updatedAt < ? ORDER BY n.id LIMIT ?",
    &[Access::Index { table: "n", keys: &["notifications_isDeleted_idx"] }],
);

/// The next notifications behind `after`, by id, that were put away before that moment.
pub async fn long_put_away(
    conn: &mut Conn,
    before: Timestamp,
    after: Option<&Place>,
    limit: usize,
) -> Result<Vec<Place>> {
    let id = after.map_or("", |(_, id)| id.as_str());
    let found: Vec<Found> = conn.all(&LONG_PUT_AWAY, Args::new().with(id).with(before).with(limit as u64)).await?;
    Ok(found.into_iter().map(|row| (row.at, row.id)).collect())
}

static PURGE_EXPIRED: LazyLock<[Statement; 2]> = LazyLock::new(|| purge_statements("n.expiresAt <= ?"));
static PURGE_PUT_AWAY: LazyLock<[Statement; 2]> =
    LazyLock::new(|| purge_statements("n.isDeleted = TRUE AND n.updatedAt < ?"));

fn purge_statements(still: &str) -> [Statement; 2] {
    ids::statements("notifications.purge", BY_KEY, |places| {
        format!("DELETE n FROM notifications n FORCE INDEX (PRIMARY) WHERE {still} AND n.id IN ({places})")
    })
}

/// Removes those of the rows for good that have expired still; returns how many.
pub async fn purge_expired(conn: &mut Conn, ids: &[NotificationId], now: Timestamp) -> Result<u64> {
    let (statement, args) = ids::bound(&PURGE_EXPIRED, ids, Args::new().with(now));
    conn.execute(statement, args).await
}

/// Removes those of the rows for good that were put away before that moment; returns how many.
pub async fn purge_put_away(conn: &mut Conn, ids: &[NotificationId], before: Timestamp) -> Result<u64> {
    let (statement, args) = ids::bound(&PURGE_PUT_AWAY, ids, Args::new().with(before));
    conn.execute(statement, args).await
}

pub(super) fn statements() -> Vec<&'static Statement> {
    let mut all = vec![&EXPIRED, &LONG_PUT_AWAY];
    all.extend(PURGE_EXPIRED.iter().chain(PURGE_PUT_AWAY.iter()));
    all
}
