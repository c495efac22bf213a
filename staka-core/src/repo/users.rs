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

static OLDEST_ADMIN: Statement = Statement::fixed(
    "users.oldest_admin",
    "SELECT u.id FROM users u FORCE INDEX (staka_users_role) WHERE u.role = 'ADMIN' AND u.isActive = TRUE ORDER BY u.createdAt, u.id LIMIT 1",
    &[Access::Index { table: "u", keys: &["staka_users_role"] }],
);

#[derive(Record)]
struct Key {
    id: UserId,
}

/// The administrator who may sign in and was there first: to whom messages go that name nobody.
pub async fn oldest_admin(conn: &mut Conn) -> Result<Option<UserId>> {
    Ok(conn.optional::<Key>(&OLDEST_ADMIN, Args::new()).await?.map(|row| row.id))
}

pub(super) fn statements() -> Vec<&'static Statement> {
    let mut all = verb_statements();
    all.extend([&STANDING, &OLDEST_ADMIN]);
    all
}
