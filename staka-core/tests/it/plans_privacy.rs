//! Runs the privacy statements with a fixed text, for their query plans.

use staka_core::Staka;
use staka_core::db::OwnedTx;
use staka_core::repo::erasures;
use staka_core::repo::privacy::{self, NotificationMention, Person};

use crate::seeded::World;

pub async fn run(seeded: &World, staka: &Staka) {
    let _alone = seeded.writing.lock().await;
    let mut tx = OwnedTx::begin(staka.pool()).await.unwrap();
    let (conn, user) = (tx.conn(), &seeded.subjects.light);
    privacy::addresses(conn, user).await.unwrap();
    privacy::address_since(conn, user).await.unwrap();
    let person = Person {
        id: user.clone(),
        addresses: Vec::new(),
        signed_in_as: Vec::new(),
        pseudonym: "effacé@efface.invalid".to_owned(),
        since: seeded.anchor,
        is_client: true,
    };
    let period = [(seeded.anchor, seeded.anchor)];
    privacy::notifications_within(conn, user, true, &period, |_| true).await.unwrap();
    privacy::audit_entries(conn, &person, "light@example.org").await.unwrap();
    let ids: Vec<String> = (0..17).map(|place| format!("unknown{place}")).collect();
    let entries: Vec<(&str, Option<&str>, Option<&str>)> = ids.iter().map(|id| (id.as_str(), None, None)).collect();
    let notifications: Vec<NotificationMention> = ids
        .iter()
        .map(|id| NotificationMention {
            id: id.clone(),
            title: "t".to_owned(),
            message: "m".to_owned(),
            data: None,
            action_url: None,
        })
        .collect();
    for number in [1, ids.len()] {
        privacy::rewrite_entries(conn, &entries[..number]).await.unwrap();
        privacy::rewrite_notifications(conn, &notifications[..number], seeded.anchor).await.unwrap();
    }
    assert!(erasures::add(conn, user, seeded.anchor, "request").await.unwrap());
    assert!(!erasures::add(conn, user, seeded.anchor, "other").await.unwrap());
    assert_eq!(erasures::lookup(conn, user).await.unwrap().unwrap().reason, "request");
    assert_eq!(erasures::next(conn, None, 10).await.unwrap().len(), 1);
    tx.rollback().await.unwrap();
}
