//! Runs the statements of erasure and tombstones whose text the declarations do not decide, for their plans.

use staka_core::Staka;
use staka_core::db::OwnedTx;
use staka_core::model::{AuditLog, Notification};
use staka_core::repo::privacy::{self, NoticeMention};
use staka_core::repo::tombstones;

use crate::seeded::{World, any_row};

pub async fn run(seeded: &World, staka: &Staka) {
    let _alone = seeded.writing.lock().await;
    let mut tx = OwnedTx::begin(staka.pool()).await.unwrap();
    let (conn, user) = (tx.conn(), &seeded.subjects.light);
    privacy::addresses(conn, user).await.unwrap();
    let entry: AuditLog = any_row(conn).await;
    privacy::rewrite_entry(conn, entry.id.as_str(), None, None).await.unwrap();
    let notice: Notification = any_row(conn).await;
    let said = NoticeMention {
        id: notice.id.to_string(),
        title: notice.title,
        message: notice.message,
        data: None,
        action_url: None,
    };
    privacy::rewrite_notice(conn, &said, seeded.anchor).await.unwrap();
    assert!(tombstones::add(conn, user, seeded.anchor, "request").await.unwrap());
    assert!(!tombstones::add(conn, user, seeded.anchor, "other").await.unwrap());
    assert_eq!(tombstones::lookup(conn, user).await.unwrap().unwrap().reason, "request");
    assert_eq!(tombstones::next(conn, None, 10).await.unwrap().len(), 1);
    tx.rollback().await.unwrap();
}
