//! Events that are processed: those that wait, and their outcomes.

use std::sync::LazyLock;

use super::{BY_KEY, detail_columns};
use crate::base::{Args, Result, Timestamp};
use crate::db::{Access, Conn, Statement};
use crate::model::view::PaymentEventDetail;
use crate::model::{CommandeId, PaymentEventId, PaymentOutcome, UserId};

fn by_key(name: &'static str, lock: &str) -> Statement {
    let columns = detail_columns();
    let text = format!("SELECT {columns} FROM staka_payment_events e WHERE e.id = ?{lock}");
    Statement::fixed(name, "", BY_KEY).with_text(text)
}

static LOCKED: LazyLock<Statement> = LazyLock::new(|| by_key("payment_events.locked", " FOR UPDATE"));

/// Returns the event with its text and locks it.
pub async fn locked(conn: &mut Conn, id: &PaymentEventId) -> Result<Option<PaymentEventDetail>> {
    conn.optional(&LOCKED, Args::new().with(id)).await
}

static GET: LazyLock<Statement> = LazyLock::new(|| by_key("payment_events.get", ""));

/// Returns the event with its text.
pub async fn get(conn: &mut Conn, id: &PaymentEventId) -> Result<Option<PaymentEventDetail>> {
    conn.optional(&GET, Args::new().with(id)).await
}

static DECIDE: Statement = Statement::fixed(
    "payment_events.decide",
    "UPDATE staka_payment_events e SET e.outcome = ?, e.detail = ?, e.commandeId = ?, e.userId = ?, e.processedAt = ? WHERE e.id = ?",
    BY_KEY,
);

/// Records the outcome of an event, and the order and client it is about.
pub async fn decide(
    conn: &mut Conn,
    id: &PaymentEventId,
    outcome: &PaymentOutcome,
    detail: Option<&str>,
    owner: Option<(&CommandeId, &UserId)>,
    now: Timestamp,
) -> Result<()> {
    let args = Args::new()
        .with(outcome)
        .with(detail)
        .with(owner.map(|(commande, _)| commande.as_str()))
        .with(owner.map(|(_, user)| user.as_str()))
        .with(now)
        .with(id);
    conn.execute(&DECIDE, args).await.map(drop)
}

static DEFERRED: LazyLock<Statement> = LazyLock::new(|| {
    let access = &[Access::Index { table: "e", keys: &["staka_payment_events_paymentIntent"] }];
    Statement::fixed("payment_events.deferred", "", access).with_text(format!(
        "SELECT {columns} FROM staka_payment_events e FORCE INDEX (staka_payment_events_paymentIntent) \
         WHERE e.paymentIntent = ? AND e.type = 'charge.refunded' AND e.outcome = 'DEFERRED' ORDER BY e.occurredAt, e.id FOR UPDATE",
        columns = detail_columns()
    ))
});

/// Locks and returns the deferred refunds of a payment, oldest first. It waits for refunds that are being inserted, and
/// for no other event of the payment, which may itself wait for the order.
pub async fn deferred(conn: &mut Conn, intent: &str) -> Result<Vec<PaymentEventDetail>> {
    conn.all(&DEFERRED, Args::new().with(intent)).await
}

static UNMATCHED: LazyLock<Statement> = LazyLock::new(|| {
    let access = &[Access::Index { table: "e", keys: &["staka_payment_events_sessionId"] }];
    Statement::fixed("payment_events.unmatched", "", access).with_text(format!(
        "SELECT {columns} FROM staka_payment_events e FORCE INDEX (staka_payment_events_sessionId) \
         WHERE e.sessionId = ? AND e.outcome = 'UNMATCHED' ORDER BY e.occurredAt, e.id FOR UPDATE",
        columns = detail_columns()
    ))
});

/// Locks and returns the events of a session that arrived before the session was known, oldest first.
pub async fn unmatched(conn: &mut Conn, session: &str) -> Result<Vec<PaymentEventDetail>> {
    conn.all(&UNMATCHED, Args::new().with(session)).await
}

pub(super) fn statements() -> Vec<&'static Statement> {
    vec![&*LOCKED, &*GET, &DECIDE, &*DEFERRED, &*UNMATCHED]
}
