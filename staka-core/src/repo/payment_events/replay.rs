//! Stored events with what the tables hold now, to check their outcomes.

use std::sync::LazyLock;

use staka_macros::Record;

use super::detail_columns;
use super::ended::has_ended;
use crate::base::{Args, Cursor, Error, Page, Result, Timestamp};
use crate::db::{Access, Conn, Statement};
use crate::model::view::PaymentEventDetail;
use crate::model::{CommandeId, Payment};

/// The facts about a payment that an event's verdict depends on.
#[derive(Clone, Debug, PartialEq, Record)]
pub struct PaymentFact {
    /// Amount received, in centimes.
    pub amount: i64,
    /// Currency of the amount: always `eur`.
    pub currency: String,
    /// Amount refunded, in centimes.
    pub refunded: i64,
}

impl From<&Payment> for PaymentFact {
    fn from(payment: &Payment) -> Self {
        Self { amount: payment.amount, currency: payment.currency.clone(), refunded: payment.refunded }
    }
}

/// The facts about an order that an event's verdict depends on.
#[derive(Clone, Debug, PartialEq, Record)]
pub struct OrderFact {
    /// Id of the order.
    pub id: CommandeId,
    /// Payment status of the order, e.g. `paid`.
    pub payment_status: Option<String>,
    /// Id of the session opened last for it.
    pub session: Option<String>,
    /// Whether it is paid by another session.
    pub paid_by_other: bool,
}

/// A stored event with the facts that the tables hold now.
#[derive(Clone, Debug, PartialEq, Record)]
pub struct StoredEvent {
    /// The event with its text.
    #[record(nested)]
    pub event: PaymentEventDetail,
    /// The payment of its session.
    #[record(nested)]
    pub of_session: Option<PaymentFact>,
    /// The payment with its payment id.
    #[record(nested)]
    pub of_intent: Option<PaymentFact>,
    /// Amount its session was opened for, in centimes.
    pub asked: Option<i64>,
    /// Whether its session ended without a payment.
    pub ended: bool,
    /// The order it is about.
    #[record(nested)]
    pub order: Option<OrderFact>,
}

static STORED_EVENTS: LazyLock<[Statement; 2]> = LazyLock::new(|| {
    [false, true].map(|after| {
        let after_cursor = if after { " AND (e.receivedAt > ? OR e.id > ?)" } else { "" };
        Statement::fixed(
            "payments.replay_events",
            "",
            &[
                Access::Index { table: "e", keys: &["staka_payment_events_receivedAt"] },
                Access::Index { table: "x", keys: &["staka_payment_events_sessionId"] },
                Access::Index { table: "s", keys: &["PRIMARY"] },
                Access::Index { table: "p", keys: &["PRIMARY"] },
                Access::Index { table: "q", keys: &["staka_payments_paymentIntent"] },
                Access::Index { table: "d", keys: &["staka_commandes_session"] },
                Access::Index { table: "c", keys: &["PRIMARY"] },
                Access::Index { table: "o", keys: &["staka_payments_commandeId"] },
            ],
        )
        .with_text(format!(
            "SELECT {columns}, p.amount, p.currency, p.refunded, q.amount, q.currency, q.refunded, s.amount, {ended}, \
             c.id, c.paymentStatus, c.stripeSessionId, \
             EXISTS (SELECT 1 FROM staka_payments o FORCE INDEX (staka_payments_commandeId) WHERE o.commandeId = c.id \
                     AND o.status <> 'refunded' AND NOT (o.sessionId <=> e.sessionId)) \
             FROM staka_payment_events e FORCE INDEX (staka_payment_events_receivedAt) \
             LEFT JOIN staka_checkouts s FORCE INDEX (PRIMARY) ON s.sessionId = e.sessionId \
             LEFT JOIN staka_payments p FORCE INDEX (PRIMARY) ON p.sessionId = e.sessionId \
             LEFT JOIN staka_payments q FORCE INDEX (staka_payments_paymentIntent) ON q.paymentIntent = e.paymentIntent \
             LEFT JOIN commandes d FORCE INDEX (staka_commandes_session) \
                    ON e.commandeId IS NULL AND s.sessionId IS NULL AND d.stripeSessionId = CONVERT(e.sessionId USING utf8mb4) COLLATE utf8mb4_unicode_ci \
             LEFT JOIN commandes c FORCE INDEX (PRIMARY) ON c.id = COALESCE(e.commandeId, s.commandeId, d.id) \
             WHERE e.receivedAt >= ? AND e.receivedAt < ?{after_cursor} ORDER BY e.receivedAt, e.id LIMIT ?",
            columns = detail_columns(),
            ended = has_ended!("e.sessionId"),
        ))
    })
});

const REPLAY: &str = "payments.replay_events";

/// Returns the events received in `from ≤ receivedAt < to`, oldest first, each with the facts that the tables hold now,
/// in one statement.
pub async fn stored_events(
    conn: &mut Conn,
    from: Timestamp,
    to: Timestamp,
    after: Option<&Cursor>,
    limit: u32,
) -> Result<Page<StoredEvent>> {
    let args = match after {
        None => Args::new().with(from).with(to),
        Some(after) => {
            let [at, id] = after.keys::<2>(REPLAY)?;
            let at: Timestamp = at.parse().map_err(|_| Error::invalid("after", "is not a cursor of this list"))?;
            Args::new().with(at.max(from)).with(to).with(at).with(id)
        }
    };
    let rows = conn.all(&STORED_EVENTS[usize::from(after.is_some())], args.with(limit + 1)).await?;
    Ok(Page::from_extra_row(rows, limit, |last: &StoredEvent| {
        let event = &last.event.event;
        Cursor::after_row(REPLAY, &[&event.received_at.to_string(), event.id.as_str()])
    }))
}

pub(super) fn statements() -> Vec<&'static Statement> {
    STORED_EVENTS.iter().collect()
}
