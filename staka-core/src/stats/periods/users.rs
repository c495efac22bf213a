//! Accounts that were made.

use super::{Parts, SlotOfTwo};
use crate::base::Result;
use crate::db::{Access, Conn, Statement};

static MADE: Statement = Statement::fixed(
    "stats.series/accounts",
    "SELECT TO_SECONDS(u.createdAt) DIV ? AS slot, COUNT(*), COUNT(CASE WHEN u.role = 'USER' THEN 1 END) \
     FROM users u FORCE INDEX (staka_users_period) WHERE u.createdAt >= ? AND u.createdAt < ? GROUP BY slot",
    &[Access::Index { table: "u", keys: &["staka_users_period"] }],
);

/// How many accounts were made in each slot, and how many of them are clients.
pub(super) async fn made(conn: &mut Conn, parts: &Parts) -> Result<Vec<SlotOfTwo>> {
    conn.all(&MADE, parts.args()).await
}

pub(super) fn statements() -> Vec<&'static Statement> {
    vec![&MADE]
}
