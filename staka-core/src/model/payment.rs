//! What Stripe says of payments, as our tables keep it.

use staka_macros::{Output, Record};

use super::id::{CommandeId, InvoiceId, TarifId, UserId};
use crate::base::{Timestamp, text_enum};

text_enum! {
    /// Where a payment stands.
    pub enum PaymentStatus {
        /// The money is here.
        Paid = "paid",
        /// Part of it went back.
        PartiallyRefunded = "partially_refunded",
        /// All of it went back.
        Refunded = "refunded",
    }
}

text_enum! {
    /// What came of an event of Stripe's.
    pub enum PaymentOutcome {
        /// It did what it says.
        Applied = "APPLIED",
        /// What it says was known by another event: nothing more was done.
        Duplicate = "DUPLICATE",
        /// It is none of our business.
        Ignored = "IGNORED",
        /// It came after what overtook it: nothing was done.
        Stale = "STALE",
        /// Its amount or currency is not what is due: nothing was paid, somebody must decide.
        Mismatch = "MISMATCH",
        /// No order is known for it: somebody must decide.
        Unmatched = "UNMATCHED",
        /// Its order was paid already, by other means: the client paid twice, and somebody must decide.
        Surplus = "SURPLUS",
        /// A refund whose payment has not come yet: it is applied with that one.
        Deferred = "DEFERRED",
    }
}

impl PaymentOutcome {
    /// Whether nothing is left to be decided.
    pub fn is_settled(&self) -> bool {
        matches!(self, Self::Applied | Self::Duplicate | Self::Ignored | Self::Stale)
    }
}

/// A checkout session, and what had to be paid when it was opened.
#[derive(Clone, Debug, PartialEq, Record, Output)]
pub struct Checkout {
    /// Stripe's key, `cs_…`.
    pub session_id: String,
    /// What it pays.
    pub commande_id: CommandeId,
    /// Whose order it is.
    pub user_id: UserId,
    /// Which price it was sold by.
    pub tarif_id: Option<TarifId>,
    /// What had to be paid, in centimes, with tax.
    pub amount: i64,
    /// `eur`.
    pub currency: String,
    /// When it was opened, UTC.
    pub created_at: Timestamp,
}

/// A payment: a checkout session whose money came.
#[derive(Clone, Debug, PartialEq, Record, Output)]
pub struct Payment {
    /// Stripe's key of the session, `cs_…`.
    pub session_id: String,
    /// What was paid.
    pub commande_id: CommandeId,
    /// Whose order it is.
    pub user_id: UserId,
    /// Which price it was sold by.
    pub tarif_id: Option<TarifId>,
    /// Stripe's key of the payment itself, `pi_…`.
    pub payment_intent: Option<String>,
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
    /// When the row was last written, UTC.
    pub updated_at: Timestamp,
}
