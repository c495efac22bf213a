//! Payments and Stripe's events as they are shown.

use staka_macros::{Output, Record};

use crate::base::{Cursor, Timestamp};
use crate::model::{CommandeId, InvoiceId, PaymentEventId, PaymentOutcome, PaymentStatus, TarifId, UserId};

/// What has to be paid for an order.
#[derive(Clone, Debug, PartialEq, Output)]
pub struct PaymentDue {
    /// The order.
    pub commande_id: CommandeId,
    /// What has to be paid in all, in centimes, with tax: the amount to ask for at Stripe.
    pub amount: i64,
    /// The tax within it, in centimes.
    pub tax_amount: i64,
    /// `eur`.
    pub currency: String,
}

/// A payment of an order, without what Stripe calls it.
#[derive(Clone, Debug, PartialEq, Record, Output)]
pub struct PaymentItem {
    /// The order.
    pub commande_id: CommandeId,
    /// Whose order it is.
    pub user_id: UserId,
    /// Which price it was sold by.
    pub tarif_id: Option<TarifId>,
    /// What came, in centimes, with tax.
    pub amount: i64,
    /// `eur`.
    pub currency: String,
    /// Where it stands.
    pub status: PaymentStatus,
    /// When it was paid, by Stripe's clock, UTC.
    pub paid_at: Timestamp,
    /// What went back, in centimes; at most `amount`.
    pub refunded: i64,
    /// The invoice that was issued for it, or that it paid.
    pub invoice_id: Option<InvoiceId>,
}

/// What became of an event that was handed over.
#[derive(Clone, Debug, PartialEq, Record, Output)]
pub struct EventReceipt {
    /// Stripe's key, `evt_…`.
    pub id: PaymentEventId,
    /// What came of it, the first time that it was delivered.
    pub outcome: PaymentOutcome,
    /// Why, where that needs saying.
    pub detail: Option<String>,
    /// The order that it is about, where one is known.
    pub commande_id: Option<CommandeId>,
    /// How often it was delivered, this time included.
    pub deliveries: i64,
}

/// An event of Stripe's, without its text.
#[derive(Clone, Debug, PartialEq, Record, Output)]
pub struct PaymentEvent {
    /// Stripe's key, `evt_…`.
    pub id: PaymentEventId,
    /// Stripe's word for what happened, `checkout.session.completed`, …
    pub r#type: String,
    /// The checkout session that it is about, `cs_…`.
    pub session_id: Option<String>,
    /// The payment that it is about, `pi_…`.
    pub payment_intent: Option<String>,
    /// The order that it is about, where one is known.
    pub commande_id: Option<CommandeId>,
    /// When it happened, by Stripe's clock, UTC.
    pub occurred_at: Timestamp,
    /// When it was first delivered, UTC.
    pub received_at: Timestamp,
    /// How often it was delivered.
    pub deliveries: i64,
    /// What came of it.
    pub outcome: PaymentOutcome,
    /// Why, where that needs saying.
    pub detail: Option<String>,
    /// When that was decided last, UTC.
    pub processed_at: Option<Timestamp>,
}

/// An event of Stripe's with its text.
#[derive(Clone, Debug, PartialEq, Record, Output)]
pub struct PaymentEventDetail {
    /// The event.
    #[record(nested)]
    pub event: PaymentEvent,
    /// The text as it came, byte for byte; empty once its retention is over.
    pub payload: String,
}

/// An event of which processing it now would say something else than is recorded.
#[derive(Clone, Debug, PartialEq, Output)]
pub struct ReplayLine {
    /// Stripe's key, `evt_…`.
    pub id: PaymentEventId,
    /// Stripe's word for what happened.
    pub r#type: String,
    /// The order that it is about, where one is known.
    pub commande_id: Option<CommandeId>,
    /// What came of it.
    pub recorded: PaymentOutcome,
    /// What would come of it now.
    pub would: PaymentOutcome,
    /// Why.
    pub detail: Option<String>,
}

/// What processing kept events anew would do differently.
#[derive(Clone, Debug, PartialEq, Output)]
pub struct ReplayReport {
    /// How many events were looked at.
    pub examined: u64,
    /// How many of them could not be judged: their texts were emptied when their retention was over.
    pub emptied: u64,
    /// Those that differ, the oldest first.
    pub differences: Vec<ReplayLine>,
    /// Where to go on; null at the end.
    pub next: Option<Cursor>,
}
