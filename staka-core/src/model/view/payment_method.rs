//! Cards as their owner sees them.

use staka_macros::{Output, Record};

use crate::model::PaymentMethodId;

/// A card that may be charged.
#[derive(Clone, Debug, PartialEq, Record, Output)]
pub struct Card {
    /// The key.
    pub id: PaymentMethodId,
    /// Stripe's key, `pm_…`.
    pub stripe_payment_method_id: String,
    /// `visa`, `mastercard`, …
    pub brand: String,
    /// The last four digits.
    pub last4: String,
    /// Month of expiry, 1 to 12.
    pub exp_month: i64,
    /// Year of expiry, four digits.
    pub exp_year: i64,
    /// Whether it is charged unless another is chosen.
    pub is_default: bool,
}
