//! Payments as Staka's own tables store them.

use staka_macros::{Output, Record};

use super::id::{CommandeId, InvoiceId, TarifId, UserId};
use crate::base::{Timestamp, text_enum};

text_enum! {
    /// Status of a payment.
    pub enum PaymentStatus {
        /// Paid in full, nothing refunded.
        Paid = "paid",
        /// Refunded in part.
        PartiallyRefunded = "partially_refunded",
        /// Refunded in full.
        Refunded = "refunded",
    }
}

text_enum! {
    /// Outcome of processing a Stripe event. Only APPLIED changes orders, payments and invoices.
    pub enum PaymentOutcome {
        /// It was applied.
        Applied = "APPLIED",
        /// It repeats what another event reported; nothing was done.
        Duplicate = "DUPLICATE",
        /// It does not concern the platform; nothing was done.
        Ignored = "IGNORED",
        /// A later event had already overtaken it; nothing was done.
        Stale = "STALE",
        /// Its amount or currency is not what is due. Nothing was paid, and an administrator must decide.
        Mismatch = "MISMATCH",
        /// No order is known for it, and an administrator must decide.
        Unmatched = "UNMATCHED",
        /// Its order had been paid already by other means: the client paid twice, and an administrator must decide.
        Surplus = "SURPLUS",
        /// A refund whose payment is not known yet; it is applied together with the payment.
        Deferred = "DEFERRED",
    }
}

impl PaymentOutcome {
    /// Returns whether the outcome is final and needs no decision.
    pub fn is_settled(&self) -> bool {
        matches!(self, Self::Applied | Self::Duplicate | Self::Ignored | Self::Stale)
    }
}

/// A checkout session, with the amount due when it was opened.
#[derive(Clone, Debug, PartialEq, Record, Output)]
pub struct Checkout {
    /// Stripe's id of the session, `cs_…`.
    pub session_id: String,
    /// Id of the order it pays.
    pub commande_id: CommandeId,
    /// Id of the order's client.
    pub user_id: UserId,
    /// Id of the tarif by which the order is sold; null if none was given.
    pub tarif_id: Option<TarifId>,
    /// Amount due when it was opened, in centimes, tax included.
    pub amount: i64,
    /// Currency of the amount: always `eur`.
    pub currency: String,
    /// Time when it was opened, UTC.
    pub created_at: Timestamp,
}

/// A payment: a checkout session that was paid.
#[derive(Clone, Debug, PartialEq, Record, Output)]
pub struct Payment {
    /// Stripe's id of the session, `cs_…`.
    pub session_id: String,
    /// Id of the paid order.
    pub commande_id: CommandeId,
    /// Id of the order's client.
    pub user_id: UserId,
    /// Id of the tarif by which the order is sold; null if none was given.
    pub tarif_id: Option<TarifId>,
    /// Stripe's id of the payment itself, `pi_…`.
    pub payment_intent: Option<String>,
    /// Amount received, in centimes, tax included.
    pub amount: i64,
    /// Currency of the amount: always `eur`.
    pub currency: String,
    /// Status of the payment.
    pub status: PaymentStatus,
    /// Time of the payment by Stripe's clock, UTC.
    pub paid_at: Timestamp,
    /// Amount refunded, in centimes; at most `amount`.
    pub refunded: i64,
    /// Id of the invoice that was issued for it, or that it paid.
    pub invoice_id: Option<InvoiceId>,
    /// Time when the row was last written, UTC.
    pub updated_at: Timestamp,
}
