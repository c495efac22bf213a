//! Checkout sessions opened for orders: a table owned by Staka.

use std::sync::LazyLock;

use super::table::{columns, insert, insert_statement};
use crate::base::{Args, Result, Table};
use crate::db::{Access, Conn, Statement};
use crate::model::Checkout;

const BY_KEY: &[Access] = &[Access::Index { table: "s", keys: &["PRIMARY"] }];

fn by_key(name: &'static str, lock: &str) -> Statement {
    let columns = columns("s", Checkout::COLUMNS);
    let text = format!("SELECT {columns} FROM staka_checkouts s WHERE s.sessionId = ?{lock}");
    Statement::fixed(name, "", BY_KEY).with_text(text)
}

static LOOKUP: LazyLock<Statement> = LazyLock::new(|| by_key("checkouts.lookup", ""));

/// Returns the checkout of a session.
pub async fn lookup(conn: &mut Conn, session: &str) -> Result<Option<Checkout>> {
    conn.optional(&LOOKUP, Args::new().with(session)).await
}

static AWAITED: LazyLock<Statement> = LazyLock::new(|| by_key("checkouts.awaited", " LOCK IN SHARE MODE"));

/// Returns the checkout of a session, waiting for one that is being inserted.
pub async fn awaited(conn: &mut Conn, session: &str) -> Result<Option<Checkout>> {
    conn.optional(&AWAITED, Args::new().with(session)).await
}

static ADD: LazyLock<Statement> = LazyLock::new(|| insert_statement::<Checkout>("checkouts.add"));

/// Inserts a checkout. Fails with `Conflict` if the session has one.
pub async fn add(conn: &mut Conn, checkout: &Checkout) -> Result<()> {
    insert(conn, &ADD, checkout).await.map(drop)
}

pub(super) fn statements() -> Vec<&'static Statement> {
    vec![&*LOOKUP, &*AWAITED, &*ADD]
}
