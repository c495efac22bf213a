//! Payments under simultaneous calls: each event is applied once.

use staka_core::model::PaymentOutcome::{Applied, Deferred, Duplicate};
use staka_core::{ErrorKind, Staka};

use crate::payments_support::*;
use crate::support::on_both;

const TASKS: usize = 64;

async fn pools(till: &Till) -> Vec<Staka> {
    let mut pools = Vec::new();
    for _ in 0..4 {
        pools.push(till.db.builder().connect().await.unwrap());
    }
    pools
}

/// Delivers all events at once, over four pools.
async fn at_once(pools: &[Staka], events: Vec<String>) -> Vec<staka_core::model::view::PaymentEventReceipt> {
    let tasks: Vec<_> = events
        .into_iter()
        .enumerate()
        .map(|(task, event)| {
            let session = pools[task % pools.len()].as_system();
            tokio::spawn(async move { session.payments().record_event(event).await })
        })
        .collect();
    let mut receipts = Vec::new();
    for task in tasks {
        receipts.push(task.await.unwrap().unwrap());
    }
    receipts
}

on_both! {
    async fn an_event_delivered_sixty_four_times_at_once_is_applied_once(server: &Server) {
        let till = server.till().await;
        let pools = pools(&till).await;
        let (order, session) = till.open(46_800).await;
        let event = paid(&session, 46_800);
        let receipts = at_once(&pools, vec![event; TASKS]).await;
        assert!(receipts.iter().all(|receipt| receipt.outcome == Applied));
        let mut deliveries: Vec<i64> = receipts.iter().map(|receipt| receipt.deliveries).collect();
        deliveries.sort_unstable();
        assert_eq!(deliveries, (1..=TASKS as i64).collect::<Vec<_>>());
        // The same payment reported by many different events is applied once, too.
        let (other, session) = till.open(100).await;
        let receipts = at_once(&pools, (0..TASKS).map(|_| paid(&session, 100)).collect()).await;
        assert_eq!(receipts.iter().filter(|receipt| receipt.outcome == Applied).count(), 1);
        assert_eq!(receipts.iter().filter(|receipt| receipt.outcome == Duplicate).count(), TASKS - 1);
        for order in [&order, &other] {
            assert_eq!(till.invoices(order).await.len(), 1);
        }
        assert_eq!((till.notified("Paiement reçu").await, till.audit_trail("PAYMENT_RECEIVED").await), (2, 2));
        till.is_sound().await;
    }

    async fn sixty_four_payments_make_sixty_four_numbers_without_a_gap(server: &Server) {
        let till = server.till().await;
        let pools = pools(&till).await;
        let mut events = Vec::new();
        for _ in 0..TASKS {
            let (_, session) = till.open(100).await;
            events.push(paid(&session, 100));
        }
        at_once(&pools, events).await;
        let numbers = till.texts("SELECT CAST(sequence AS CHAR) FROM staka_billing_documents ORDER BY sequence").await;
        assert_eq!(numbers, (1..=TASKS).map(|number| number.to_string()).collect::<Vec<_>>());
        till.is_sound().await;
    }

    /// A refund and its payment at the same time: whichever is first, it is refunded once.
    async fn a_refund_that_meets_its_payment_is_never_lost(server: &Server) {
        let till = server.till().await;
        let pools = pools(&till).await;
        let (mut sessions, mut events) = (Vec::new(), Vec::new());
        for place in 0..24 {
            let (order, session) = till.open(1_000).await;
            let (payment, refunds) = (paid(&session, 1_000), [refunded(&session, 300), refunded(&session, 700)]);
            if place % 2 == 0 {
                events.extend([payment, refunds[0].clone(), refunds[1].clone()]);
            } else {
                events.extend([refunds[1].clone(), refunds[0].clone(), payment]);
            }
            sessions.push((order, session));
        }
        let receipts = at_once(&pools, events).await;
        let waited = receipts.iter().filter(|receipt| receipt.outcome == Deferred).count();
        println!("{}: {waited} of 48 refunds came before their payment", server.engine);
        assert_eq!(till.number("SELECT COUNT(*) FROM staka_payment_events WHERE outcome = 'DEFERRED'").await, 0);
        assert_eq!(till.number("SELECT COUNT(*) FROM staka_payments WHERE refunded = 700 AND status = 'partially_refunded'").await, 24);
        assert_eq!(till.number("SELECT SUM(total) FROM staka_billing_documents WHERE kind = 'CREDIT_NOTE'").await, 24 * 700);
        till.is_sound().await;
    }

    /// A session that is recorded while Stripe's event arrives.
    async fn a_payment_that_meets_its_checkout_is_never_lost(server: &Server) {
        let till = server.till().await;
        let pools = pools(&till).await;
        let mut tasks = Vec::new();
        for place in 0..24_usize {
            let (order, session) = (till.order(100).await, session_key());
            let (event, system) = (paid(&session, 100), pools[place % 4].as_system());
            tasks.push(tokio::spawn(async move { system.payments().record_event(event).await.map(drop) }));
            let system = pools[(place + 1) % 4].as_system();
            tasks.push(tokio::spawn(async move { system.payments().open_checkout(&order.id, session, None).await.map(drop) }));
        }
        for task in tasks {
            task.await.unwrap().unwrap();
        }
        assert_eq!(till.number("SELECT COUNT(*) FROM staka_payment_events WHERE outcome = 'APPLIED'").await, 24);
        assert_eq!(till.number("SELECT COUNT(*) FROM commandes WHERE paymentStatus = 'paid'").await, 24);
        till.is_sound().await;
    }

    async fn an_order_is_paid_by_one_of_many_sessions(server: &Server) {
        let till = server.till().await;
        let pools = pools(&till).await;
        let order = till.order(100).await;
        let mut events = Vec::new();
        for _ in 0..16 {
            let session = session_key();
            till.admin.payments().open_checkout(&order.id, session.clone(), None).await.unwrap();
            events.push(paid(&session, 100));
        }
        let receipts = at_once(&pools, events).await;
        assert_eq!(receipts.iter().filter(|receipt| receipt.outcome == Applied).count(), 1);
        assert_eq!(till.number("SELECT COUNT(*) FROM staka_payment_events WHERE outcome = 'SURPLUS'").await, 15);
        assert_eq!(till.invoices(&order).await, ["PAID 100+0"]);
        let late = till.admin.payments().open_checkout(&order.id, session_key(), None).await;
        assert_eq!(late.unwrap_err().kind(), ErrorKind::Conflict);
        till.is_sound().await;
    }
}
