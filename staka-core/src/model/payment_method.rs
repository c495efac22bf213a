//! Cards kept at Stripe.

use staka_macros::table;

use super::id::{PaymentMethodId, UserId};
use crate::base::Timestamp;

/// A card, as far as it is shown; the card itself is at Stripe.
#[table("payment_methods")]
pub struct PaymentMethod {
    /// The key, a UUID as text.
    #[column(id, purpose = Key, keep = Account, erase = Keep, see = Internal, export, chars = 191, filter)]
    pub id: PaymentMethodId,
    /// Whose card it is.
    #[column(purpose = Key, keep = Account, erase = Keep, see = Internal, export, chars = 191, fixed, filter)]
    pub user_id: UserId,
    /// Stripe’s key, `pm_…`, unique.
    #[column(purpose = Payment, keep = Account, erase = Row, see = Internal, private, chars = 255, filter)]
    pub stripe_payment_method_id: String,
    /// `visa`, `mastercard`, …
    #[column(purpose = Payment, keep = Account, erase = Row, see = Personal, export, chars = 50)]
    pub brand: String,
    /// The last four digits.
    #[column(purpose = Payment, keep = Account, erase = Row, see = Personal, export, chars = 4)]
    pub last4: String,
    /// Month of expiry, 1 to 12.
    #[column(purpose = Payment, keep = Account, erase = Row, see = Personal, export)]
    pub exp_month: i64,
    /// Year of expiry, four digits.
    #[column(purpose = Payment, keep = Account, erase = Row, see = Personal, export)]
    pub exp_year: i64,
    /// Whether it is charged unless another is chosen.
    #[column(purpose = Payment, keep = Account, erase = Row, see = Internal, export, default = false, filter)]
    pub is_default: bool,
    /// Whether it may be charged.
    #[column(purpose = Payment, keep = Account, erase = Row, see = Internal, export, default = true, filter)]
    pub is_active: bool,
    /// Stripe’s fingerprint of the number.
    #[column(purpose = Payment, keep = Account, erase = Row, see = Internal, private, chars = 255)]
    pub fingerprint: Option<String>,
    /// When the row was made, UTC.
    #[column(created, purpose = Record, keep = Account, erase = Keep, see = Internal, export, range)]
    pub created_at: Timestamp,
    /// When the row was last written, UTC; never twice the same, so it serves as the version.
    #[column(updated, purpose = Record, keep = Account, erase = Keep, see = Internal, export)]
    pub updated_at: Timestamp,
}
