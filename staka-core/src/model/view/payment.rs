//! Payments and Stripe's events as operations return them.

use staka_macros::{Output, Record};

use crate::base::{Cursor, Timestamp};
use crate::model::{
    CommandeId, InvoiceId, Payment, PaymentEventId, PaymentEventRow, PaymentOutcome, PaymentStatus, TarifId, UserId,
};

/// The amount due for an order.
#[derive(Clone, Debug, PartialEq, Output)]
#[non_exhaustive]
pub struct AmountDue {
    /// Id of the order.
    pub commande_id: CommandeId,
    /// Amount due in centimes, tax included: the amount to request from Stripe.
    #[output(bounds = Bounds::at_least(0))]
    pub amount: i64,
    /// Tax included in the amount, in centimes.
    #[output(bounds = Bounds::at_least(0))]
    pub tax_amount: i64,
    /// Currency of the amount: always `eur`.
    pub currency: String,
}

/// A payment of an order, without Stripe's ids.
#[derive(Clone, Debug, PartialEq, Record, Output)]
#[record(part_of = Payment)]
#[non_exhaustive]
pub struct PaymentItem {
    /// Id of the order.
    pub commande_id: CommandeId,
    /// Id of the order's client.
    pub user_id: UserId,
    /// Id of the tarif by which the order was sold; null if it is not known.
    pub tarif_id: Option<TarifId>,
    /// Amount received in centimes, tax included.
    #[output(bounds = Bounds::at_least(0))]
    pub amount: i64,
    /// Currency of the amount: always `eur`.
    pub currency: String,
    /// Status of the payment.
    pub status: PaymentStatus,
    /// Time of the payment by Stripe's clock, UTC.
    pub paid_at: Timestamp,
    /// Amount refunded in centimes; at most `amount`.
    #[output(bounds = Bounds::at_least(0))]
    pub refunded: i64,
    /// Id of the invoice that was issued for the payment, or that it paid.
    pub invoice_id: Option<InvoiceId>,
}

/// The outcome of an event that was received.
#[derive(Clone, Debug, PartialEq, Record, Output)]
#[record(part_of = PaymentEventRow)]
#[non_exhaustive]
pub struct PaymentEventReceipt {
    /// Stripe's id of the event, `evt_…`.
    pub id: PaymentEventId,
    /// Recorded outcome of processing it: that of the first delivery, or of a later processing by
    /// `payments.retry_event` or together with its payment. APPLIED: it was applied. DUPLICATE: it repeats what another
    /// event reported. IGNORED: it does not concern the platform. STALE: a later event had already overtaken it.
    /// MISMATCH: its amount or currency is not what is due. UNMATCHED: no order is known for it. SURPLUS: its order had
    /// been paid already by other means. DEFERRED: a refund whose payment is not known yet, applied together with the
    /// payment. Only APPLIED changes orders, payments and invoices; MISMATCH, UNMATCHED and SURPLUS need an
    /// administrator's decision, then `payments.retry_event`.
    pub outcome: PaymentOutcome,
    /// Reason for the outcome; null if it needs none.
    pub detail: Option<String>,
    /// Id of the order that it is about; null if none is known.
    pub commande_id: Option<CommandeId>,
    /// How often Stripe delivered the event so far; `payments.retry_event` does not count.
    #[output(bounds = Bounds::at_least(0))]
    pub deliveries: i64,
}

/// A Stripe event, without its text.
#[derive(Clone, Debug, PartialEq, Record, Output)]
#[record(part_of = PaymentEventRow)]
#[non_exhaustive]
pub struct PaymentEvent {
    /// Stripe's id of the event, `evt_…`.
    pub id: PaymentEventId,
    /// Stripe's type of the event, e.g. `checkout.session.completed`.
    pub r#type: String,
    /// Stripe's id of the checkout session, `cs_…`; null if there is none.
    pub session_id: Option<String>,
    /// Stripe's id of the payment, `pi_…`; null if there is none.
    pub payment_intent: Option<String>,
    /// Id of the order that it is about; null if none is known.
    pub commande_id: Option<CommandeId>,
    /// Time of the event by Stripe's clock, UTC.
    pub occurred_at: Timestamp,
    /// Time of the first delivery, UTC.
    pub received_at: Timestamp,
    /// How often the event was delivered.
    #[output(bounds = Bounds::at_least(0))]
    pub deliveries: i64,
    /// Recorded outcome of processing the event; see `PaymentEventReceipt` for the values.
    pub outcome: PaymentOutcome,
    /// Reason for the outcome; null if it needs none.
    pub detail: Option<String>,
    /// Time when it was last processed, UTC.
    pub processed_at: Option<Timestamp>,
}

/// A Stripe event with its text.
#[derive(Clone, Debug, PartialEq, Record, Output)]
#[non_exhaustive]
pub struct PaymentEventDetail {
    /// The event without its text.
    #[record(nested)]
    pub event: PaymentEvent,
    /// Text of the event, byte for byte; empty once its retention is over.
    pub payload: String,
}

/// An event whose recorded outcome differs from what processing would do now.
#[derive(Clone, Debug, PartialEq, Output)]
#[non_exhaustive]
pub struct ReplayEntry {
    /// Stripe's id of the event, `evt_…`.
    pub id: PaymentEventId,
    /// Stripe's type of the event, e.g. `charge.refunded`.
    pub r#type: String,
    /// Id of the order that it is about; null if none is known.
    pub commande_id: Option<CommandeId>,
    /// Recorded outcome of processing the event; see `PaymentEventReceipt` for the values.
    pub recorded: PaymentOutcome,
    /// Outcome that processing the event now would have; see `PaymentEventReceipt` for the values.
    pub recomputed: PaymentOutcome,
    /// Reason for the recomputed outcome; null if it needs none.
    pub detail: Option<String>,
}

/// Events whose recorded outcome differs from what processing would do now.
#[derive(Clone, Debug, PartialEq, Output)]
#[non_exhaustive]
pub struct ReplayReport {
    /// Number of events that were examined.
    pub examined: u64,
    /// Number of these events that could not be processed, because their text was emptied after its retention.
    pub emptied: u64,
    /// The events that differ, oldest first.
    pub differences: Vec<ReplayEntry>,
    /// Cursor of the next report; null at the end.
    pub next: Option<Cursor>,
}
