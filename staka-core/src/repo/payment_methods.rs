//! Cards kept at Stripe.

use std::sync::LazyLock;

use staka_macros::Record;

use super::table::{columns, verbs};
use crate::base::{Args, Result, Table};
use crate::db::{Access, Conn, Statement};
use crate::model::view::{Card, CardFault};
use crate::model::{PaymentMethod, PaymentMethodFilter, PaymentMethodId, UserId};

verbs!(PaymentMethod, PaymentMethodId, PaymentMethodFilter, "payment_methods");

const OF_ITS_USER: &[Access] =
    &[Access::Index { table: "p", keys: &["staka_payment_methods_active", "payment_methods_userId_idx"] }];

static LIST_ACTIVE: Statement = Statement::fixed(
    "payment_methods.list_active",
    "SELECT p.id, p.stripePaymentMethodId, p.brand, p.last4, p.expMonth, p.expYear, p.isDefault FROM payment_methods p \
     WHERE p.userId = ? AND p.isActive = TRUE ORDER BY p.isDefault DESC, p.createdAt DESC, p.id DESC",
    OF_ITS_USER,
);

/// A user's cards that may be charged: the default one first, then the newest.
pub async fn list_active(conn: &mut Conn, user: &UserId) -> Result<Vec<Card>> {
    conn.all(&LIST_ACTIVE, Args::new().with(user)).await
}

static LOCKED_OF_USER: LazyLock<Statement> = LazyLock::new(|| {
    Statement::fixed("payment_methods.locked_of_user", "", OF_ITS_USER).with_text(format!(
        "SELECT {} FROM payment_methods p WHERE p.userId = ? ORDER BY p.createdAt DESC, p.id DESC FOR UPDATE",
        columns("p", PaymentMethod::COLUMNS)
    ))
});

/// All cards of a user as they are now, removed ones too, the newest first; nobody changes them until the transaction
/// ends.
pub async fn locked_of_user(conn: &mut Conn, user: &UserId) -> Result<Vec<PaymentMethod>> {
    conn.all(&LOCKED_OF_USER, Args::new().with(user)).await
}

/// Users of whom something is wrong: more than one default, none though there are cards, a default that was removed.
macro_rules! faulty {
    () => {
        "SELECT p.userId, CAST(SUM(p.isActive = TRUE) AS SIGNED), CAST(SUM(p.isActive = TRUE AND p.isDefault = TRUE) AS SIGNED), \
         CAST(SUM(p.isActive = FALSE AND p.isDefault = TRUE) AS SIGNED) FROM payment_methods p \
         GROUP BY p.userId \
         HAVING SUM(p.isActive = FALSE AND p.isDefault = TRUE) > 0 \
         OR SUM(p.isActive = TRUE AND p.isDefault = TRUE) <> (SUM(p.isActive = TRUE) > 0)"
    };
}

const EVERY_CARD: &[Access] =
    &[Access::Scan { table: "p", reason: "cards of every user are looked at, on request and by administrators alone" }];

static FAULTS: Statement =
    Statement::fixed("payment_methods.report", concat!(faulty!(), " ORDER BY p.userId LIMIT ?"), EVERY_CARD);

/// The users whose cards have no default or more than one, by their ids; `limit` at the most.
pub async fn faults(conn: &mut Conn, limit: u32) -> Result<Vec<CardFault>> {
    conn.all(&FAULTS, Args::new().with(limit)).await
}

static FAULT_COUNT: Statement =
    Statement::fixed("payment_methods.report/count", concat!("SELECT COUNT(*) FROM (", faulty!(), ") q"), EVERY_CARD);

/// How many users they are.
pub async fn fault_count(conn: &mut Conn) -> Result<u64> {
    #[derive(Record)]
    struct Counted {
        users: i64,
    }
    let counted: Counted = conn.one(&FAULT_COUNT, Args::new()).await?;
    Ok(counted.users.unsigned_abs())
}

pub(super) fn statements() -> Vec<&'static Statement> {
    let mut all = verb_statements();
    all.extend([&LIST_ACTIVE, &*LOCKED_OF_USER, &FAULTS, &FAULT_COUNT]);
    all
}
