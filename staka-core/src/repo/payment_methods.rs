//! Cards kept at Stripe.

use super::table::verbs;
use crate::base::{Args, Result};
use crate::db::{Access, Conn, Statement};
use crate::model::view::Card;
use crate::model::{PaymentMethod, PaymentMethodFilter, PaymentMethodId, UserId};

verbs!(PaymentMethod, PaymentMethodId, PaymentMethodFilter, "payment_methods");

static LIST_ACTIVE: Statement = Statement::fixed(
    "payment_methods.list_active",
    "SELECT p.id, p.stripePaymentMethodId, p.brand, p.last4, p.expMonth, p.expYear, p.isDefault FROM payment_methods p \
     WHERE p.userId = ? AND p.isActive = TRUE ORDER BY p.isDefault DESC, p.createdAt DESC, p.id DESC",
    &[Access::Index { table: "p", keys: &["staka_payment_methods_active", "payment_methods_userId_idx"] }],
);

/// A user's cards that may be charged: the default one first, then the newest.
pub async fn list_active(conn: &mut Conn, user: &UserId) -> Result<Vec<Card>> {
    conn.all(&LIST_ACTIVE, Args::new().with(user)).await
}

pub(super) fn statements() -> Vec<&'static Statement> {
    let mut all = verb_statements();
    all.push(&LIST_ACTIVE);
    all
}
