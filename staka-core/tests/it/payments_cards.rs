//! Cards: exactly one default at all times, and repairs of what other programs left.

use std::collections::BTreeMap;

use staka_core::model::view::CardView;
use staka_core::model::{PaymentMethodId, Role, UserId};
use staka_core::verify;
use staka_core::{ErrorKind, NewCard, Session, Staka};

use crate::migrate_support::{script, texts};
use crate::orders_support::{invalid_fields, kind, signed_in};
use crate::payments_support::sound;
use crate::support::{TestDb, on_both};

const TASKS: usize = 64;

fn card(key: &str) -> NewCard {
    NewCard::new(format!("pm_{key}"), "visa", "4242", 12, 2030).fingerprint("f")
}

async fn add(session: &Session, user: &UserId, key: &str) -> CardView {
    session.payment_methods().add(user, card(key)).await.unwrap()
}

/// Returns the ids of a user's cards, the default first.
async fn keys(session: &Session, user: &UserId) -> Vec<PaymentMethodId> {
    let cards = session.payment_methods().list_active(user).await.unwrap();
    assert_eq!(cards.iter().filter(|card| card.is_default).count(), usize::from(!cards.is_empty()), "{cards:?}");
    cards.into_iter().map(|card| card.id).collect()
}

async fn many(db: &TestDb) -> Vec<Staka> {
    let mut pools = Vec::new();
    for _ in 0..4 {
        pools.push(db.builder().connect().await.unwrap());
    }
    pools
}

on_both! {
    async fn the_first_card_is_the_default_and_another_takes_its_place(server: &Server) {
        let (_db, staka) = server.staka().await;
        let (user, session) = signed_in(&staka, Role::User).await;
        let (_, admins) = signed_in(&staka, Role::Admin).await;
        let first = add(&session, &user, "1").await;
        let second = add(&session, &user, "2").await;
        let third = add(&session, &user, "3").await;
        assert!(first.is_default && !second.is_default && !third.is_default);
        assert!(session.payment_methods().set_default(&user, &second.id).await.unwrap().is_default);
        assert_eq!(keys(&session, &user).await[0], second.id);
        assert!(session.payment_methods().set_default(&user, &second.id).await.unwrap().is_default, "again");
        // The newest of the other cards is its successor.
        let removed = session.payment_methods().deactivate(&user, &second.id).await.unwrap();
        assert_eq!(removed.stripe_payment_method_id, "pm_2");
        assert_eq!(removed.successor.as_ref().map(|card| (&card.id, card.is_default)), Some((&third.id, true)));
        // A card that is not the default has no successor.
        assert_eq!(session.payment_methods().deactivate(&user, &first.id).await.unwrap().successor, None);
        assert_eq!(kind(&session.payment_methods().deactivate(&user, &first.id).await), Some(ErrorKind::Conflict));
        assert_eq!(kind(&session.payment_methods().set_default(&user, &first.id).await), Some(ErrorKind::Conflict));
        assert_eq!(keys(&session, &user).await, std::slice::from_ref(&third.id));
        assert_eq!(session.payment_methods().deactivate(&user, &third.id).await.unwrap().successor, None);
        assert!(keys(&session, &user).await.is_empty());
        // A card that is added again is the default again.
        let again = add(&session, &user, "1").await;
        assert_eq!((&again.id, again.is_default), (&first.id, true));
        assert_eq!(add(&session, &user, "1").await, again);
        // Changes by somebody else are written to the audit log, and no other user's card is touched.
        let (other, outsider) = signed_in(&staka, Role::User).await;
        assert_eq!(kind(&outsider.payment_methods().add(&other, card("1")).await), Some(ErrorKind::Conflict));
        assert_eq!(kind(&outsider.payment_methods().deactivate(&other, &first.id).await), Some(ErrorKind::NotFound));
        assert_eq!(kind(&outsider.payment_methods().deactivate(&user, &first.id).await), Some(ErrorKind::Denied));
        admins.payment_methods().deactivate(&user, &first.id).await.unwrap();
        let mut conn = _db.connect().await;
        assert_eq!(texts(&mut conn, "SELECT action FROM audit_logs").await, ["CARD_REMOVED"]);
        sound(&staka).await;
    }

    async fn every_faulty_field_of_a_card_is_named_at_once(server: &Server) {
        let (_db, staka) = server.staka().await;
        let (user, session) = signed_in(&staka, Role::User).await;
        let wrong = NewCard::new("card-1", " ", "٤٢٤٢", 13, 26).fingerprint("x".repeat(256));
        let fields = invalid_fields(session.payment_methods().add(&user, wrong).await);
        assert_eq!(fields, ["stripePaymentMethodId", "brand", "last4", "expMonth", "expYear", "fingerprint"]);
        let nobody: UserId = "nobody".parse().unwrap();
        assert_eq!(kind(&staka.as_system().payment_methods().add(&nobody, card("1")).await), Some(ErrorKind::NotFound));
    }

    async fn no_list_shows_stripes_id_of_a_card(server: &Server) {
        let (_db, staka) = server.staka().await;
        let (user, session) = signed_in(&staka, Role::User).await;
        let shown = serde_json::to_string(&add(&session, &user, "secret").await).unwrap();
        assert!(!shown.contains("pm_"), "{shown}");
        let report = staka.as_system().payment_methods().find_default_conflicts(None).await.unwrap();
        assert!(!serde_json::to_string(&report).unwrap().contains("pm_"));
    }

    async fn simultaneous_calls_leave_one_default_card(server: &Server) {
        let (db, staka) = server.staka().await;
        let (user, session) = signed_in(&staka, Role::User).await;
        let pools = many(&db).await;
        // Sixty-four first cards at once.
        let tasks: Vec<_> = (0..TASKS)
            .map(|task| {
                let (session, user) = (pools[task % 4].as_system(), user.clone());
                tokio::spawn(async move { add(&session, &user, &task.to_string()).await })
            })
            .collect();
        let mut cards = Vec::new();
        for task in tasks {
            cards.push(task.await.unwrap());
        }
        assert_eq!(cards.iter().filter(|card| card.is_default).count(), 1);
        assert_eq!(keys(&session, &user).await.len(), TASKS);
        // All become the default at once, while every third is deactivated.
        let tasks: Vec<_> = cards
            .iter()
            .enumerate()
            .map(|(task, card)| {
                let (session, user, id) = (pools[task % 4].as_system(), user.clone(), card.id.clone());
                tokio::spawn(async move {
                    if task % 3 == 0 {
                        session.payment_methods().deactivate(&user, &id).await.unwrap();
                    } else {
                        session.payment_methods().set_default(&user, &id).await.unwrap();
                    }
                })
            })
            .collect();
        for task in tasks {
            task.await.unwrap();
        }
        assert_eq!(keys(&session, &user).await.len(), TASKS - TASKS.div_ceil(3));
        sound(&staka).await;
    }

    async fn conflicts_left_by_other_programs_are_reported_and_repaired(server: &Server) {
        let (db, staka) = server.staka().await;
        let mut conn = db.connect().await;
        let (_, admins) = signed_in(&staka, Role::Admin).await;
        let mut users = BTreeMap::new();
        // For each user: the cards as (default, active), oldest first, and the expected default.
        for (name, cards, expected_default) in [
            ("several", vec![(true, true), (true, true), (false, true)], Some(1)),
            ("none", vec![(false, true), (false, true)], Some(1)),
            ("removed", vec![(true, false), (false, true)], Some(1)),
            ("gone", vec![(true, false)], None),
            ("sound", vec![(false, true), (true, true), (false, false)], Some(1)),
        ] {
            let (user, _) = signed_in(&staka, Role::User).await;
            for (place, (default, active)) in cards.iter().enumerate() {
                let sql = format!(
                    "INSERT INTO payment_methods (id, userId, stripePaymentMethodId, brand, last4, expMonth, expYear, isDefault, isActive, createdAt, updatedAt) \
                     VALUES ('{name}-{place}', '{user}', 'pm_{name}{place}', 'visa', '4242', 1, 2030, {default}, {active}, '2026-01-0{}', '2026-01-01')",
                    place + 1
                );
                script(&mut conn, &sql).await;
            }
            users.insert(user, (name, expected_default));
        }
        let report = admins.payment_methods().find_default_conflicts(None).await.unwrap();
        assert_eq!((report.users, report.conflicts.len()), (4, 4));
        let several = report.conflicts.iter().find(|conflict| users[&conflict.user_id].0 == "several").unwrap();
        assert_eq!((several.active, several.defaults, several.inactive_defaults), (3, 2, 0));
        for (name, found) in [("cards.several_defaults", 1), ("cards.no_default", 2), ("cards.soft_delete", 2)] {
            let check = verify::checks().into_iter().find(|check| check.name == name).unwrap();
            assert_eq!(verify::check(&mut staka.acquire().await.unwrap(), check).await.unwrap().found, found, "{name}");
        }
        // The repair takes two calls.
        let first = admins.payment_methods().repair_defaults(Some(3)).await.unwrap();
        assert_eq!((first.repaired.len(), first.remaining), (3, 1));
        let second = admins.payment_methods().repair_defaults(None).await.unwrap();
        assert_eq!((second.repaired.len(), second.remaining), (1, 0));
        for repaired in first.repaired.iter().chain(&second.repaired) {
            let (name, expected_default) = users[&repaired.user_id];
            let expected = expected_default.map(|place| format!("{name}-{place}"));
            assert_eq!(repaired.default_id.as_ref().map(|id| id.as_str().to_owned()), expected);
        }
        let defaults = texts(&mut conn, "SELECT id FROM payment_methods WHERE isDefault ORDER BY id").await;
        assert_eq!(defaults, ["none-1", "removed-1", "several-1", "sound-1"]);
        assert_eq!(admins.payment_methods().repair_defaults(None).await.unwrap().repaired, []);
        assert_eq!(texts(&mut conn, "SELECT action FROM audit_logs").await, ["CARDS_MENDED", "CARDS_MENDED"]);
        assert_eq!(invalid_fields(admins.payment_methods().find_default_conflicts(Some(0)).await), ["limit"]);
        sound(&staka).await;
    }

    async fn verify_finds_no_error_in_the_demo_data(server: &Server) {
        let staka = server.seeded().await.staka().await;
        sound(&staka).await;
    }
}
