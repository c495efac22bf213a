//! Orders with prices, sessions at Stripe, and what Stripe would send.

use std::sync::atomic::{AtomicU32, Ordering};

use serde_json::{Value, json};
use sqlx::mysql::MySqlConnection;
use staka_core::maintenance::verify::{self, Severity};
use staka_core::model::view::EventReceipt;
use staka_core::model::{Commande, PaymentOutcome, Role, UserId};
use staka_core::{Result, Session, Staka};

use crate::migrate_support::texts;
use crate::orders_support::{order, signed_in};
use crate::support::{Server, TestDb};

/// A client, an administrator, and the platform.
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

/// A session's key that nothing has.
pub fn session_key() -> String {
    format!("cs_test_{}", next())
}

/// An event's text, with a key of its own.
pub fn event(r#type: &str, object: Value) -> String {
    event_named(&format!("evt_{}", next()), r#type, object)
}

#[expect(clippy::needless_pass_by_value, reason = "who calls it writes the value there")]
pub fn event_named(id: &str, r#type: &str, object: Value) -> String {
    json!({"id": id, "object": "event", "type": r#type, "created": 1_767_225_600, "data": {"object": object}})
        .to_string()
}

/// The payment of a session has a key of its own.
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

/// So much of a session's payment is back by now, in all.
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
    /// An order that costs so much.
    pub async fn order(&self, amount: i64) -> Commande {
        let made = order(&self.client, "Les Marées").await;
        self.admin.billing().set_price(&made.id, amount, None).await.unwrap()
    }

    /// The same with a session that was opened for it.
    pub async fn open(&self, amount: i64) -> (Commande, String) {
        let (made, session) = (self.order(amount).await, session_key());
        self.client.payments().open_checkout(&made.id, session.clone(), None).await.unwrap();
        (self.state(&made).await, session)
    }

    /// The same, paid.
    pub async fn sold(&self, amount: i64) -> (Commande, String) {
        let (made, session) = self.open(amount).await;
        assert_eq!(self.send(&paid(&session, amount)).await.outcome, PaymentOutcome::Applied);
        (self.state(&made).await, session)
    }

    pub async fn state(&self, order: &Commande) -> Commande {
        self.system.commandes().get(&order.id).await.unwrap().unwrap().commande
    }

    pub async fn send(&self, event: &str) -> EventReceipt {
        self.system.payments().record(event.to_owned()).await.unwrap()
    }

    pub async fn try_send(&self, event: &str) -> Result<EventReceipt> {
        self.system.payments().record(event.to_owned()).await
    }

    /// A text column of a query.
    pub async fn texts(&self, sql: &str) -> Vec<String> {
        texts(&mut *self.raw.lock().await, sql).await
    }

    pub async fn number(&self, sql: &str) -> i64 {
        self.texts(&format!("SELECT CAST(({sql}) AS CHAR)")).await[0].parse().unwrap()
    }

    /// `number status amount+tax` of each invoice of an order, and of each credit note behind it.
    pub async fn invoices(&self, order: &Commande) -> Vec<String> {
        let id = &order.id;
        self.texts(&format!(
            "SELECT CONCAT(i.status, ' ', i.amount, '+', i.taxAmount, COALESCE((SELECT CONCAT(' ', GROUP_CONCAT(CONCAT('-', d.total) ORDER BY d.sequence)) \
             FROM staka_billing_documents d WHERE d.invoiceId = i.id AND d.kind = 'CREDIT_NOTE'), '')) \
             FROM invoices i WHERE i.commandeId = '{id}' ORDER BY i.createdAt, i.number"
        ))
        .await
    }

    /// What was announced to the client, and written down, under a word.
    pub async fn told(&self, title: &str) -> i64 {
        let user = &self.user;
        self.number(&format!("SELECT COUNT(*) FROM notifications WHERE title = '{title}' AND userId = '{user}'")).await
    }

    pub async fn warned(&self) -> i64 {
        self.number("SELECT COUNT(*) FROM notifications WHERE title = 'Paiement à vérifier'").await
    }

    pub async fn journal(&self, action: &str) -> i64 {
        self.number(&format!("SELECT COUNT(*) FROM audit_logs WHERE action = '{action}'")).await
    }

    /// All is well: nothing that verify calls an error, no statement that a replay would contradict.
    pub async fn is_sound(&self) {
        sound(&self.staka).await;
        let [from, to]: [staka_core::Timestamp; 2] =
            ["2000-01-01T00:00:00.000Z", "2100-01-01T00:00:00.000Z"].map(|at| at.parse().unwrap());
        let report = self.admin.payments().replay(from, to, None, Some(1_000)).await.unwrap();
        assert_eq!(report.differences, Vec::new());
    }
}

/// Nothing is found that is an error.
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
