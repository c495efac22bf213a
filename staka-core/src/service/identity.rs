//! The account of a token's user, and whether it is still allowed what the token claims.

use super::caller::{Actor, Caller};
use crate::base::{Error, ErrorKind, Result};
use crate::db::Conn;
use crate::model::{Role, User, UserId};
use crate::repo::users;

/// Returns the account that a token names, with its current role and state from the database. Fails with
/// `Unauthenticated` if it does not exist or is deactivated.
pub async fn active_account(conn: &mut Conn, id: &UserId) -> Result<User> {
    match users::lookup(conn, id).await? {
        Some(user) if user.is_active => Ok(user),
        _ => Err(inactive()),
    }
}

/// Checks that the actor's claims still hold. Fails with `Unauthenticated` if the account does not exist or is
/// deactivated, and with `Denied` if the actor claims a role above USER that the account does not have. Anonymous
/// callers and the system have no account to check.
pub async fn check_still_allowed(conn: &mut Conn, caller: &Caller) -> Result<()> {
    let Actor::User { id, role } = &caller.actor else { return Ok(()) };
    match users::account_status(conn, id).await? {
        Some(status) if status.is_active && (*role == Role::User || *role == status.role) => Ok(()),
        Some(status) if status.is_active => {
            Err(Error::denied(&caller.actor, format!("the account's current role, which is {}", status.role)))
        }
        _ => Err(inactive()),
    }
}

fn inactive() -> Error {
    Error::new(ErrorKind::Unauthenticated, "the account does not exist or is deactivated")
}
