//! The caller of an operation.

use std::fmt;

use crate::base::{Secret, fnv1a};
use crate::model::{Role, UserId};

/// Who calls an operation.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Actor {
    /// A caller who is not signed in.
    Anonymous,
    /// A signed-in user.
    User {
        /// The user's id.
        id: UserId,
        /// The user's role.
        role: Role,
    },
    /// The system: the calling program itself, which is responsible for authorisation.
    System,
}

/// As an error shows it: `user 3f1c… (USER)`.
impl fmt::Display for Actor {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Anonymous => f.write_str("an anonymous caller"),
            Self::User { id, role } => write!(f, "user {id} ({role})"),
            Self::System => f.write_str("the system"),
        }
    }
}

/// The actor of an operation and the origin of its request, as the audit log records them.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Caller {
    /// Who calls the operation.
    pub actor: Actor,
    /// IP address of the request.
    pub ip: Option<String>,
    /// User agent of the request.
    pub user_agent: Option<String>,
    /// Id of the request, for the logs.
    pub request_id: Option<String>,
    /// Which password the account had when the caller was looked up by [`Staka::caller_of`](crate::Staka::caller_of).
    /// Operations that write refuse a caller whose password has changed since; none is not compared.
    pub password_stamp: Option<PasswordStamp>,
}

/// Tells whether a password is still the same, without containing its hash.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct PasswordStamp(u64);

impl PasswordStamp {
    pub(crate) fn of(hash: &Secret) -> Self {
        Self(fnv1a(hash.expose().as_bytes()))
    }
}

impl fmt::Debug for PasswordStamp {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("PasswordStamp(…)")
    }
}

impl Caller {
    /// Creates a caller with this actor and no origin.
    pub fn new(actor: Actor) -> Self {
        Self { actor, ip: None, user_agent: None, request_id: None, password_stamp: None }
    }

    /// Creates a caller for a signed-in user.
    pub fn user(id: UserId, role: Role) -> Self {
        Self::new(Actor::User { id, role })
    }

    /// Sets the IP address of the request.
    #[must_use]
    pub fn ip(self, ip: impl Into<String>) -> Self {
        Self { ip: Some(ip.into()), ..self }
    }

    /// Sets the user agent of the request.
    #[must_use]
    pub fn user_agent(self, user_agent: impl Into<String>) -> Self {
        Self { user_agent: Some(user_agent.into()), ..self }
    }

    /// Sets the id of the request, for the logs.
    #[must_use]
    pub fn request_id(self, request_id: impl Into<String>) -> Self {
        Self { request_id: Some(request_id.into()), ..self }
    }
}
