//! Receipt of an event.

use std::sync::LazyLock;

use super::BY_KEY;
use crate::base::{Args, Result, Timestamp};
use crate::db::{Conn, Statement};
use crate::model::view::PaymentEventReceipt;
use crate::model::{PaymentEventId, PaymentEventRow, PaymentOutcome};
use crate::repo::table::{insert, insert_or_statement, part};

/// An event to record.
#[derive(Clone, Copy, Debug)]
pub struct Delivered<'a> {
    /// Stripe's id of the event.
    pub id: &'a PaymentEventId,
    /// Stripe's type of the event, e.g. `charge.refunded`.
    pub r#type: &'a str,
    /// Id of the checkout session that it is about.
    pub session: Option<&'a str>,
    /// Id of the payment that it is about.
    pub intent: Option<&'a str>,
    /// Text of the event.
    pub payload: &'a str,
    /// Time of the event by Stripe's clock.
    pub occurred_at: Timestamp,
}

/// The row is locked until the transaction ends, whether it existed or not: the key decides which delivery is the
/// first. With a plain INSERT, two simultaneous deliveries would both take a shared lock and deadlock.
static RECEIVE: LazyLock<Statement> = LazyLock::new(|| {
    let existing = "ON DUPLICATE KEY UPDATE `deliveries` = `deliveries` + 1";
    insert_or_statement::<PaymentEventRow>("payment_events.receive", "INSERT", existing)
});

static RECEIPT: LazyLock<Statement> = LazyLock::new(|| {
    let columns = part::<PaymentEventReceipt>("e");
    let text = format!("SELECT {columns} FROM staka_payment_events e WHERE e.id = ? FOR UPDATE");
    Statement::fixed("payment_events.receipt", "", BY_KEY).with_text(text)
});

/// Records a delivery of an event and returns how often it was delivered; the outcome is known from the second time on.
pub async fn receive(conn: &mut Conn, event: &Delivered<'_>, now: Timestamp) -> Result<PaymentEventReceipt> {
    let row = PaymentEventRow {
        id: event.id.clone(),
        r#type: event.r#type.to_owned(),
        session_id: event.session.map(str::to_owned),
        payment_intent: event.intent.map(str::to_owned),
        commande_id: None,
        user_id: None,
        payload: event.payload.to_owned(),
        occurred_at: event.occurred_at,
        received_at: now,
        deliveries: 1,
        outcome: PaymentOutcome::Deferred,
        detail: None,
        processed_at: None,
    };
    insert(conn, &RECEIVE, &row).await?;
    conn.one(&RECEIPT, Args::new().with(event.id)).await
}

pub(super) fn statements() -> Vec<&'static Statement> {
    vec![&*RECEIVE, &*RECEIPT]
}
