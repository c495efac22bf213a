//! Figures about messages.

use crate::base::{Args, Result, Timestamp};
use crate::db::{Access, Conn, Statement};
use crate::model::view::MessagesByTypeAndStatut;

static BY_TYPE_AND_STATUT: Statement = Statement::fixed(
    "stats.messages_by_type_and_statut",
    "SELECT m.type, m.statut, COUNT(*) FROM messages m WHERE m.createdAt >= ? GROUP BY m.type, m.statut ORDER BY m.type, m.statut",
    &[Access::Index { table: "m", keys: &["staka_messages_period"] }],
);

/// How many messages written since then are of which type and statut, in the order of declaration.
pub async fn by_type_and_statut(conn: &mut Conn, since: Timestamp) -> Result<Vec<MessagesByTypeAndStatut>> {
    conn.all(&BY_TYPE_AND_STATUT, Args::new().with(since)).await
}

pub(super) fn statements() -> Vec<&'static Statement> {
    vec![&BY_TYPE_AND_STATUT]
}
