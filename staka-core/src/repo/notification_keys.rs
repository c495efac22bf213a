//! Statements on the idempotency keys of notifications.

use std::sync::LazyLock;

use super::table::{columns, insert, insert_or_statement};
use crate::base::{Args, Result, Table, Timestamp};
use crate::db::{Access, Conn, Statement};
use crate::model::{Notification, NotificationId, NotificationKey};

static CLAIM: LazyLock<Statement> =
    LazyLock::new(|| insert_or_statement::<NotificationKey>("notification_keys.claim", "INSERT IGNORE", ""));

/// Claims a key for a notification to be created in the same transaction, and returns false if the key is already
/// taken. Waits for a concurrent transaction that has claimed it.
pub async fn claim(conn: &mut Conn, key: &str, id: &NotificationId, now: Timestamp) -> Result<bool> {
    let row = NotificationKey { key: key.to_owned(), notification_id: id.clone(), created_at: now };
    Ok(insert(conn, &CLAIM, &row).await? != 0)
}

static FIND_NOTIFICATION: LazyLock<Statement> = LazyLock::new(|| {
    let columns = columns("n", Notification::COLUMNS);
    Statement::fixed(
        "notification_keys.find_notification",
        "",
        &[Access::Index { table: "k", keys: &["PRIMARY"] }, Access::Index { table: "n", keys: &["PRIMARY"] }],
    )
    // A locking read, to see rows that were committed after the transaction's snapshot.
    .with_text(format!(
        "SELECT {columns} FROM staka_notification_keys k STRAIGHT_JOIN notifications n ON n.id = k.notificationId \
         WHERE k.`key` = ? LOCK IN SHARE MODE"
    ))
});

/// Returns the notification that was created with a key, if it still exists.
pub async fn find_notification(conn: &mut Conn, key: &str) -> Result<Option<Notification>> {
    conn.optional(&FIND_NOTIFICATION, Args::new().with(key)).await
}

static REASSIGN: Statement = Statement::fixed(
    "notification_keys.reassign",
    "UPDATE staka_notification_keys k SET k.notificationId = ?, k.createdAt = ? WHERE k.`key` = ?",
    &[Access::Index { table: "k", keys: &["PRIMARY"] }],
);

/// Reassigns a key whose notification was deleted to another notification.
pub async fn reassign(conn: &mut Conn, key: &str, id: &NotificationId, now: Timestamp) -> Result<()> {
    conn.execute(&REASSIGN, Args::new().with(id).with(now).with(key)).await.map(|_| ())
}

static PURGE: Statement = Statement::fixed(
    "notification_keys.purge",
    "DELETE k FROM (SELECT o.`key` FROM staka_notification_keys o FORCE INDEX (staka_notification_keys_createdAt) \
       WHERE o.createdAt < ? ORDER BY o.createdAt, o.`key` LIMIT ?) old \
     STRAIGHT_JOIN staka_notification_keys k FORCE INDEX (PRIMARY) ON k.`key` = old.`key` WHERE k.createdAt < ?",
    &[
        Access::Index { table: "o", keys: &["staka_notification_keys_createdAt"] },
        Access::Index { table: "k", keys: &["PRIMARY"] },
    ],
);

/// Deletes at most `limit` keys claimed before `before`, oldest first, and returns how many.
pub async fn purge(conn: &mut Conn, before: Timestamp, limit: u32) -> Result<u64> {
    conn.execute(&PURGE, Args::new().with(before).with(limit).with(before)).await
}

pub(super) fn statements() -> Vec<&'static Statement> {
    vec![&*CLAIM, &*FIND_NOTIFICATION, &REASSIGN, &PURGE]
}
