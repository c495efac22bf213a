//! The context in which an operation runs.

use super::caller::{Actor, Caller};
use super::passwords::Passwords;
use crate::base::{Clock, Error, TextId, Timestamp, Zone};
use crate::model::{Role, UserId};

/// The context of one call of an operation. Every step of the call sees the same time.
#[derive(Clone, Copy, Debug)]
pub struct OpContext<'a> {
    /// Time at which the call began.
    pub now: Timestamp,
    /// Clock from which new ids are generated.
    pub clock: &'a dyn Clock,
    /// Time zone in which days and months begin.
    pub zone: Zone,
    /// Who calls the operation, and from where.
    pub caller: &'a Caller,
    /// Hashes and verifies passwords.
    pub passwords: &'a Passwords,
}

impl OpContext<'_> {
    /// Returns the id of the signed-in user, if there is one.
    pub fn user(&self) -> Option<&UserId> {
        match &self.caller.actor {
            Actor::User { id, .. } => Some(id),
            Actor::Anonymous | Actor::System => None,
        }
    }

    /// Returns whether the actor is an administrator or the system.
    pub fn is_admin(&self) -> bool {
        matches!(&self.caller.actor, Actor::System | Actor::User { role: Role::Admin, .. })
    }

    /// Returns whether the actor is the system.
    pub fn is_system(&self) -> bool {
        self.caller.actor == Actor::System
    }

    /// Returns the `Denied` error that names the caller, the operation and `required`, who may call it.
    pub fn denied(&self, required: &'static str) -> Error {
        Error::denied(&self.caller.actor, required)
    }

    /// Generates a new id.
    pub fn new_id<T: TextId>(&self) -> T {
        T::generate(self.clock)
    }
}
