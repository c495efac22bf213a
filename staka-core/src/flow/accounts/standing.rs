//! The rule that somebody must be left to administer the platform.

use super::gone;
use crate::base::{Error, ErrorKind, Result};
use crate::db::Conn;
use crate::model::{Role, User, UserId};
use crate::repo::users;

/// An account that nobody else changes until the transaction ends.
pub(super) struct Held {
    pub(super) user: User,
    /// Whether it is the only administrator who may sign in.
    is_last: bool,
}

/// Holds an account. Where it is an administrator's, all of them are held, first and in the order of their ids: two who
/// would each take the other's place cannot both find that there is another.
pub(super) async fn hold(conn: &mut Conn, id: &UserId) -> Result<Held> {
    let before = users::standing(conn, id).await?.ok_or_else(|| gone(id))?;
    let mut admins = None;
    if before.is_active && before.role == Role::Admin {
        admins = Some(users::lock_admins(conn).await?);
    }
    let user = users::locked(conn, id).await?.ok_or_else(|| gone(id))?;
    let administers = user.is_active && user.role == Role::Admin;
    if administers && admins.is_none() {
        // Became one since it was looked at.
        admins = Some(users::lock_admins(conn).await?);
    }
    let others = admins.unwrap_or_default().iter().any(|admin| *admin != user.id);
    Ok(Held { is_last: administers && !others, user })
}

impl Held {
    /// `Conflict` when nobody would be left.
    pub(super) fn may_cease(&self) -> Result<()> {
        if self.is_last {
            let message = "it is the last administrator who may sign in: make another one first";
            return Err(Error::new(ErrorKind::Conflict, message));
        }
        Ok(())
    }

    /// The same, where that is what the change would do.
    pub(super) fn may_become(&self, role: Option<&Role>, active: Option<bool>) -> Result<()> {
        let ceases = role.is_some_and(|role| *role != Role::Admin) || active == Some(false);
        if ceases { self.may_cease() } else { Ok(()) }
    }
}
