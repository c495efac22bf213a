//! What an operation knows while it runs: for whom, since when, by which settings.

use super::actor::{Actor, Ctx};
use super::passwords::Passwords;
use crate::base::{Clock, TextId, Timestamp, Zone};
use crate::model::{Role, UserId};

/// One operation under way. Every step of it sees the same moment.
#[derive(Clone, Copy, Debug)]
pub struct Act<'a> {
    /// The moment at which it began.
    pub now: Timestamp,
    /// What new ids are made from.
    pub clock: &'a dyn Clock,
    /// The zone in which days and months are cut.
    pub zone: Zone,
    /// For whom, and from where.
    pub ctx: &'a Ctx,
    /// How passwords are hashed.
    pub passwords: &'a Passwords,
}

impl Act<'_> {
    /// The user who is signed in, if one is.
    pub fn user(&self) -> Option<&UserId> {
        match &self.ctx.actor {
            Actor::User { id, .. } => Some(id),
            Actor::Anonymous | Actor::System => None,
        }
    }

    /// Whether an administrator acts, or the program itself.
    pub fn is_admin(&self) -> bool {
        matches!(&self.ctx.actor, Actor::System | Actor::User { role: Role::Admin, .. })
    }

    /// Whether the program itself acts.
    pub fn is_system(&self) -> bool {
        self.ctx.actor == Actor::System
    }

    /// A new id.
    pub fn new_id<T: TextId>(&self) -> T {
        T::generate(self.clock)
    }
}
