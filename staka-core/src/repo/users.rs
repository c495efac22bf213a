//! Accounts.

use staka_macros::Record;

use super::table::verbs;
use crate::base::{Args, Result};
use crate::db::{Access, Conn, Statement};
use crate::model::{Role, User, UserFilter, UserId};

verbs!(User, UserId, UserFilter, "users");

static STANDING: Statement = Statement::fixed(
    "users.standing",
    "SELECT u.role, u.isActive FROM users u WHERE u.id = ?",
    &[Access::Index { table: "u", keys: &["PRIMARY"] }],
);

/// What an account may do at present.
#[derive(Clone, Debug, PartialEq, Eq, Record)]
pub struct Standing {
    /// Its role.
    pub role: Role,
    /// Whether it may sign in.
    pub is_active: bool,
}

/// What an account may do at present; none when it is gone.
pub async fn standing(conn: &mut Conn, id: &UserId) -> Result<Option<Standing>> {
    conn.optional(&STANDING, Args::new().with(id)).await
}

pub(super) fn statements() -> Vec<&'static Statement> {
    let mut all = verb_statements();
    all.push(&STANDING);
    all
}
