//! Who stands behind a token, and whether they still may.

use super::actor::{Actor, Ctx};
use crate::base::{Error, ErrorKind, Result};
use crate::db::Conn;
use crate::model::{Role, User, UserId};
use crate::repo::users;

/// The account that a token names, as it is now: role and state are the database's, not the token's.
/// `Unauthenticated` when it is gone or may not sign in any more.
pub async fn active_account(conn: &mut Conn, id: &UserId) -> Result<User> {
    match users::lookup(conn, id).await? {
        Some(user) if user.is_active => Ok(user),
        _ => Err(gone()),
    }
}

/// Whether the actor may still act: `Unauthenticated` when the account is gone or disabled, `Denied` when it claims a
/// role above USER that it has no more. Anonymous callers and the program itself have no account to ask.
pub async fn still_stands(conn: &mut Conn, ctx: &Ctx) -> Result<()> {
    let Actor::User { id, role } = &ctx.actor else { return Ok(()) };
    match users::standing(conn, id).await? {
        Some(standing) if standing.is_active && (*role == Role::User || *role == standing.role) => Ok(()),
        Some(standing) if standing.is_active => {
            Err(Error::new(ErrorKind::Denied, format!("the account's role is {}, not {role}", standing.role)))
        }
        _ => Err(gone()),
    }
}

fn gone() -> Error {
    Error::new(ErrorKind::Unauthenticated, "the account is gone or disabled")
}
