//! Payments and invoices under concurrent writers: Stripe's events delivered several times and out of order, manual
//! invoices, credit notes and cards, while connections are killed and the server crashes. No invoice number is missing
//! or used twice, each event is applied once, no user has two default cards, nothing is half-written, and no caller
//! sees a deadlock.

use std::sync::{Arc, Mutex};
use std::time::Instant;

use rand::{RngExt, SeedableRng};
use rand_pcg::Pcg64Mcg;
use serde_json::{Value, json};
use sqlx::mysql::MySqlConnection;
use staka_core::{Session, Staka, Timestamp};
use staka_local::Engine;

use crate::migrate_support::{script, texts};
use crate::payments_support::{event_named, intent_of, session_of, sound};
use crate::storm_frame::{self, Counts, Workload, assert_consistent, count, insert_users, record, rows};
use crate::storm_world::{Outcome, Storm, bare};

const ADMINS: u32 = 2;
const CLIENTS: u32 = 12;
/// Orders that are paid with Stripe: every other one with a checkout session by another program, every third one partly
/// refunded.
const SALES: u32 = 160;
/// Orders that are invoiced manually.
const MANUAL: u32 = 200;

#[derive(Default)]
struct Memory {
    /// The manual credit notes of each order.
    credits: Counts<u32>,
    /// Deliveries so far: writers deliver events of the same few sales at the same time.
    deliveries: u32,
}

impl Workload for Memory {
    const RULE: &'static str = "each user with cards has one default card";
    const VIOLATIONS: &'static str = "SELECT COUNT(*) FROM (SELECT userId FROM payment_methods GROUP BY userId \
        HAVING SUM(isDefault AND NOT isActive) > 0 OR SUM(isDefault AND isActive) <> (SUM(isActive) > 0)) q";
    const MUST_SUCCEED: &'static [&'static str] = &[
        "payments.record_event",
        "invoices.issue",
        "invoices.create_credit_note",
        "payment_methods.add",
        "payment_methods.deactivate",
    ];

    async fn next_operation(writer: &mut Writer) {
        match writer.below(20) {
            0..11 => writer.deliver().await,
            11..13 => writer.issue().await,
            13..15 => writer.credit().await,
            _ => writer.card().await,
        }
    }
}

type Writer = storm_frame::Writer<Memory>;

fn price(order: u32) -> i64 {
    i64::from(1_000 + order)
}

/// Returns the amount that is refunded of a sale, in centimes.
fn refunded(order: u32) -> i64 {
    if order.is_multiple_of(3) { 700 } else { 0 }
}

/// Returns all events of a sale. The payment has two event ids, and the failure event must not undo it.
fn events(order: u32) -> Vec<String> {
    let session = format!("cs_storm_{order}");
    let object = |status| session_of(&session, status, price(order));
    let refund = |total: i64| {
        let object =
            json!({"id": "ch", "payment_intent": intent_of(&session), "amount_refunded": total, "currency": "eur"});
        event_named(&format!("evt_back_{order}_{total}"), "charge.refunded", object)
    };
    let mut events = vec![
        event_named(&format!("evt_way_{order}"), "checkout.session.completed", object("unpaid")),
        event_named(&format!("evt_paid_{order}"), "checkout.session.async_payment_succeeded", object("paid")),
        event_named(&format!("evt_again_{order}"), "checkout.session.completed", object("paid")),
        event_named(&format!("evt_failed_{order}"), "checkout.session.async_payment_failed", object("unpaid")),
    ];
    if refunded(order) > 0 {
        events.extend([refund(200), refund(700)]);
    }
    events
}

impl Writer {
    async fn deliver(&mut self) {
        let sale = {
            let mut memory = self.memory.lock().unwrap();
            memory.deliveries += 1;
            (memory.deliveries - 1) / 24
        };
        let order = (sale + self.below(4)) % SALES;
        let mut events = events(order);
        let event = events.swap_remove(self.below(events.len() as u32) as usize);
        self.call(&self.staka.as_system(), "payments.record_event", json!({"event": event})).await;
    }

    fn any_admin(&mut self) -> Session {
        let number = self.below(ADMINS);
        self.admin(number)
    }

    async fn issue(&mut self) {
        let (order, admin) = (self.below(MANUAL), self.any_admin());
        self.call(&admin, "invoices.issue", json!({"commande": format!("hand{order}")})).await;
    }

    async fn credit(&mut self) {
        let (order, admin) = (self.below(MANUAL), self.any_admin());
        let commande = json!({"commande": format!("hand{order}")});
        let (_, listed) = self.call(&admin, "invoices.list_by_commande", commande).await;
        let Some(id) = listed.pointer("/0/id").or_else(|| listed.pointer("/items/0/id")) else { return };
        let input = json!({"id": id, "amount": 10, "reason": "Un geste."});
        let (outcome, _) = self.call(&admin, "invoices.create_credit_note", input).await;
        record(&mut self.memory.lock().unwrap().credits, order, outcome);
    }

    async fn card(&mut self) {
        let number = self.below(CLIENTS);
        let (user, session) = (format!("client{number}"), self.client(number));
        let key = format!("pm_{user}_{}", self.below(8));
        if self.below(3) == 0 {
            let card = json!({"stripePaymentMethodId": key, "brand": "visa", "last4": "4242", "expMonth": 12, "expYear": 2030});
            self.call(&session, "payment_methods.add", json!({"user": user, "card": card})).await;
            return;
        }
        let (_, cards) = self.call(&session, "payment_methods.list_active", json!({"user": user})).await;
        let ids: Vec<Value> = cards.as_array().into_iter().flatten().map(|card| card["id"].clone()).collect();
        if ids.is_empty() {
            return;
        }
        let id = &ids[self.below(ids.len() as u32) as usize];
        let operation = if self.below(2) == 0 { "payment_methods.set_default" } else { "payment_methods.deactivate" };
        self.call(&session, operation, json!({"user": user, "id": id})).await;
    }
}

async fn fill(conn: &mut MySqlConnection) {
    insert_users(conn, ADMINS, CLIENTS, "x").await;
    let orders = "INSERT INTO commandes (id, userId, titre, amount, paymentStatus, stripeSessionId, createdAt, updatedAt) VALUES";
    let sales = rows(SALES, &|n| {
        let (client, price) = (n % CLIENTS, price(n));
        format!("('sale{n}', 'client{client}', 'Vente', {price}, 'unpaid', 'cs_storm_{n}', '2026-01-01', '2026-01-01')")
    });
    script(conn, &format!("{orders} {sales}")).await;
    let hands = rows(MANUAL, &|n| {
        format!("('hand{n}', 'client{}', 'À la main', 1000, NULL, NULL, '2026-01-01', '2026-01-01')", n % CLIENTS)
    });
    script(conn, &format!("{orders} {hands}")).await;
    let checkouts = "INSERT INTO staka_checkouts (sessionId, commandeId, userId, amount, currency, createdAt) \
                     SELECT stripeSessionId, id, userId, amount, 'eur', createdAt FROM commandes WHERE amount % 2 = 0 AND stripeSessionId IS NOT NULL";
    script(conn, checkouts).await;
}

/// Delivers each event once more in random order, like Stripe, which repeats events until they are accepted.
async fn deliver_the_rest(storm: &Arc<Storm>, staka: &Staka) {
    let mut all: Vec<String> = (0..SALES).flat_map(events).collect();
    let mut rng = Pcg64Mcg::seed_from_u64(11);
    for index in (1..all.len()).rev() {
        all.swap(index, rng.random_range(0..=index));
    }
    let queue = Arc::new(Mutex::new(all));
    let tasks: Vec<_> = (0..16)
        .map(|_| {
            let (storm, system, queue) = (Arc::clone(storm), staka.as_system(), Arc::clone(&queue));
            tokio::spawn(async move {
                loop {
                    let Some(event) = queue.lock().unwrap().pop() else { return };
                    let (outcome, _) = storm.call(&system, "payments.record_event", json!({"event": event})).await;
                    assert_eq!(outcome, Outcome::Done);
                }
            })
        })
        .collect();
    for task in tasks {
        task.await.unwrap();
    }
}

async fn assert_each_applied_once(storm: &Storm, staka: &Staka, memory: &Memory) {
    let conn = &mut bare(&storm.url).await;
    // No gap, no duplicate, and the series continues after the last number.
    let series = texts(
        conn,
        "SELECT CONCAT(d.series, ' ', MIN(d.sequence), ' ', MAX(d.sequence), ' ', COUNT(*), ' ', COUNT(DISTINCT d.sequence), ' ', \
         (SELECT s.next FROM staka_invoice_series s WHERE s.series = d.series AND s.year = d.year)) \
         FROM staka_billing_documents d GROUP BY d.series, d.year ORDER BY d.series",
    )
    .await;
    for row in &series {
        let numbers: Vec<i64> = row.split(' ').skip(1).map(|number| number.parse().unwrap()).collect();
        assert_eq!(numbers, [1, numbers[1], numbers[1], numbers[1], numbers[1] + 1], "{row}");
    }
    assert_eq!(count(conn, "SELECT COUNT(*) FROM staka_invoice_skips").await, 0);
    // An invoice is written with its document and first transition; a credit note consists of its document only.
    let incomplete = "SELECT COUNT(*) FROM invoices i LEFT JOIN staka_billing_documents d ON d.id = i.id AND d.number = i.number \
                  AND d.total = i.amount + i.taxAmount WHERE d.id IS NULL \
                  OR NOT EXISTS (SELECT 1 FROM staka_invoice_transitions t WHERE t.invoiceId = i.id)";
    assert_eq!(count(conn, incomplete).await, 0, "invoices without their documents or transitions");
    let issued = count(conn, "SELECT COUNT(*) FROM invoices").await;
    assert_eq!(count(conn, "SELECT COUNT(*) FROM staka_billing_documents WHERE kind = 'INVOICE'").await, issued);
    assert_eq!(
        count(conn, "SELECT COUNT(DISTINCT commandeId) FROM invoices WHERE status <> 'CANCELLED'").await,
        count(conn, "SELECT COUNT(*) FROM invoices WHERE status <> 'CANCELLED'").await,
        "orders with more than one active invoice"
    );
    for (order, counts) in &memory.credits {
        let sql = format!(
            "SELECT COALESCE(SUM(d.total), 0) FROM staka_billing_documents d WHERE d.commandeId = 'hand{order}' AND d.kind = 'CREDIT_NOTE'"
        );
        assert_consistent(&format!("hand{order}"), count(conn, &sql).await / 10, *counts);
    }

    // Each event is stored once, with the number of its deliveries.
    let stored = (0..SALES).map(|order| events(order).len() as i64).sum::<i64>();
    assert_eq!(count(conn, "SELECT COUNT(*) FROM staka_payment_events").await, stored);
    let deliveries = count(conn, "SELECT SUM(deliveries) FROM staka_payment_events").await;
    assert_consistent("deliveries", deliveries, storm.tally.done_and_unknown("payments.record_event"));
    assert_eq!(
        count(conn, "SELECT COUNT(*) FROM staka_payment_events WHERE outcome NOT IN ('APPLIED', 'DUPLICATE', 'STALE')")
            .await,
        0
    );
    // Each sale is paid, invoiced, notified and refunded exactly once, with the right amounts.
    let notified = |user: &str| {
        format!(
            "(SELECT COUNT(*) FROM notifications n WHERE n.title = 'Paiement reçu' AND JSON_VALUE(n.data, '$.id') = c.id AND n.userId {user})"
        )
    };
    let audited = "(SELECT COUNT(*) FROM audit_logs a WHERE a.action = 'PAYMENT_RECEIVED' AND a.targetId = c.id)";
    let wrong = format!(
        "SELECT CONCAT(c.id, ' ', c.paymentStatus, ' ', c.statut) FROM commandes c WHERE c.titre = 'Vente' AND NOT ( \
         c.paymentStatus = 'paid' AND c.statut = 'EN_COURS' \
         AND (SELECT COUNT(*) FROM staka_payments p WHERE p.commandeId = c.id AND p.amount = c.amount \
              AND p.refunded = IF((c.amount - 1000) % 3 = 0, 700, 0)) = 1 \
         AND (SELECT COUNT(*) FROM invoices i WHERE i.commandeId = c.id AND i.amount = c.amount AND i.status = 'PAID') = 1 \
         AND (SELECT COALESCE(SUM(d.total), 0) FROM staka_billing_documents d WHERE d.commandeId = c.id AND d.kind = 'CREDIT_NOTE') \
             = IF((c.amount - 1000) % 3 = 0, 700, 0) \
         AND {} = 1 AND {} = {ADMINS} AND {audited} = 1)",
        notified("= c.userId"),
        notified("LIKE 'admin%'"),
    );
    assert_eq!(texts(conn, &wrong).await, Vec::<String>::new(), "sales that were not applied exactly once");
    assert_eq!(count(conn, "SELECT COUNT(*) FROM staka_payments").await, i64::from(SALES));

    let cards = count(conn, "SELECT COUNT(*) FROM payment_methods WHERE isDefault").await;
    let holders = count(conn, "SELECT COUNT(DISTINCT userId) FROM payment_methods WHERE isActive").await;
    assert_eq!(cards, holders, "default cards");
    sound(staka).await;
    let [from, to]: [Timestamp; 2] =
        ["2000-01-01T00:00:00.000Z", "2100-01-01T00:00:00.000Z"].map(|at| at.parse().unwrap());
    let (mut after, mut examined) = (None, 0);
    loop {
        let report = staka.as_system().payments().replay_events(from, to, after, Some(1_000)).await.unwrap();
        assert_eq!(report.differences, Vec::new());
        examined += report.examined;
        after = report.next;
        if after.is_none() {
            break;
        }
    }
    let outcomes = texts(
        conn,
        "SELECT CONCAT(outcome, ' ', COUNT(*)) FROM staka_payment_events GROUP BY outcome ORDER BY outcome",
    )
    .await;
    println!(
        "{}: {outcomes:?}; {stored} events of {SALES} sales delivered {deliveries} times and replayed ({examined}), {issued} invoices, series {series:?}: \
         0 gaps, 0 duplicates, 0 half-written; {cards} default cards of {holders} users",
        storm.engine
    );
}

/// Answers 2,000 operations, each that must succeed at least 20 times, refusals included, while 60 connections are killed and the server
/// crashes twice. With `STAKA_LONG_TESTS=1` there are 5,000 operations and 200 kills.
async fn run_storm(engine: Engine) {
    let Some(storm) = Storm::start(engine).await else { return };
    fill(&mut bare(&storm.url).await).await;
    let began = Instant::now();
    let memory = storm_frame::run::<Memory>(&storm).await;
    let staka = storm.handle().await;
    deliver_the_rest(&storm, &staka).await;
    assert_each_applied_once(&storm, &staka, &memory).await;
    assert_eq!(*storm.wrong.lock().unwrap(), Vec::<String>::new());
    println!("{engine}: {:.1} s in total", began.elapsed().as_secs_f64());
    staka.close().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn money_is_right_after_a_storm_on_mariadb() {
    run_storm(Engine::MariaDb).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn money_is_right_after_a_storm_on_mysql() {
    run_storm(Engine::MySql).await;
}
