//! Figures about accounts.

use crate::base::{Args, Result};
use crate::db::{Access, Conn, Statement};
use crate::model::view::UsersByRole;

static BY_ROLE: Statement = Statement::fixed(
    "stats.users_by_role",
    "SELECT u.role, u.isActive, COUNT(*) FROM users u GROUP BY u.role, u.isActive ORDER BY u.role, u.isActive",
    &[Access::Scan { table: "u", reason: "counts every account; reads only the index on role and state" }],
);

/// How many accounts of each role may sign in, and how many may not.
pub async fn by_role(conn: &mut Conn) -> Result<Vec<UsersByRole>> {
    conn.all(&BY_ROLE, Args::new()).await
}

pub(super) fn statements() -> Vec<&'static Statement> {
    vec![&BY_ROLE]
}
