//! Support for tests of payments: orders with prices, checkout sessions, and Stripe's events.

use std::sync::atomic::{AtomicU32, Ordering};

use serde_json::{Value, json};
use sqlx::mysql::MySqlConnection;
use staka_core::model::view::PaymentEventReceipt;
use staka_core::model::{Commande, PaymentOutcome, Role, UserId};
use staka_core::verify::{self, Severity};
use staka_core::{Result, Session, Staka};

use crate::migrate_support::texts;
use crate::orders_support::{order, signed_in};
use crate::support::{Server, TestDb};

/// A database with a client, an administrator and the system.
pub struct Till {
    pub db: TestDb,
    pub staka: Staka,
    pub user: UserId,
    pub client: Session,
    pub admin: Session,
    pub system: Session,
    pub raw: tokio::sync::Mutex<MySqlConnection>,
}

static NEXT: AtomicU32 = AtomicU32::new(0);

fn next() -> u32 {
    NEXT.fetch_add(1, Ordering::Relaxed)
}

/// Returns a new session id.
pub fn session_key() -> String {
    format!("cs_test_{}", next())
}

/// Returns the text of an event with a new id.
pub fn event(r#type: &str, object: Value) -> String {
    event_named(&format!("evt_{}", next()), r#type, object)
}

#[expect(clippy::needless_pass_by_value, reason = "callers pass the value inline")]
pub fn event_named(id: &str, r#type: &str, object: Value) -> String {
    json!({"id": id, "object": "event", "type": r#type, "created": 1_767_225_600, "data": {"object": object}})
        .to_string()
}

/// Returns the payment id of a session.
pub fn intent_of(session: &str) -> String {
    format!("pi_{session}")
}

pub fn session_of(session: &str, status: &str, amount: i64) -> Value {
    json!({"id": session, "object": "checkout.session", "mode": "payment", "payment_status": status,
        "amount_total": amount, "currency": "eur", "payment_intent": intent_of(session)})
}

pub fn paid(session: &str, amount: i64) -> String {
    event("checkout.session.completed", session_of(session, "paid", amount))
}

/// Returns an event with the total refunded of a session's payment.
pub fn refunded(session: &str, total: i64) -> String {
    event(
        "charge.refunded",
        json!({"id": "ch_1", "payment_intent": intent_of(session), "amount_refunded": total, "currency": "eur"}),
    )
}

impl Server {
    pub async fn till(&'static self) -> Till {
        let (db, staka) = self.staka().await;
        let (user, client) = signed_in(&staka, Role::User).await;
        let (_, admin) = signed_in(&staka, Role::Admin).await;
        let (system, raw) = (staka.as_system(), tokio::sync::Mutex::new(db.connect().await));
        Till { db, staka, user, client, admin, system, raw }
    }
}

impl Till {
    /// Creates an order with this price.
    pub async fn order(&self, amount: i64) -> Commande {
        let made = order(&self.client, "Les Marées").await;
        self.admin.billing().set_price(&made.id, amount, None).await.unwrap()
    }

    /// Creates an order with this price and a checkout session.
    pub async fn open(&self, amount: i64) -> (Commande, String) {
        let (made, session) = (self.order(amount).await, session_key());
        self.client.payments().open_checkout(&made.id, session.clone(), None).await.unwrap();
        (self.state(&made).await, session)
    }

    /// Creates a paid order with this price.
    pub async fn sold(&self, amount: i64) -> (Commande, String) {
        let (made, session) = self.open(amount).await;
        assert_eq!(self.send(&paid(&session, amount)).await.outcome, PaymentOutcome::Applied);
        (self.state(&made).await, session)
    }

    pub async fn state(&self, order: &Commande) -> Commande {
        self.system.commandes().get(&order.id).await.unwrap().unwrap().commande
    }

    pub async fn send(&self, event: &str) -> PaymentEventReceipt {
        self.system.payments().record_event(event.to_owned()).await.unwrap()
    }

    pub async fn try_send(&self, event: &str) -> Result<PaymentEventReceipt> {
        self.system.payments().record_event(event.to_owned()).await
    }

    /// Returns the text column of a query.
    pub async fn texts(&self, sql: &str) -> Vec<String> {
        texts(&mut *self.raw.lock().await, sql).await
    }

    pub async fn number(&self, sql: &str) -> i64 {
        self.texts(&format!("SELECT CAST(({sql}) AS CHAR)")).await[0].parse().unwrap()
    }

    /// Returns `status amount+tax` of each invoice of an order, followed by its credit notes.
    pub async fn invoices(&self, order: &Commande) -> Vec<String> {
        let id = &order.id;
        self.texts(&format!(
            "SELECT CONCAT(i.status, ' ', i.amount, '+', i.taxAmount, COALESCE((SELECT CONCAT(' ', GROUP_CONCAT(CONCAT('-', d.total) ORDER BY d.sequence)) \
             FROM staka_billing_documents d WHERE d.invoiceId = i.id AND d.kind = 'CREDIT_NOTE'), '')) \
             FROM invoices i WHERE i.commandeId = '{id}' ORDER BY i.createdAt, i.number"
        ))
        .await
    }

    /// Counts the client's notifications with this title.
    pub async fn notified(&self, title: &str) -> i64 {
        let user = &self.user;
        self.number(&format!("SELECT COUNT(*) FROM notifications WHERE title = '{title}' AND userId = '{user}'")).await
    }

    pub async fn warned(&self) -> i64 {
        self.number("SELECT COUNT(*) FROM notifications WHERE title = 'Paiement à vérifier'").await
    }

    pub async fn audit_trail(&self, action: &str) -> i64 {
        self.number(&format!("SELECT COUNT(*) FROM audit_logs WHERE action = '{action}'")).await
    }

    /// Asserts that `verify` finds no error and that a replay finds no difference.
    pub async fn is_sound(&self) {
        sound(&self.staka).await;
        let [from, to]: [staka_core::Timestamp; 2] =
            ["2000-01-01T00:00:00.000Z", "2100-01-01T00:00:00.000Z"].map(|at| at.parse().unwrap());
        let report = self.admin.payments().replay_events(from, to, None, Some(1_000)).await.unwrap();
        assert_eq!(report.differences, Vec::new());
    }
}

/// Asserts that `verify` finds no error.
pub async fn sound(staka: &Staka) {
    let mut conn = staka.acquire().await.unwrap();
    for check in verify::checks() {
        let checked = verify::check(&mut conn, check).await.unwrap();
        assert_eq!(checked.skipped, None, "{}", checked.check);
        if checked.severity == Severity::Error {
            assert_eq!(checked.findings, Vec::new(), "{}", checked.check);
        }
    }
}
