//! Runs the statements of payments and cards, for their query plans.

use staka_core::db::OwnedTx;
use staka_core::model::{Checkout, Commande, Payment, PaymentOutcome, PaymentStatus};
use staka_core::repo::payment_events::{self, Delivered};
use staka_core::repo::{checkouts, payment_methods, payments};
use staka_core::{Staka, Timestamp};

use crate::seeded::{World, any_row};

/// Enough rows that the optimizer prefers an index.
const ROWS: u32 = 300;

/// Runs every statement of payments and cards.
pub async fn run(seeded: &World, staka: &Staka) {
    let _alone = seeded.writing.lock().await;
    let mut tx = OwnedTx::begin(staka.pool()).await.unwrap();
    let conn = tx.conn();
    let order: Commande = any_row(conn).await;
    let now: Timestamp = seeded.anchor;
    for row in 0..ROWS {
        let checkout = Checkout {
            session_id: format!("cs_plan_{row}"),
            commande_id: order.id.clone(),
            user_id: order.user_id.clone(),
            tarif_id: None,
            amount: 100,
            currency: "eur".to_owned(),
            created_at: now,
        };
        checkouts::add(conn, &checkout).await.unwrap();
        let payment = Payment {
            session_id: checkout.session_id.clone(),
            commande_id: if row == 0 { order.id.clone() } else { format!("gone{row}").parse().unwrap() },
            user_id: order.user_id.clone(),
            tarif_id: None,
            payment_intent: Some(format!("pi_plan_{row}")),
            amount: 100,
            currency: "eur".to_owned(),
            status: PaymentStatus::Paid,
            paid_at: now,
            refunded: 0,
            invoice_id: None,
            updated_at: now,
        };
        payments::add(conn, &payment).await.unwrap();
        let id = format!("evt_plan_{row}").parse().unwrap();
        let (session, intent) = (format!("cs_plan_{row}"), format!("pi_plan_{row}"));
        let event = Delivered {
            id: &id,
            r#type: "charge.refunded",
            session: Some(&session),
            intent: Some(&intent),
            payload: "{}",
            occurred_at: now,
        };
        assert_eq!(payment_events::receive(conn, &event, now).await.unwrap().deliveries, 1);
        if row == 0 {
            assert_eq!(payment_events::receive(conn, &event, now).await.unwrap().deliveries, 2);
        }
    }
    let id = "evt_plan_0".parse().unwrap();
    assert!(checkouts::lookup(conn, "cs_plan_0").await.unwrap().is_some());
    assert!(checkouts::awaited(conn, "cs_plan_0").await.unwrap().is_some());
    assert!(payments::locked(conn, "cs_plan_0").await.unwrap().is_some());
    for lock in [false, true] {
        assert!(payments::of_intent(conn, "pi_plan_0", lock).await.unwrap().is_some());
    }
    assert!(payments::unrefunded(conn, &order.id).await.unwrap().is_some());
    payments::refund(conn, "cs_plan_0", 10, &PaymentStatus::PartiallyRefunded, now).await.unwrap();
    assert_eq!(payments::list_by_commande(conn, &order.id).await.unwrap()[0].refunded, 10);
    assert!(payment_events::locked(conn, &id).await.unwrap().is_some());
    assert_eq!(payment_events::deferred(conn, "pi_plan_0").await.unwrap().len(), 1);
    let owner = Some((&order.id, &order.user_id));
    payment_events::decide(conn, &id, &PaymentOutcome::Unmatched, Some("why"), owner, now).await.unwrap();
    assert_eq!(payment_events::get(conn, &id).await.unwrap().unwrap().event.outcome, PaymentOutcome::Unmatched);
    assert_eq!(payment_events::unmatched(conn, "cs_plan_0").await.unwrap().len(), 1);
    assert!(!payment_events::ended(conn, "cs_plan_0").await.unwrap());
    let later = now.plus(std::time::Duration::from_secs(1));
    let stored = payment_events::stored_events(conn, now, later, None, 2).await.unwrap();
    assert_eq!((stored.items.len(), stored.items[0].order.as_ref().map(|order| &order.id)), (2, Some(&order.id)));
    payment_events::stored_events(conn, now, later, stored.next.as_ref(), 2).await.unwrap();
    payment_methods::locked_of_user(conn, &seeded.subjects.light).await.unwrap();
    // The existing backend removes a default without a successor, as the demo data shows.
    assert_eq!(payment_methods::default_conflicts(conn, 10).await.unwrap().len(), 10);
    assert!(payment_methods::default_conflict_count(conn).await.unwrap() > 10);
    tx.rollback().await.unwrap();
}
