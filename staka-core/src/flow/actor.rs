//! For whom an operation runs.

use crate::model::{Role, UserId};

/// Who acts.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Actor {
    /// Nobody is signed in.
    Anonymous,
    /// Somebody is.
    User {
        /// Who.
        id: UserId,
        /// What the account may do.
        role: Role,
    },
    /// The program itself, which has authorised its caller or has none.
    System,
}

/// Who acts, and from where: what the audit log will say.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Ctx {
    /// Who acts.
    pub actor: Actor,
    /// The address the request came from.
    pub ip: Option<String>,
    /// The program it came from.
    pub user_agent: Option<String>,
    /// The request's own number, for the logs.
    pub request_id: Option<String>,
}

impl Ctx {
    /// This actor, from nowhere in particular.
    pub fn new(actor: Actor) -> Self {
        Self { actor, ip: None, user_agent: None, request_id: None }
    }

    /// A signed-in user.
    pub fn user(id: UserId, role: Role) -> Self {
        Self::new(Actor::User { id, role })
    }
}
