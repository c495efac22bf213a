//! Runs the statements of notifications and of the audit log, for their plans.

use std::time::Duration;

use staka_core::base::TextId;
use staka_core::db::OwnedTx;
use staka_core::model::{AuditLogId, Notification, NotificationId, UserId};
use staka_core::{Staka, SystemClock, repo, stats};

use crate::seeded::{World, any_row};

/// So many ids of nothing.
fn ids<T: TextId>(count: usize) -> Vec<T> {
    (0..count).map(|_| T::generate(&SystemClock)).collect()
}

pub async fn run(seeded: &World, staka: &Staka) {
    let _alone = seeded.writing.lock().await;
    let mut tx = OwnedTx::begin(staka.pool()).await.unwrap();
    let (conn, now) = (tx.conn(), seeded.anchor);
    let long_ago = now.minus(Duration::from_secs(300 * 86_400));
    use repo::{audit_logs, notification_keys, notifications};

    let row: Notification = any_row(conn).await;
    notifications::get(conn, &row.id, false).await.unwrap();
    assert!(notifications::is_addressee(conn, &row.id, &row.user_id).await.unwrap());
    notifications::mark_read(conn, &row.id, now).await.unwrap();
    notifications::put_away(conn, &row.id, now).await.unwrap();
    notifications::put_read_away(conn, &seeded.subjects.light, now).await.unwrap();
    for count in [1, 1_000] {
        let some: Vec<NotificationId> = ids(count);
        notifications::mark_many_read(conn, &row.user_id, &some, now).await.unwrap();
        notifications::put_many_away(conn, &row.user_id, &some, now).await.unwrap();
        notifications::add_for_many(conn, &ids::<UserId>(count), &row).await.unwrap();
        notifications::purge_expired(conn, &some, now).await.unwrap();
        notifications::purge_put_away(conn, &some, now).await.unwrap();
        audit_logs::purge(conn, &ids::<AuditLogId>(count), long_ago).await.unwrap();
    }
    for after in [None, Some(&(long_ago, row.id.clone()))] {
        notifications::expired(conn, now, after, 500).await.unwrap();
        notifications::long_put_away(conn, long_ago, after, 500).await.unwrap();
    }
    let first = audit_logs::old(conn, long_ago, None, 10).await.unwrap();
    audit_logs::old(conn, long_ago, first.last(), 1_000).await.unwrap();

    let made = Notification { id: NotificationId::generate(&SystemClock), ..row };
    notifications::add_for_admins(conn, &made).await.unwrap();
    assert_eq!(notifications::add_for_one(conn, &made).await.unwrap(), 1);
    assert!(notifications::add_itself(conn, &made).await.unwrap());
    assert!(notification_keys::claim(conn, "plan", &made.id, now).await.unwrap());
    assert_eq!(notification_keys::made(conn, "plan").await.unwrap().map(|it| it.id), Some(made.id.clone()));
    notification_keys::take_over(conn, "plan", &made.id, now).await.unwrap();
    assert_eq!(notification_keys::forget(conn, now.plus(Duration::from_secs(1)), 500).await.unwrap(), 1);
    stats::audit_logs::figures(conn, now, staka.zone()).await.unwrap();
    repo::users::standing(conn, &seeded.subjects.admin).await.unwrap();
    tx.rollback().await.unwrap();
}
