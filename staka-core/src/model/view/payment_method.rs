//! Cards as operations return them.

use staka_macros::{Output, Record};

use crate::model::{PaymentMethodId, UserId};

/// An active card, with Stripe's id.
#[derive(Clone, Debug, PartialEq, Record, Output)]
#[non_exhaustive]
pub struct Card {
    /// The card's id.
    pub id: PaymentMethodId,
    /// Stripe's id of the card, `pm_…`.
    pub stripe_payment_method_id: String,
    /// Brand of the card, e.g. `visa` or `mastercard`.
    pub brand: String,
    /// The last four digits of the card number.
    pub last4: String,
    /// Month of expiry.
    #[output(bounds = Bounds::between(1, 12))]
    pub exp_month: i64,
    /// Year of expiry, four digits.
    #[output(bounds = Bounds::between(i32::MIN as i64, i32::MAX as i64))]
    pub exp_year: i64,
    /// Whether this is the user's default card.
    pub is_default: bool,
}

/// A card, without Stripe's id.
#[derive(Clone, Debug, PartialEq, Record, Output)]
#[non_exhaustive]
pub struct CardView {
    /// The card's id.
    pub id: PaymentMethodId,
    /// Brand of the card, e.g. `visa` or `mastercard`.
    pub brand: String,
    /// The last four digits of the card number.
    pub last4: String,
    /// Month of expiry.
    #[output(bounds = Bounds::between(1, 12))]
    pub exp_month: i64,
    /// Year of expiry, four digits.
    #[output(bounds = Bounds::between(i32::MIN as i64, i32::MAX as i64))]
    pub exp_year: i64,
    /// Whether this is the user's default card.
    pub is_default: bool,
}

/// A deactivated card and its successor.
#[derive(Clone, Debug, PartialEq, Output)]
#[non_exhaustive]
pub struct DeactivatedCard {
    /// Id of the deactivated card.
    pub id: PaymentMethodId,
    /// Stripe's id of the card, `pm_…`; the caller must detach it at Stripe afterwards.
    pub stripe_payment_method_id: String,
    /// The card that became the default; null if none did.
    pub successor: Option<CardView>,
}

/// A user whose cards have no default or several, or a deactivated default.
#[derive(Clone, Debug, PartialEq, Record, Output)]
#[non_exhaustive]
pub struct DefaultCardConflict {
    /// The user's id.
    pub user_id: UserId,
    /// Number of active cards.
    #[output(bounds = Bounds::at_least(0))]
    pub active: i64,
    /// Number of active cards marked as default; correct is 1, or 0 without active cards.
    #[output(bounds = Bounds::at_least(0))]
    pub defaults: i64,
    /// Number of deactivated cards still marked as default.
    #[output(bounds = Bounds::at_least(0))]
    pub inactive_defaults: i64,
}

/// The users whose default cards need a repair.
#[derive(Clone, Debug, PartialEq, Output)]
#[non_exhaustive]
pub struct DefaultCardConflicts {
    /// Number of such users in total.
    pub users: u64,
    /// The first of these users, in the order of their ids.
    pub conflicts: Vec<DefaultCardConflict>,
}

/// The repair of one user's cards.
#[derive(Clone, Debug, PartialEq, Output)]
#[non_exhaustive]
pub struct RepairedDefaultCard {
    /// The user's id.
    pub user_id: UserId,
    /// Id of the only default card now; null if the user has no active card.
    pub default_id: Option<PaymentMethodId>,
    /// Ids of the cards that are no longer the default.
    pub cleared: Vec<PaymentMethodId>,
}

/// The result of repairing default cards.
#[derive(Clone, Debug, PartialEq, Output)]
#[non_exhaustive]
pub struct DefaultCardRepair {
    /// One item for each repaired user.
    pub repaired: Vec<RepairedDefaultCard>,
    /// Number of users that still need a repair.
    pub remaining: u64,
}
