//! Who stands behind a token.

use crate::base::{Error, ErrorKind, Result};
use crate::db::Conn;
use crate::model::{User, UserId};
use crate::repo::users;

/// The account that a token names, as it is now: role and state are the database's, not the token's.
/// `Unauthenticated` when it is gone or may not sign in any more.
pub async fn active_account(conn: &mut Conn, id: &UserId) -> Result<User> {
    match users::lookup(conn, id).await? {
        Some(user) if user.is_active => Ok(user),
        _ => Err(Error::new(ErrorKind::Unauthenticated, "the account is gone or disabled")),
    }
}
