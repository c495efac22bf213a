//! Who may call an operation: decided here, in the core, so that no door can forget.

use super::actor::{Actor, Ctx};
use crate::base::{Error, ErrorKind, Result};
use crate::db::Conn;
use crate::model::{ConversationId, Role, UserId};
use crate::repo::messages;

/// Who may call, with the argument that it depends on.
#[derive(Clone, Copy, Debug)]
pub(super) enum Rule<'a> {
    Anyone,
    Admin,
    SelfOrAdmin(&'a UserId),
    ParticipantOrAdmin(&'a ConversationId),
}

/// The rules by the names under which the list declares them.
pub(super) const fn anyone<'a>() -> Rule<'a> {
    Rule::Anyone
}

/// Administrators.
pub(super) const fn admin<'a>() -> Rule<'a> {
    Rule::Admin
}

/// The user concerned, and administrators.
pub(super) const fn self_or_admin(user: &UserId) -> Rule<'_> {
    Rule::SelfOrAdmin(user)
}

/// Who wrote or received a message of the conversation, and administrators.
pub(super) const fn participant_or_admin(conversation: &ConversationId) -> Rule<'_> {
    Rule::ParticipantOrAdmin(conversation)
}

impl Rule<'_> {
    /// Decides what needs no database; `Some` user means that [`Rule::ask`] must decide.
    pub(super) fn decide<'c>(&self, ctx: &'c Ctx) -> Result<Option<&'c UserId>> {
        let id = match (&ctx.actor, self) {
            (Actor::System, _) | (_, Self::Anyone) => return Ok(None),
            (Actor::Anonymous, _) => return Err(Error::new(ErrorKind::Unauthenticated, "somebody must be signed in")),
            (Actor::User { role: Role::Admin, .. }, _) => return Ok(None),
            (Actor::User { id, .. }, _) => id,
        };
        match self {
            Self::SelfOrAdmin(user) if *user == id => Ok(None),
            Self::ParticipantOrAdmin(_) => Ok(Some(id)),
            _ => Err(denied()),
        }
    }

    /// Decides what only the rows can tell.
    pub(super) async fn ask(&self, conn: &mut Conn, user: &UserId) -> Result<()> {
        match self {
            Self::ParticipantOrAdmin(conversation) if messages::is_participant(conn, conversation, user).await? => {
                Ok(())
            }
            _ => Err(denied()),
        }
    }
}

fn denied() -> Error {
    Error::new(ErrorKind::Denied, "the actor may not do this")
}
