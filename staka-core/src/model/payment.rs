//! Payments as Staka's own tables store them.

use staka_macros::{Output, Record, table};

use super::id::{CommandeId, InvoiceId, PaymentEventId, TarifId, UserId};
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
#[table("staka_checkouts", owned, user = "userId")]
#[derive(Clone, Debug, PartialEq, Record, Output)]
pub struct Checkout {
    /// Stripe's id of the session, `cs_…`.
    #[column(purpose = Payment, keep = Accounting, erase = Keep, see = Internal, private, chars = 255)]
    pub session_id: String,
    /// Id of the order it pays.
    #[column(purpose = Key, keep = Accounting, erase = Keep, see = Internal, export, chars = 191)]
    pub commande_id: CommandeId,
    /// Id of the order's client.
    #[column(purpose = Key, keep = Accounting, erase = Keep, see = Internal, export, chars = 191)]
    pub user_id: UserId,
    /// Id of the tarif by which the order is sold; null if none was given.
    #[column(purpose = Payment, keep = Accounting, erase = Keep, see = Internal, export, chars = 191)]
    pub tarif_id: Option<TarifId>,
    /// Amount due when it was opened, in centimes, tax included.
    #[column(purpose = Payment, keep = Accounting, erase = Keep, see = Internal, export)]
    pub amount: i64,
    /// Currency of the amount: always `eur`.
    #[column(purpose = Payment, keep = Accounting, erase = Keep, see = Internal, export, chars = 3)]
    pub currency: String,
    /// Time when it was opened, UTC.
    #[column(purpose = Record, keep = Accounting, erase = Keep, see = Internal, export)]
    pub created_at: Timestamp,
}

/// A payment: a checkout session that was paid.
#[table("staka_payments", owned, user = "userId")]
#[derive(Clone, Debug, PartialEq, Record, Output)]
pub struct Payment {
    /// Stripe's id of the session, `cs_…`.
    #[column(purpose = Payment, keep = Accounting, erase = Keep, see = Internal, private, chars = 255)]
    pub session_id: String,
    /// Id of the paid order.
    #[column(purpose = Key, keep = Accounting, erase = Keep, see = Internal, export, chars = 191)]
    pub commande_id: CommandeId,
    /// Id of the order's client.
    #[column(purpose = Key, keep = Accounting, erase = Keep, see = Internal, export, chars = 191)]
    pub user_id: UserId,
    /// Id of the tarif by which the order is sold; null if none was given.
    #[column(purpose = Payment, keep = Accounting, erase = Keep, see = Internal, export, chars = 191)]
    pub tarif_id: Option<TarifId>,
    /// Stripe's id of the payment itself, `pi_…`.
    #[column(purpose = Payment, keep = Accounting, erase = Keep, see = Internal, private, chars = 255)]
    pub payment_intent: Option<String>,
    /// Amount received, in centimes, tax included.
    #[column(purpose = Payment, keep = Accounting, erase = Keep, see = Internal, export)]
    pub amount: i64,
    /// Currency of the amount: always `eur`.
    #[column(purpose = Payment, keep = Accounting, erase = Keep, see = Internal, export, chars = 3)]
    pub currency: String,
    /// Status of the payment.
    #[column(purpose = Payment, keep = Accounting, erase = Keep, see = Internal, export, chars = 32)]
    pub status: PaymentStatus,
    /// Time of the payment by Stripe's clock, UTC.
    #[column(purpose = Payment, keep = Accounting, erase = Keep, see = Internal, export)]
    pub paid_at: Timestamp,
    /// Amount refunded, in centimes; at most `amount`.
    #[column(purpose = Payment, keep = Accounting, erase = Keep, see = Internal, export)]
    pub refunded: i64,
    /// Id of the invoice that was issued for it, or that it paid.
    #[column(purpose = Key, keep = Accounting, erase = Keep, see = Internal, export, chars = 191)]
    pub invoice_id: Option<InvoiceId>,
    /// Time when the row was last written, UTC.
    #[column(purpose = Record, keep = Accounting, erase = Keep, see = Internal, export)]
    pub updated_at: Timestamp,
}

/// A Stripe event as it was received, with its outcome.
#[table("staka_payment_events", owned, user = "userId")]
#[derive(Clone, Debug, PartialEq, Record)]
pub struct PaymentEventRow {
    /// Stripe's id of the event, `evt_…`.
    #[column(purpose = Key, keep = Accounting, erase = Keep, see = Internal, private, chars = 255)]
    pub id: PaymentEventId,
    /// Stripe's type of the event, e.g. `charge.refunded`.
    #[column(purpose = Payment, keep = Accounting, erase = Keep, see = Internal, private, chars = 100)]
    pub r#type: String,
    /// Stripe's id of the checkout session that it is about, `cs_…`.
    #[column(purpose = Payment, keep = Accounting, erase = Keep, see = Internal, private, chars = 255)]
    pub session_id: Option<String>,
    /// Stripe's id of the payment that it is about, `pi_…`.
    #[column(purpose = Payment, keep = Accounting, erase = Keep, see = Internal, private, chars = 255)]
    pub payment_intent: Option<String>,
    /// Id of the order that it is about; none if none is known.
    #[column(purpose = Key, keep = Accounting, erase = Keep, see = Internal, private, chars = 191)]
    pub commande_id: Option<CommandeId>,
    /// Id of the order's client.
    #[column(purpose = Key, keep = Accounting, erase = Keep, see = Internal, private, chars = 191)]
    pub user_id: Option<UserId>,
    /// Text of the event, byte for byte; empty once its retention is over.
    #[column(purpose = Payment, keep = Days(396), erase = Replace(""), see = Personal, private, bytes = 4_294_967_295)]
    pub payload: String,
    /// Time of the event by Stripe's clock, UTC.
    #[column(purpose = Record, keep = Accounting, erase = Keep, see = Internal, private)]
    pub occurred_at: Timestamp,
    /// Time of the first delivery, UTC.
    #[column(purpose = Record, keep = Accounting, erase = Keep, see = Internal, private)]
    pub received_at: Timestamp,
    /// How often the event was delivered.
    #[column(purpose = Record, keep = Accounting, erase = Keep, see = Internal, private)]
    pub deliveries: i64,
    /// Outcome of processing the event.
    #[column(purpose = Payment, keep = Accounting, erase = Keep, see = Internal, private, chars = 32)]
    pub outcome: PaymentOutcome,
    /// Reason for the outcome; none if it needs none.
    #[column(purpose = Payment, keep = Accounting, erase = Keep, see = Internal, private, chars = 500)]
    pub detail: Option<String>,
    /// Time when it was last processed, UTC.
    #[column(purpose = Record, keep = Accounting, erase = Keep, see = Internal, private)]
    pub processed_at: Option<Timestamp>,
}
