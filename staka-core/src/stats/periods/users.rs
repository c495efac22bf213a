//! Accounts created.

use super::{Parts, SlotOfTwo};
use crate::base::Result;
use crate::db::{Access, Conn, Statement};

static CREATED: Statement = Statement::fixed(
    "stats.time_series/accounts",
    "SELECT TO_SECONDS(u.createdAt) DIV ? AS slot, COUNT(*), COUNT(CASE WHEN u.role = 'USER' THEN 1 END) \
     FROM users u FORCE INDEX (staka_users_period) WHERE u.createdAt >= ? AND u.createdAt < ? GROUP BY slot",
    &[Access::Index { table: "u", keys: &["staka_users_period"] }],
);

/// Counts the accounts created in each slot, and the clients among them.
pub(super) async fn created(conn: &mut Conn, parts: &Parts) -> Result<Vec<SlotOfTwo>> {
    conn.all(&CREATED, parts.args()).await
}

pub(super) fn statements() -> Vec<&'static Statement> {
    vec![&CREATED]
}
