//! Checkout sessions opened for orders: a table owned by Staka.

use crate::base::{Args, Result};
use crate::db::{Access, Conn, Statement};
use crate::model::Checkout;

/// The columns in the order of the model.
macro_rules! checkout {
    () => {
        "s.sessionId, s.commandeId, s.userId, s.tarifId, s.amount, s.currency, s.createdAt"
    };
}

static LOOKUP: Statement = Statement::fixed(
    "checkouts.lookup",
    concat!("SELECT ", checkout!(), " FROM staka_checkouts s WHERE s.sessionId = ?"),
    &[Access::Index { table: "s", keys: &["PRIMARY"] }],
);

/// Returns the checkout of a session.
pub async fn lookup(conn: &mut Conn, session: &str) -> Result<Option<Checkout>> {
    conn.optional(&LOOKUP, Args::new().with(session)).await
}

static AWAITED: Statement = Statement::fixed(
    "checkouts.awaited",
    concat!("SELECT ", checkout!(), " FROM staka_checkouts s WHERE s.sessionId = ? LOCK IN SHARE MODE"),
    &[Access::Index { table: "s", keys: &["PRIMARY"] }],
);

/// Returns the checkout of a session, waiting for one that is being inserted.
pub async fn awaited(conn: &mut Conn, session: &str) -> Result<Option<Checkout>> {
    conn.optional(&AWAITED, Args::new().with(session)).await
}

static ADD: Statement = Statement::fixed(
    "checkouts.add",
    "INSERT INTO staka_checkouts (`sessionId`, `commandeId`, `userId`, `tarifId`, `amount`, `currency`, `createdAt`) \
     VALUES (?, ?, ?, ?, ?, ?, ?)",
    &[],
);

/// Inserts a checkout. Fails with `Conflict` if the session has one.
pub async fn add(conn: &mut Conn, checkout: &Checkout) -> Result<()> {
    let args = Args::new()
        .with(&checkout.session_id)
        .with(&checkout.commande_id)
        .with(&checkout.user_id)
        .with(&checkout.tarif_id)
        .with(checkout.amount)
        .with(&checkout.currency)
        .with(checkout.created_at);
    conn.execute(&ADD, args).await.map(drop)
}

pub(super) fn statements() -> Vec<&'static Statement> {
    vec![&LOOKUP, &AWAITED, &ADD]
}
