//! Runs the statements on notifications and on the audit log, for their plans.

use std::time::Duration;

use staka_core::base::TextId;
use staka_core::db::OwnedTx;
use staka_core::model::{AuditLogId, Notification, NotificationId, UserId};
use staka_core::{Staka, SystemClock, repo, stats};

use crate::seeded::{World, any_row};

/// Returns this many ids that belong to no row.
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
    notifications::lock_addressee(conn, &row.id).await.unwrap();
    assert!(notifications::is_addressee(conn, &row.id, &row.user_id).await.unwrap());
    notifications::mark_read(conn, &row.id, now).await.unwrap();
    notifications::soft_delete(conn, &row.id, now).await.unwrap();
    notifications::soft_delete_all_read(conn, &seeded.subjects.light, now).await.unwrap();
    for count in [1, 1_000] {
        let some: Vec<NotificationId> = ids(count);
        notifications::mark_many_read(conn, &row.user_id, &some, now).await.unwrap();
        notifications::soft_delete_many(conn, &row.user_id, &some, now).await.unwrap();
        notifications::add_for_many(conn, &ids::<UserId>(count), &row).await.unwrap();
        notifications::purge_expired(conn, &some, now).await.unwrap();
        notifications::purge_soft_deleted(conn, &some, now).await.unwrap();
        audit_logs::purge(conn, &ids::<AuditLogId>(count), long_ago).await.unwrap();
    }
    for after in [None, Some(&(long_ago, row.id.clone()))] {
        notifications::find_expired(conn, now, after, 500).await.unwrap();
        notifications::find_soft_deleted(conn, long_ago, after, 500).await.unwrap();
    }
    let first = audit_logs::find_older(conn, long_ago, None, 10).await.unwrap();
    audit_logs::find_older(conn, long_ago, first.last(), 1_000).await.unwrap();

    let new = Notification { id: NotificationId::generate(&SystemClock), ..row };
    notifications::add_for_admins(conn, &new).await.unwrap();
    assert_eq!(notifications::add_for_user(conn, &new).await.unwrap(), 1);
    assert!(notifications::add_if_user_exists(conn, &new).await.unwrap());
    assert!(notification_keys::claim(conn, "plan", &new.id, now).await.unwrap());
    assert_eq!(notification_keys::find_notification(conn, "plan").await.unwrap().map(|it| it.id), Some(new.id.clone()));
    notification_keys::reassign(conn, "plan", &new.id, now).await.unwrap();
    assert_eq!(notification_keys::purge(conn, now.plus(Duration::from_secs(1)), 500).await.unwrap(), 1);
    stats::audit_logs::figures(conn, now, staka.zone()).await.unwrap();
    repo::users::account_status(conn, &seeded.subjects.admin).await.unwrap();
    tx.rollback().await.unwrap();
}
