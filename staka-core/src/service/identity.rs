//! The account of a token's user, and whether it is still allowed what the token claims.

use super::caller::{Actor, Caller, PasswordStamp};
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

/// Returns the caller for the user of a verified token, with the account's current role.
pub async fn caller_of(conn: &mut Conn, id: &UserId) -> Result<Caller> {
    let account = active_account(conn, id).await?;
    let password_stamp = Some(PasswordStamp::of(&account.password));
    Ok(Caller { password_stamp, ..Caller::user(account.id, account.role) })
}

/// Checks that the caller's claims still hold, and holds the account as it is until the transaction ends; with
/// `changing`, because the transaction may change the account. Fails with `Unauthenticated` if the account does not
/// exist, is deactivated, or has another password than when the caller was looked up, and with `Denied` if the caller
/// claims a role above USER that the account does not have. Returns the account's role; none for anonymous callers and
/// the system, who have no account.
pub async fn check_still_allowed(conn: &mut Conn, caller: &Caller, changing: bool) -> Result<Option<Role>> {
    let Actor::User { id, role } = &caller.actor else { return Ok(None) };
    let Some(account) = users::lock_account(conn, id, changing).await?.filter(|account| account.is_active) else {
        return Err(inactive());
    };
    if caller.password_stamp.is_some_and(|stamp| stamp != PasswordStamp::of(&account.password)) {
        return Err(Error::new(ErrorKind::Unauthenticated, "the password was changed: sign in again"));
    }
    if *role != Role::User && *role != account.role {
        return Err(Error::denied(&caller.actor, format!("the account's current role, which is {}", account.role)));
    }
    Ok(Some(account.role))
}

fn inactive() -> Error {
    Error::new(ErrorKind::Unauthenticated, "the account does not exist or is deactivated")
}
