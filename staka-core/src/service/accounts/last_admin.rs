//! The rule that the platform always keeps at least one active administrator.

use super::not_found;
use crate::base::{Error, ErrorKind, Result};
use crate::db::Conn;
use crate::model::{Role, User, UserId};
use crate::repo::users;

/// An account whose row is locked until the transaction ends.
pub(super) struct LockedUser {
    pub(super) user: User,
    /// Whether it is the only active administrator.
    is_last_admin: bool,
}

/// Locks an account's row. If it is an active administrator, another one is held too: otherwise two administrators who
/// leave at the same time could each count on the other.
pub(super) async fn lock_user(conn: &mut Conn, id: &UserId) -> Result<LockedUser> {
    let user = users::locked(conn, id).await?.ok_or_else(|| not_found(id))?;
    let is_admin = user.is_active && user.role == Role::Admin;
    let is_last_admin = is_admin && !users::has_other_admin(conn, id).await?;
    Ok(LockedUser { user, is_last_admin })
}

impl LockedUser {
    /// Fails with `Conflict` if this is the last active administrator.
    pub(super) fn check_not_last_admin(&self) -> Result<()> {
        if self.is_last_admin {
            let message = "this is the last active administrator: create another one first";
            return Err(Error::new(ErrorKind::Conflict, message));
        }
        Ok(())
    }

    /// Fails with `Conflict` if the change would demote or deactivate the last active administrator.
    pub(super) fn check_change(&self, role: Option<&Role>, active: Option<bool>) -> Result<()> {
        let leaves = role.is_some_and(|role| *role != Role::Admin) || active == Some(false);
        if leaves { self.check_not_last_admin() } else { Ok(()) }
    }
}
