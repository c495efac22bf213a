//! Runs the privacy statements with a fixed text, for their query plans.

use staka_core::Staka;
use staka_core::db::OwnedTx;
use staka_core::model::{AuditLog, Notification};
use staka_core::repo::erasures;
use staka_core::repo::privacy::{self, NotificationMention};

use crate::seeded::{World, any_row};

pub async fn run(seeded: &World, staka: &Staka) {
    let _alone = seeded.writing.lock().await;
    let mut tx = OwnedTx::begin(staka.pool()).await.unwrap();
    let (conn, user) = (tx.conn(), &seeded.subjects.light);
    privacy::addresses(conn, user).await.unwrap();
    let entry: AuditLog = any_row(conn).await;
    privacy::rewrite_entry(conn, entry.id.as_str(), None, None).await.unwrap();
    let notification: Notification = any_row(conn).await;
    let mention = NotificationMention {
        id: notification.id.to_string(),
        title: notification.title,
        message: notification.message,
        data: None,
        action_url: None,
    };
    privacy::rewrite_notification(conn, &mention, seeded.anchor).await.unwrap();
    assert!(erasures::add(conn, user, seeded.anchor, "request").await.unwrap());
    assert!(!erasures::add(conn, user, seeded.anchor, "other").await.unwrap());
    assert_eq!(erasures::lookup(conn, user).await.unwrap().unwrap().reason, "request");
    assert_eq!(erasures::next(conn, None, 10).await.unwrap().len(), 1);
    tx.rollback().await.unwrap();
}
