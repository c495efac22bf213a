//! Cards: exactly one default, whatever happens, and what other writers left.

use std::collections::BTreeMap;

use staka_core::maintenance::verify;
use staka_core::model::view::CardShown;
use staka_core::model::{PaymentMethodId, Role, UserId};
use staka_core::{CardDraft, ErrorKind, Session, Staka};

use crate::migrate_support::{script, texts};
use crate::orders_support::{faulty, kind, signed_in};
use crate::payments_support::sound;
use crate::support::{TestDb, on_both};

const TASKS: usize = 64;

fn card(key: &str) -> CardDraft {
    CardDraft {
        stripe_payment_method_id: format!("pm_{key}"),
        brand: "visa".to_owned(),
        last4: "4242".to_owned(),
        exp_month: 12,
        exp_year: 2030,
        fingerprint: Some("f".to_owned()),
    }
}

async fn add(session: &Session, user: &UserId, key: &str) -> CardShown {
    session.payment_methods().add(user, card(key)).await.unwrap()
}

/// The keys of a user's cards, the default in front.
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
        // The newest of the others is its successor.
        let removed = session.payment_methods().remove(&user, &second.id).await.unwrap();
        assert_eq!(removed.stripe_payment_method_id, "pm_2");
        assert_eq!(removed.successor.as_ref().map(|card| (&card.id, card.is_default)), Some((&third.id, true)));
        // One that is not the default has none.
        assert_eq!(session.payment_methods().remove(&user, &first.id).await.unwrap().successor, None);
        assert_eq!(kind(&session.payment_methods().remove(&user, &first.id).await), Some(ErrorKind::Conflict));
        assert_eq!(kind(&session.payment_methods().set_default(&user, &first.id).await), Some(ErrorKind::Conflict));
        assert_eq!(keys(&session, &user).await, std::slice::from_ref(&third.id));
        assert_eq!(session.payment_methods().remove(&user, &third.id).await.unwrap().successor, None);
        assert!(keys(&session, &user).await.is_empty());
        // A card that comes again is the default again.
        let again = add(&session, &user, "1").await;
        assert_eq!((&again.id, again.is_default), (&first.id, true));
        assert_eq!(add(&session, &user, "1").await, again);
        // Somebody else's act is written down, and no other user's card is touched.
        let (other, stranger) = signed_in(&staka, Role::User).await;
        assert_eq!(kind(&stranger.payment_methods().add(&other, card("1")).await), Some(ErrorKind::Conflict));
        assert_eq!(kind(&stranger.payment_methods().remove(&other, &first.id).await), Some(ErrorKind::NotFound));
        assert_eq!(kind(&stranger.payment_methods().remove(&user, &first.id).await), Some(ErrorKind::Denied));
        admins.payment_methods().remove(&user, &first.id).await.unwrap();
        let mut conn = _db.connect().await;
        assert_eq!(texts(&mut conn, "SELECT action FROM audit_logs").await, ["CARD_REMOVED"]);
        sound(&staka).await;
    }

    async fn every_faulty_field_of_a_card_is_named_at_once(server: &Server) {
        let (_db, staka) = server.staka().await;
        let (user, session) = signed_in(&staka, Role::User).await;
        let wrong = CardDraft {
            stripe_payment_method_id: "card-1".to_owned(),
            brand: " ".to_owned(),
            last4: "٤٢٤٢".to_owned(),
            exp_month: 13,
            exp_year: 26,
            fingerprint: Some("x".repeat(256)),
        };
        let fields = faulty(session.payment_methods().add(&user, wrong).await);
        assert_eq!(fields, ["stripePaymentMethodId", "brand", "last4", "expMonth", "expYear", "fingerprint"]);
        let nobody: UserId = "nobody".parse().unwrap();
        assert_eq!(kind(&staka.as_system().payment_methods().add(&nobody, card("1")).await), Some(ErrorKind::NotFound));
    }

    async fn no_list_shows_what_stripe_calls_a_card(server: &Server) {
        let (_db, staka) = server.staka().await;
        let (user, session) = signed_in(&staka, Role::User).await;
        let shown = serde_json::to_string(&add(&session, &user, "secret").await).unwrap();
        assert!(!shown.contains("pm_"), "{shown}");
        let report = staka.as_system().payment_methods().report(None).await.unwrap();
        assert!(!serde_json::to_string(&report).unwrap().contains("pm_"));
    }

    async fn one_card_is_the_default_whoever_acts_at_once(server: &Server) {
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
        // Each becomes the default at once, while every third is removed.
        let tasks: Vec<_> = cards
            .iter()
            .enumerate()
            .map(|(task, card)| {
                let (session, user, id) = (pools[task % 4].as_system(), user.clone(), card.id.clone());
                tokio::spawn(async move {
                    if task % 3 == 0 {
                        session.payment_methods().remove(&user, &id).await.unwrap();
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

    async fn what_others_left_is_reported_and_mended(server: &Server) {
        let (db, staka) = server.staka().await;
        let mut conn = db.connect().await;
        let (_, admins) = signed_in(&staka, Role::Admin).await;
        let mut users = BTreeMap::new();
        // For each user: cards as (is the default, may be charged), the oldest first, and which is the default then.
        for (name, cards, right) in [
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
            users.insert(user, (name, right));
        }
        let report = admins.payment_methods().report(None).await.unwrap();
        assert_eq!((report.users, report.faults.len()), (4, 4));
        let several = report.faults.iter().find(|fault| users[&fault.user_id].0 == "several").unwrap();
        assert_eq!((several.active, several.defaults, several.removed_defaults), (3, 2, 0));
        for (name, found) in [("cards.several_defaults", 1), ("cards.no_default", 2), ("cards.put_away", 2)] {
            let check = verify::checks().into_iter().find(|check| check.name == name).unwrap();
            assert_eq!(verify::check(&mut staka.acquire().await.unwrap(), check).await.unwrap().found, found, "{name}");
        }
        // In two steps.
        let first = admins.payment_methods().mend(Some(3)).await.unwrap();
        assert_eq!((first.mended.len(), first.left), (3, 1));
        let second = admins.payment_methods().mend(None).await.unwrap();
        assert_eq!((second.mended.len(), second.left), (1, 0));
        for mended in first.mended.iter().chain(&second.mended) {
            let (name, right) = users[&mended.user_id];
            let wanted = right.map(|place| format!("{name}-{place}"));
            assert_eq!(mended.default_id.as_ref().map(|id| id.as_str().to_owned()), wanted);
        }
        let defaults = texts(&mut conn, "SELECT id FROM payment_methods WHERE isDefault ORDER BY id").await;
        assert_eq!(defaults, ["none-1", "removed-1", "several-1", "sound-1"]);
        assert_eq!(admins.payment_methods().mend(None).await.unwrap().mended, []);
        assert_eq!(texts(&mut conn, "SELECT action FROM audit_logs").await, ["CARDS_MENDED", "CARDS_MENDED"]);
        assert_eq!(faulty(admins.payment_methods().report(Some(0)).await), ["limit"]);
        sound(&staka).await;
    }

    async fn verify_finds_no_error_in_the_demo_data(server: &Server) {
        let staka = server.seeded().await.staka().await;
        sound(&staka).await;
    }
}
