//! Cards as their owner sees them.

use staka_macros::{Output, Record};

use crate::model::{PaymentMethodId, UserId};

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

/// A card as it is shown, without what Stripe calls it.
#[derive(Clone, Debug, PartialEq, Record, Output)]
pub struct CardShown {
    /// The key.
    pub id: PaymentMethodId,
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

/// What removing a card did.
#[derive(Clone, Debug, PartialEq, Output)]
pub struct RemovedCard {
    /// The key of the card that was removed.
    pub id: PaymentMethodId,
    /// Stripe's key, `pm_…`: the caller detaches it there once this is kept.
    pub stripe_payment_method_id: String,
    /// The card that is charged from now on, if another one became the default.
    pub successor: Option<CardShown>,
}

/// A user whose cards have no default or several, or a default that was removed.
#[derive(Clone, Debug, PartialEq, Record, Output)]
pub struct CardFault {
    /// Whose.
    pub user_id: UserId,
    /// Cards that may be charged.
    pub active: i64,
    /// How many of these are the default; 1 would be right, or 0 without any card.
    pub defaults: i64,
    /// Removed cards that are still called the default.
    pub removed_defaults: i64,
}

/// The users whose cards are not as they should be.
#[derive(Clone, Debug, PartialEq, Output)]
pub struct CardReport {
    /// How many there are in all.
    pub users: u64,
    /// The first of them, by their ids.
    pub faults: Vec<CardFault>,
}

/// What was mended of a user's cards.
#[derive(Clone, Debug, PartialEq, Output)]
pub struct MendedCards {
    /// Whose.
    pub user_id: UserId,
    /// The one card that is the default now; none where there is no card that may be charged.
    pub default_id: Option<PaymentMethodId>,
    /// Cards that are no longer the default.
    pub cleared: Vec<PaymentMethodId>,
}

/// What was mended, and what is left.
#[derive(Clone, Debug, PartialEq, Output)]
pub struct CardsMended {
    /// User by user.
    pub mended: Vec<MendedCards>,
    /// Users whose cards are still to be mended.
    pub left: u64,
}
