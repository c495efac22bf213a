//! Payment cards stored at Stripe.

use staka_macros::table;

use super::id::{PaymentMethodId, UserId};
use crate::base::Timestamp;

/// What is stored of a card; the card itself is stored at Stripe.
#[table("payment_methods")]
pub struct PaymentMethod {
    /// The key, a UUID as text.
    #[column(id, purpose = Key, keep = Account, erase = Keep, see = Internal, export, chars = 191)]
    pub id: PaymentMethodId,
    /// Id of the user who owns the card.
    #[column(purpose = Key, keep = Account, erase = Keep, see = Internal, export, chars = 191, fixed)]
    pub user_id: UserId,
    /// Stripe's id of the card, `pm_…`; unique.
    #[column(purpose = Payment, keep = Account, erase = Row, see = Internal, private, chars = 255)]
    pub stripe_payment_method_id: String,
    /// Brand of the card, e.g. `visa` or `mastercard`.
    #[column(purpose = Payment, keep = Account, erase = Row, see = Personal, export, chars = 50)]
    pub brand: String,
    /// The last four digits of the card number.
    #[column(purpose = Payment, keep = Account, erase = Row, see = Personal, export, chars = 4)]
    pub last4: String,
    /// Month of expiry.
    #[column(purpose = Payment, keep = Account, erase = Row, see = Personal, export, bounds = Bounds::between(1, 12))]
    pub exp_month: i64,
    /// Year of expiry, four digits.
    #[column(purpose = Payment, keep = Account, erase = Row, see = Personal, export)]
    pub exp_year: i64,
    /// Whether this is the user's default card.
    #[column(purpose = Payment, keep = Account, erase = Row, see = Internal, export, default = false)]
    pub is_default: bool,
    /// Whether the card is active and can be charged.
    #[column(purpose = Payment, keep = Account, erase = Row, see = Internal, export, default = true)]
    pub is_active: bool,
    /// Stripe's fingerprint of the card number.
    #[column(purpose = Payment, keep = Account, erase = Row, see = Internal, private, chars = 255)]
    pub fingerprint: Option<String>,
    /// Time when the row was created, UTC.
    #[column(created, purpose = Record, keep = Account, erase = Keep, see = Internal, export)]
    pub created_at: Timestamp,
    /// Time when the row was last written, UTC; it never repeats, so it serves as the row's version.
    #[column(updated, purpose = Record, keep = Account, erase = Keep, see = Internal, export)]
    pub updated_at: Timestamp,
}
