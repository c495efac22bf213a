//! The keys under which callers had notifications made: the same key twice makes one notification.

use crate::base::{Args, Result, Table, Timestamp};
use crate::db::{Access, Conn, Statement};
use crate::model::{Notification, NotificationId};

static CLAIM: Statement = Statement::fixed(
    "notification_keys.claim",
    "INSERT IGNORE INTO staka_notification_keys (`key`, `notificationId`, `createdAt`) VALUES (?, ?, ?)",
    &[],
);

/// Takes the key for a notification that is to be made in the same transaction. False when somebody has it: whoever
/// took it in a transaction under way is waited for.
pub async fn claim(conn: &mut Conn, key: &str, id: &NotificationId, now: Timestamp) -> Result<bool> {
    Ok(conn.execute(&CLAIM, Args::new().with(key).with(id).with(now)).await? != 0)
}

static MADE: std::sync::LazyLock<Statement> = std::sync::LazyLock::new(|| {
    let columns = super::table::columns("n", Notification::COLUMNS);
    Statement::fixed(
        "notification_keys.made",
        "",
        &[Access::Index { table: "k", keys: &["PRIMARY"] }, Access::Index { table: "n", keys: &["PRIMARY"] }],
    )
    // Locking, so that what was committed a moment ago is seen in an older snapshot too.
    .with_text(format!(
        "SELECT {columns} FROM staka_notification_keys k STRAIGHT_JOIN notifications n ON n.id = k.notificationId \
         WHERE k.`key` = ? LOCK IN SHARE MODE"
    ))
});

/// The notification that the key has made, if it is still there.
pub async fn made(conn: &mut Conn, key: &str) -> Result<Option<Notification>> {
    conn.optional(&MADE, Args::new().with(key)).await
}

static TAKE_OVER: Statement = Statement::fixed(
    "notification_keys.take_over",
    "UPDATE staka_notification_keys k SET k.notificationId = ?, k.createdAt = ? WHERE k.`key` = ?",
    &[Access::Index { table: "k", keys: &["PRIMARY"] }],
);

/// Gives a key whose notification is gone to another one.
pub async fn take_over(conn: &mut Conn, key: &str, id: &NotificationId, now: Timestamp) -> Result<()> {
    conn.execute(&TAKE_OVER, Args::new().with(id).with(now).with(key)).await.map(|_| ())
}

static FORGET: Statement = Statement::fixed(
    "notification_keys.forget",
    "DELETE k FROM (SELECT o.`key` FROM staka_notification_keys o FORCE INDEX (staka_notification_keys_createdAt) \
       WHERE o.createdAt < ? ORDER BY o.createdAt, o.`key` LIMIT ?) old \
     STRAIGHT_JOIN staka_notification_keys k FORCE INDEX (PRIMARY) ON k.`key` = old.`key` WHERE k.createdAt < ?",
    &[
        Access::Index { table: "o", keys: &["staka_notification_keys_createdAt"] },
        Access::Index { table: "k", keys: &["PRIMARY"] },
    ],
);

/// Forgets at most `limit` keys that were taken before that moment, the oldest first; returns how many.
pub async fn forget(conn: &mut Conn, before: Timestamp, limit: u32) -> Result<u64> {
    conn.execute(&FORGET, Args::new().with(before).with(limit).with(before)).await
}

pub(super) fn statements() -> Vec<&'static Statement> {
    vec![&CLAIM, &MADE, &TAKE_OVER, &FORGET]
}
