//! Payments: what each event does, and what it must not do.

use serde_json::json;
use staka_core::base::TaxRegime;
use staka_core::model::view::BillingSettings;
use staka_core::model::{PaymentEventId, PaymentOutcome::*, PaymentStatus, StatutCommande};
use staka_core::repo::billing_settings;
use staka_core::{Caller, ErrorKind, PageRequest, PaymentEventFilter, PaymentFilter};

use crate::orders_support::{invalid_fields, kind, no_order, order, signed_in};
use crate::payments_support::*;
use crate::support::on_both;

on_both! {
    async fn a_payment_updates_order_invoice_and_notifications(server: &Server) {
        let till = server.till().await;
        let (order, session) = till.open(46_800).await;
        assert_eq!((order.payment_status.as_deref(), order.stripe_session_id.as_deref()), (Some("unpaid"), Some(&*session)));
        let text = paid(&session, 46_800);
        let receipt = till.send(&text).await;
        assert_eq!((&receipt.outcome, receipt.deliveries, receipt.commande_id.as_ref()), (&Applied, 1, Some(&order.id)));
        let after = till.state(&order).await;
        assert_eq!((after.payment_status.as_deref(), &after.statut), (Some("paid"), &StatutCommande::EnCours));
        assert_eq!(till.invoices(&order).await, ["PAID 46800+0"]);
        assert_eq!((till.notified("Paiement reçu").await, till.audit_trail("PAYMENT_RECEIVED").await), (1, 1));
        let payments = till.client.payments().list_by_commande(&order.id).await.unwrap();
        assert_eq!((payments.len(), payments[0].amount, &payments[0].status), (1, 46_800, &PaymentStatus::Paid));
        // The time is that of Stripe's clock.
        assert_eq!(payments[0].paid_at.to_string(), "2026-01-01T00:00:00.000Z");
        assert!(payments[0].invoice_id.is_some());
        assert_eq!(till.client.payments().amount_due(&order.id).await.unwrap(), None);
        // The event is stored as it was received.
        let kept = till.admin.payments().get_event(&receipt.id).await.unwrap().unwrap();
        assert_eq!((kept.payload, kept.event.outcome), (text, Applied));
        till.is_sound().await;
    }

    async fn a_redelivery_has_no_further_effect(server: &Server) {
        let till = server.till().await;
        let (order, session) = till.open(46_800).await;
        let text = paid(&session, 46_800);
        for delivery in 1..=10 {
            let receipt = till.send(&text).await;
            assert_eq!((receipt.outcome, receipt.deliveries), (Applied, delivery));
            till.admin.commandes().override_statut(&order.id, StatutCommande::Termine, "livré".to_owned(), None).await.ok();
        }
        // The same payment reported by an event with another id.
        for r#type in ["checkout.session.completed", "checkout.session.async_payment_succeeded"] {
            assert_eq!(till.send(&event(r#type, session_of(&session, "paid", 46_800))).await.outcome, Duplicate);
        }
        assert_eq!(till.state(&order).await.statut, StatutCommande::Termine);
        assert_eq!(till.invoices(&order).await.len(), 1);
        assert_eq!((till.notified("Paiement reçu").await, till.audit_trail("PAYMENT_RECEIVED").await), (1, 1));
        // Another amount for it is reported to the administrators.
        assert_eq!(till.send(&paid(&session, 1)).await.outcome, Mismatch);
        assert_eq!(till.warned().await, 1);
        till.is_sound().await;
    }

    async fn a_payment_never_moves_an_order_backwards_nor_revives_it(server: &Server) {
        let till = server.till().await;
        for (statut, after) in [
            (StatutCommande::EnAttente, StatutCommande::EnCours),
            (StatutCommande::EnCours, StatutCommande::EnCours),
            (StatutCommande::Termine, StatutCommande::Termine),
            (StatutCommande::Suspendue, StatutCommande::Suspendue),
            (StatutCommande::Annulee, StatutCommande::Annulee),
        ] {
            let (order, session) = till.open(100).await;
            if statut != StatutCommande::EnAttente {
                till.admin.commandes().override_statut(&order.id, statut.clone(), "essai".to_owned(), None).await.unwrap();
            }
            assert_eq!(till.send(&paid(&session, 100)).await.outcome, Applied);
            assert_eq!(till.state(&order).await.statut, after, "{statut}");
        }
        till.is_sound().await;
    }

    async fn nobody_chooses_the_price_they_pay(server: &Server) {
        let till = server.till().await;
        let bare = order(&till.client, "Sans prix").await;
        assert_eq!(kind(&till.client.billing().set_price(&bare.id, 1, None).await), Some(ErrorKind::Denied));
        assert_eq!(kind(&till.client.payments().open_checkout(&bare.id, session_key(), None).await), Some(ErrorKind::Conflict));
        assert_eq!(till.client.payments().amount_due(&bare.id).await.unwrap(), None);
        let (order, session) = till.open(46_800).await;
        for amount in [1, 46_799, 46_801, 4_680_000] {
            let receipt = till.send(&paid(&session, amount)).await;
            assert_eq!((&receipt.outcome, receipt.commande_id.as_ref()), (&Mismatch, Some(&order.id)));
            assert!(receipt.detail.unwrap().contains("46800"));
        }
        let mut dollars = session_of(&session, "paid", 46_800);
        dollars["currency"] = json!("usd");
        assert_eq!(till.send(&event("checkout.session.completed", dollars)).await.outcome, Mismatch);
        let after = till.state(&order).await;
        assert_eq!((after.payment_status.as_deref(), &after.statut), (Some("unpaid"), &StatutCommande::EnAttente));
        assert!(till.invoices(&order).await.is_empty());
        assert_eq!((till.warned().await, till.audit_trail("PAYMENT_UNCLEAR").await), (5, 5));
        assert_eq!(till.send(&paid(&session, 46_800)).await.outcome, Applied);
        till.is_sound().await;
    }

    async fn clients_cannot_mark_orders_as_paid(server: &Server) {
        let till = server.till().await;
        let (order, session) = till.open(100).await;
        for (caller, refused) in [
            (&till.client, ErrorKind::Denied),
            (&till.admin, ErrorKind::Denied),
            (&till.staka.as_caller(Caller::new(staka_core::Actor::Anonymous)), ErrorKind::Denied),
        ] {
            assert_eq!(kind(&caller.payments().record_event(paid(&session, 100)).await), Some(refused));
        }
        let (_, other) = signed_in(&till.staka, staka_core::model::Role::User).await;
        assert_eq!(kind(&other.payments().open_checkout(&order.id, session_key(), None).await), Some(ErrorKind::Denied));
        assert_eq!(kind(&other.payments().amount_due(no_order()).await), Some(ErrorKind::Denied));
        assert_eq!(till.state(&order).await.payment_status.as_deref(), Some("unpaid"));
    }

    async fn a_pending_payment_may_fail(server: &Server) {
        let till = server.till().await;
        let (order, session) = till.open(100).await;
        let status = async || till.state(&order).await.payment_status.unwrap();
        assert_eq!(till.send(&event("checkout.session.completed", session_of(&session, "unpaid", 100))).await.outcome, Applied);
        assert_eq!(status().await, "pending");
        // A client with a pending transfer cannot pay twice.
        assert_eq!(kind(&till.client.payments().open_checkout(&order.id, session_key(), None).await), Some(ErrorKind::Conflict));
        assert_eq!(till.send(&event("checkout.session.async_payment_failed", session_of(&session, "unpaid", 100))).await.outcome, Applied);
        assert_eq!((status().await, till.notified("Paiement non abouti").await), ("failed".to_owned(), 1));
        // Out of order: the payment does not become pending again.
        assert_eq!(till.send(&event("checkout.session.completed", session_of(&session, "unpaid", 100))).await.outcome, Stale);
        let named = json!({"id": "pi_x", "metadata": {"commandeId": order.id.as_str()}});
        assert_eq!(till.send(&event("payment_intent.payment_failed", named)).await.outcome, Stale);
        assert_eq!(till.send(&event("payment_intent.payment_failed", json!({"id": "pi_y"}))).await.outcome, Unmatched);
        let again = session_key();
        till.client.payments().open_checkout(&order.id, again.clone(), None).await.unwrap();
        assert_eq!(status().await, "unpaid");
        // The first session expires, which does not concern the second.
        assert_eq!(till.send(&event("checkout.session.expired", session_of(&session, "unpaid", 100))).await.outcome, Stale);
        assert_eq!(till.send(&event("checkout.session.async_payment_succeeded", session_of(&again, "paid", 100))).await.outcome, Applied);
        for late in ["checkout.session.expired", "checkout.session.async_payment_failed"] {
            assert_eq!(till.send(&event(late, session_of(&again, "unpaid", 100))).await.outcome, Stale);
        }
        let declined = json!({"id": intent_of(&again), "metadata": {"commandeId": order.id.as_str()}});
        assert_eq!(till.send(&event("payment_intent.payment_failed", declined)).await.outcome, Stale);
        assert_eq!((status().await, till.warned().await), ("paid".to_owned(), 0));
        till.is_sound().await;
    }

    async fn unknown_payments_are_stored_and_reported(server: &Server) {
        let till = server.till().await;
        let (order, session) = (till.order(100).await, session_key());
        let receipt = till.send(&paid(&session, 100)).await;
        assert_eq!((receipt.outcome, receipt.commande_id), (Unmatched, None));
        assert_eq!((till.warned().await, till.audit_trail("PAYMENT_UNCLEAR").await), (1, 1));
        let warning = "SELECT message FROM notifications WHERE title = 'Paiement à vérifier'";
        assert_eq!(till.texts(warning).await, ["1,00\u{a0}€\u{a0}: aucune commande ne correspond."]);
        // Payments of another site, and other events, are ignored.
        let mut foreign = session_of("cs_foreign", "paid", 100);
        foreign["metadata"] = json!({"source": "another.example"});
        assert_eq!(till.send(&event("checkout.session.completed", foreign)).await.outcome, Ignored);
        assert_eq!(till.send(&event("customer.created", json!({"id": "cus_1"}))).await.outcome, Ignored);
        // An unreadable event is stored too.
        let unreadable = till.send(&event("checkout.session.completed", json!({"id": "cs_odd"}))).await;
        assert_eq!((unreadable.outcome, till.warned().await), (Unmatched, 2));
        for text in ["", "{", "{}", "null", r#"{"id": "evt_1"}"#] {
            assert_eq!(invalid_fields(till.try_send(text).await), ["event"]);
        }
        // The event arrived before the session was recorded.
        till.client.payments().open_checkout(&order.id, session, None).await.unwrap();
        assert_eq!(till.state(&order).await.payment_status.as_deref(), Some("paid"));
        assert_eq!(till.admin.payments().get_event(&receipt.id).await.unwrap().unwrap().event.outcome, Applied);
        till.is_sound().await;
    }

    async fn a_refund_is_credited_once_in_whatever_order_it_comes(server: &Server) {
        let till = server.till().await;
        let (order, session) = till.sold(10_000).await;
        // Refunds of 30 €, of everything, then an outdated report of 10 €.
        for (total, outcome) in [(3_000, Applied), (10_000, Applied), (1_000, Stale), (10_000, Stale), (10_001, Mismatch)] {
            assert_eq!(till.send(&refunded(&session, total)).await.outcome, outcome, "{total}");
        }
        assert_eq!(till.invoices(&order).await, ["CANCELLED 10000+0 -3000,-7000"]);
        assert_eq!(till.state(&order).await.payment_status.as_deref(), Some("refunded"));
        let payments = till.client.payments().list_by_commande(&order.id).await.unwrap();
        assert_eq!((payments[0].refunded, &payments[0].status), (10_000, &PaymentStatus::Refunded));
        assert_eq!((till.notified("Remboursement").await, till.audit_trail("PAYMENT_REFUNDED").await), (2, 2));
        let user = &till.user;
        let read = format!("SELECT message FROM notifications WHERE title = 'Remboursement' AND userId = '{user}' ORDER BY message");
        let texts = till.texts(&read).await;
        for (text, amount) in texts.iter().zip(["30,00", "70,00"]) {
            assert!(text.starts_with(&format!("Un remboursement de {amount}\u{a0}€ vous a été versé pour «\u{a0}")), "{texts:?}");
        }
        till.is_sound().await;
        // The order can be paid again, with a new session and a new invoice.
        let again = session_key();
        till.client.payments().open_checkout(&order.id, again.clone(), None).await.unwrap();
        assert_eq!(till.send(&paid(&again, 10_000)).await.outcome, Applied);
        assert_eq!(till.invoices(&order).await, ["CANCELLED 10000+0 -3000,-7000", "PAID 10000+0"]);
        assert_eq!(till.state(&order).await.payment_status.as_deref(), Some("paid"));
        till.is_sound().await;
    }

    async fn a_refund_before_its_payment_waits_for_it(server: &Server) {
        let till = server.till().await;
        let (order, session) = till.open(10_000).await;
        let early = [refunded(&session, 2_000), refunded(&session, 500)];
        let mut ids: Vec<PaymentEventId> = Vec::new();
        for event in &early {
            let receipt = till.send(event).await;
            assert_eq!(receipt.outcome, Deferred);
            ids.push(receipt.id);
        }
        assert_eq!(till.warned().await, 0);
        assert_eq!(till.send(&paid(&session, 10_000)).await.outcome, Applied);
        assert_eq!(till.invoices(&order).await.len(), 1);
        let payments = till.client.payments().list_by_commande(&order.id).await.unwrap();
        assert_eq!((payments[0].refunded, &payments[0].status), (2_000, &PaymentStatus::PartiallyRefunded));
        // It is refunded in part only, so it is still paid.
        assert_eq!(till.state(&order).await.payment_status.as_deref(), Some("paid"));
        for id in &ids {
            assert!(till.admin.payments().get_event(id).await.unwrap().unwrap().event.outcome.is_settled());
        }
        let credits = till.invoices(&order).await[0].clone();
        assert!(credits == "PAID 10000+0 -2000" || credits == "PAID 10000+0 -500,-1500", "{credits}");
        till.is_sound().await;
    }

    async fn a_double_payment_is_reported_and_invoiced_once(server: &Server) {
        let till = server.till().await;
        let (order, first) = till.open(100).await;
        let second = session_key();
        till.client.payments().open_checkout(&order.id, second.clone(), None).await.unwrap();
        // The older session can still be paid.
        assert_eq!(till.send(&paid(&first, 100)).await.outcome, Applied);
        let surplus = till.send(&paid(&second, 100)).await;
        assert_eq!(surplus.outcome, Surplus);
        assert_eq!((till.invoices(&order).await.len(), till.warned().await, till.notified("Paiement reçu").await), (1, 1, 1));
        assert_eq!(till.client.payments().list_by_commande(&order.id).await.unwrap().len(), 1);
        till.is_sound().await;
        // After the first is refunded, the second one counts.
        assert_eq!(kind(&till.client.payments().retry_event(&surplus.id).await), Some(ErrorKind::Denied));
        assert_eq!(till.admin.payments().retry_event(&surplus.id).await.unwrap().outcome, Surplus);
        till.send(&refunded(&first, 100)).await;
        assert_eq!(till.admin.payments().retry_event(&surplus.id).await.unwrap().outcome, Applied);
        assert_eq!(kind(&till.admin.payments().retry_event(&surplus.id).await), Some(ErrorKind::Conflict));
        assert_eq!(till.invoices(&order).await, ["CANCELLED 100+0 -100", "PAID 100+0"]);
        assert_eq!(till.state(&order).await.payment_status.as_deref(), Some("paid"));
        till.is_sound().await;
    }

    async fn a_price_changed_during_a_payment_needs_a_decision(server: &Server) {
        let till = server.till().await;
        let (order, session) = till.open(100).await;
        till.admin.billing().set_price(&order.id, 200, None).await.unwrap();
        let receipt = till.send(&paid(&session, 200)).await;
        assert_eq!(receipt.outcome, Mismatch, "the session was opened for 100");
        let receipt_of_less = till.send(&paid(&session, 100)).await;
        assert_eq!(receipt_of_less.outcome, Mismatch, "200 are due");
        assert_eq!(till.admin.payments().retry_event(&receipt.id).await.unwrap().outcome, Applied);
        assert_eq!(till.admin.payments().retry_event(&receipt_of_less.id).await.unwrap().outcome, Mismatch);
        assert_eq!(kind(&till.admin.billing().set_price(&order.id, 300, None).await), Some(ErrorKind::Conflict));
        assert_eq!(kind(&till.admin.payments().retry_event("evt_nothing".parse::<PaymentEventId>().unwrap()).await), Some(ErrorKind::NotFound));
        for amount in [0, -1, 2_147_483_648] {
            assert_eq!(invalid_fields(till.admin.billing().set_price(&order.id, amount, None).await), ["amount"]);
        }
        assert_eq!(kind(&till.admin.billing().set_price(&order.id, 300, Some(order.updated_at)).await), Some(ErrorKind::Precondition));
        till.is_sound().await;
    }

    async fn tax_is_paid_as_the_regime_says(server: &Server) {
        let till = server.till().await;
        for (regime, rate, due, tax, billed) in [
            (TaxRegime::Franchise, 0, 46_800, 0, "PAID 46800+0"),
            (TaxRegime::Inclusive, 2_000, 46_800, 7_800, "PAID 39000+7800"),
            (TaxRegime::Exclusive, 2_000, 56_160, 9_360, "PAID 46800+9360"),
        ] {
            let settings = BillingSettings { regime, rate, ..BillingSettings::default() };
            billing_settings::set(&mut till.staka.acquire().await.unwrap(), &settings, till.staka.clock().now()).await.unwrap();
            let (order, session) = till.open(46_800).await;
            let shown = till.client.payments().amount_due(&order.id).await.unwrap().unwrap();
            assert_eq!((shown.amount, shown.tax_amount, &*shown.currency), (due, tax, "eur"));
            assert_eq!(till.send(&paid(&session, due)).await.outcome, Applied);
            assert_eq!(till.invoices(&order).await, [billed]);
        }
        till.is_sound().await;
    }

    async fn payments_of_the_existing_backend_are_accepted(server: &Server) {
        let till = server.till().await;
        // A session that the existing backend opened, and one that it recorded as paid already.
        for (status, notified) in [("unpaid", 1), ("paid", 1)] {
            let (order, session) = (till.order(100).await, session_key());
            let sql = format!("UPDATE commandes SET stripeSessionId = '{session}', paymentStatus = '{status}' WHERE id = '{}'", order.id);
            crate::migrate_support::script(&mut *till.raw.lock().await, &sql).await;
            assert_eq!(till.send(&paid(&session, 100)).await.outcome, Applied);
            assert_eq!(till.invoices(&order).await, ["PAID 100+0"]);
            // A client notified by the backend is not notified again.
            assert_eq!(till.notified("Paiement reçu").await, notified);
        }
        // An order that the backend marked as paid without a session.
        let (order, session) = till.open(100).await;
        let sql = format!("UPDATE commandes SET stripeSessionId = NULL, paymentStatus = 'paid' WHERE id = '{}'", order.id);
        crate::migrate_support::script(&mut *till.raw.lock().await, &sql).await;
        assert_eq!(till.send(&paid(&session, 100)).await.outcome, Surplus);
        till.is_sound().await;
    }

    async fn an_invoice_paid_by_hand_is_not_due_again(server: &Server) {
        let till = server.till().await;
        // A transfer arrived while a session was open.
        let (order, session) = till.open(100).await;
        let invoice = till.admin.invoices().issue(&order.id, staka_core::NewInvoice::default()).await.unwrap();
        assert_eq!(till.client.payments().amount_due(&order.id).await.unwrap().map(|due| due.amount), Some(100));
        till.admin.invoices().mark_paid(&invoice.id, None).await.unwrap();
        assert_eq!(till.client.payments().amount_due(&order.id).await.unwrap(), None);
        assert_eq!(kind(&till.client.payments().open_checkout(&order.id, session_key(), None).await), Some(ErrorKind::Conflict));
        // Money that arrives all the same belongs to that invoice.
        assert_eq!(till.send(&paid(&session, 100)).await.outcome, Applied);
        assert_eq!(till.invoices(&order).await, ["PAID 100+0"]);
        till.is_sound().await;
    }

    async fn a_session_belongs_to_one_order_and_has_a_stripe_id(server: &Server) {
        let till = server.till().await;
        let (order, session) = till.open(100).await;
        let again = till.client.payments().open_checkout(&order.id, session.clone(), None).await.unwrap();
        assert_eq!(again.amount, 100);
        let other = till.order(50).await;
        assert_eq!(kind(&till.client.payments().open_checkout(&other.id, session.clone(), None).await), Some(ErrorKind::Conflict));
        for wrong in ["", "cs_", "pi_1", "cs_é", "cs_a b", &format!("cs_{}", "x".repeat(200))] {
            assert_eq!(invalid_fields(till.client.payments().open_checkout(&other.id, wrong.to_owned(), None).await), ["session"]);
        }
        let nowhere = till.client.payments().open_checkout(&other.id, session_key(), Some("nothing".parse().unwrap())).await;
        assert_eq!(invalid_fields(nowhere), ["tarif"]);
        assert_eq!(kind(&till.system.payments().open_checkout(no_order(), session_key(), None).await), Some(ErrorKind::NotFound));
        till.client.commandes().cancel(&other.id, None).await.unwrap();
        assert_eq!(kind(&till.client.payments().open_checkout(&other.id, session_key(), None).await), Some(ErrorKind::Conflict));
        till.send(&paid(&session, 100)).await;
        assert_eq!(kind(&till.client.payments().open_checkout(&order.id, session_key(), None).await), Some(ErrorKind::Conflict));
        till.is_sound().await;
    }

    async fn a_replay_reports_lost_payments(server: &Server) {
        let till = server.till().await;
        let (order, session) = till.sold(100).await;
        let (_, other) = till.sold(100).await;
        till.send(&refunded(&other, 40)).await;
        let unknown = till.send(&paid("cs_unknown", 100)).await;
        let [from, to]: [staka_core::Timestamp; 2] = ["2000-01-01T00:00:00.000Z", "2100-01-01T00:00:00.000Z"].map(|at| at.parse().unwrap());
        let report = till.admin.payments().replay_events(from, to, None, None).await.unwrap();
        assert_eq!((report.examined, report.differences.len(), report.next), (4, 0, None));
        // Another program deletes a payment and half of a refund; and the unknown session becomes known.
        let script = format!(
            "DELETE FROM staka_payments WHERE sessionId = '{session}'; UPDATE staka_payments SET refunded = 20 WHERE sessionId = '{other}'; \
             UPDATE commandes SET paymentStatus = 'unpaid' WHERE id = '{}'; \
             INSERT INTO staka_checkouts SELECT 'cs_unknown', commandeId, userId, NULL, amount, currency, createdAt FROM staka_checkouts LIMIT 1; \
             UPDATE staka_checkouts SET commandeId = '{}' WHERE sessionId = 'cs_unknown'",
            order.id, till.order(100).await.id
        );
        for statement in script.split("; ") {
            crate::migrate_support::script(&mut *till.raw.lock().await, statement).await;
        }
        let report = till.admin.payments().replay_events(from, to, None, None).await.unwrap();
        let mut found: Vec<_> = report.differences.iter().map(|line| (line.recorded.clone(), line.recomputed.clone())).collect();
        found.sort();
        // The invoice of the deleted payment still exists and determines the amount due.
        assert_eq!(found, [(Applied, Applied), (Applied, Applied), (Unmatched, Applied)]);
        assert!(report.differences.iter().any(|line| line.id == unknown.id));
        // The pieces together are the same; the replay changed nothing.
        let (mut pieces, mut after) = (0, None);
        loop {
            let piece = till.admin.payments().replay_events(from, to, after, Some(1)).await.unwrap();
            pieces += piece.differences.len();
            after = piece.next;
            if after.is_none() {
                break;
            }
        }
        assert_eq!(pieces, 3);
        assert_eq!(till.admin.payments().get_event(&unknown.id).await.unwrap().unwrap().event.outcome, Unmatched);
        assert_eq!(invalid_fields(till.admin.payments().replay_events(to, from, None, None).await), ["to"]);
        assert_eq!(invalid_fields(till.admin.payments().replay_events(from, to, None, Some(1_001)).await), ["limit"]);
    }

    async fn lists_of_payments_and_events_are_filtered(server: &Server) {
        let till = server.till().await;
        for amount in [100, 200, 300] {
            till.sold(amount).await;
        }
        let (order, session) = till.sold(400).await;
        till.send(&refunded(&session, 400)).await;
        let search = PaymentFilter::default().status(PaymentStatus::Refunded);
        let found = till.admin.payments().list(search, PageRequest::default()).await.unwrap().items;
        assert_eq!((found.len(), &found[0].commande_id), (1, &order.id));
        let all = till.admin.payments().list(PaymentFilter::default(), PageRequest::of(2).total(true)).await.unwrap();
        assert_eq!((all.items.len(), all.total), (2, Some(4)));
        let of = |session: &str| PaymentEventFilter::default().session(session.to_owned());
        assert_eq!(till.admin.payments().list_events(of(&session), PageRequest::default()).await.unwrap().items.len(), 1);
        let by_type = PaymentEventFilter::default().r#type("charge.refunded");
        assert_eq!(till.admin.payments().list_events(by_type, PageRequest::default()).await.unwrap().items.len(), 1);
        let to_decide = PaymentEventFilter::default().outcome(Unmatched);
        assert!(till.admin.payments().list_events(to_decide, PageRequest::default()).await.unwrap().items.is_empty());
        assert_eq!(invalid_fields(till.admin.payments().list_events(of("a\0b"), PageRequest::default()).await), ["session"]);
    }
}
