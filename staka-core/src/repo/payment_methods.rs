//! Payment cards stored at Stripe.

use std::sync::LazyLock;

use staka_macros::Record;

use super::table::{columns, verbs};
use crate::base::{Args, Result, Table};
use crate::db::{Access, Conn, Statement};
use crate::model::view::{Card, DefaultCardConflict};
use crate::model::{PaymentMethod, PaymentMethodId, UserId};

verbs!(PaymentMethod, PaymentMethodId, "payment_methods": lookup, add, update);

const OF_ITS_USER: &[Access] =
    &[Access::Index { table: "p", keys: &["staka_payment_methods_active", "payment_methods_userId_idx"] }];

static LIST_ACTIVE: Statement = Statement::fixed(
    "payment_methods.list_active",
    "SELECT p.id, p.stripePaymentMethodId, p.brand, p.last4, p.expMonth, p.expYear, p.isDefault FROM payment_methods p \
     WHERE p.userId = ? AND p.isActive = TRUE ORDER BY p.isDefault DESC, p.createdAt DESC, p.id DESC",
    OF_ITS_USER,
);

/// Returns a user's active cards: the default card first, then the newest.
pub async fn list_active(conn: &mut Conn, user: &UserId) -> Result<Vec<Card>> {
    conn.all(&LIST_ACTIVE, Args::new().with(user)).await
}

static LOCKED_OF_USER: LazyLock<Statement> = LazyLock::new(|| {
    Statement::fixed("payment_methods.locked_of_user", "", OF_ITS_USER).with_text(format!(
        "SELECT {} FROM payment_methods p WHERE p.userId = ? ORDER BY p.createdAt DESC, p.id DESC FOR UPDATE",
        columns("p", PaymentMethod::COLUMNS)
    ))
});

/// Locks and returns all cards of a user, deactivated ones too, newest first.
pub async fn locked_of_user(conn: &mut Conn, user: &UserId) -> Result<Vec<PaymentMethod>> {
    conn.all(&LOCKED_OF_USER, Args::new().with(user)).await
}

/// Users whose default card needs a repair: more than one default, none although there are active cards, or a
/// deactivated default.
macro_rules! conflicts {
    () => {
        "SELECT p.userId, CAST(SUM(p.isActive = TRUE) AS SIGNED), CAST(SUM(p.isActive = TRUE AND p.isDefault = TRUE) AS SIGNED), \
         CAST(SUM(p.isActive = FALSE AND p.isDefault = TRUE) AS SIGNED) FROM payment_methods p \
         GROUP BY p.userId \
         HAVING SUM(p.isActive = FALSE AND p.isDefault = TRUE) > 0 \
         OR SUM(p.isActive = TRUE AND p.isDefault = TRUE) <> (SUM(p.isActive = TRUE) > 0)"
    };
}

const EVERY_CARD: &[Access] =
    &[Access::Scan { table: "p", reason: "reads the cards of every user, on request of administrators only" }];

static CONFLICTS: Statement = Statement::fixed(
    "payment_methods.find_default_conflicts",
    concat!(conflicts!(), " ORDER BY p.userId LIMIT ?"),
    EVERY_CARD,
);

/// Returns the users whose default card needs a repair, in the order of their ids, at most `limit`.
pub async fn default_conflicts(conn: &mut Conn, limit: u32) -> Result<Vec<DefaultCardConflict>> {
    conn.all(&CONFLICTS, Args::new().with(limit)).await
}

static CONFLICT_COUNT: Statement = Statement::fixed(
    "payment_methods.find_default_conflicts/count",
    concat!("SELECT COUNT(*) FROM (", conflicts!(), ") q"),
    EVERY_CARD,
);

/// Counts the users whose default card needs a repair.
pub async fn default_conflict_count(conn: &mut Conn) -> Result<u64> {
    #[derive(Record)]
    struct Counted {
        users: i64,
    }
    let counted: Counted = conn.one(&CONFLICT_COUNT, Args::new()).await?;
    Ok(counted.users.unsigned_abs())
}

pub(super) fn statements() -> Vec<&'static Statement> {
    let mut all = verb_statements();
    all.extend([&LIST_ACTIVE, &*LOCKED_OF_USER, &CONFLICTS, &CONFLICT_COUNT]);
    all
}
