//! The caller of a session's operations, as Node and Python describe it.

use serde::Deserialize;
use staka_core::model::{Role, UserId};
use staka_core::{Actor, Caller, Error, FieldError, Result};

/// A caller: a user by id and role or an anonymous caller, and the origin of the request for the audit log.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
pub struct CallerInput {
    /// The id of the signed-in user; none for an anonymous caller.
    pub id: Option<String>,
    /// The user's role; required with an id.
    pub role: Option<String>,
    /// The IP address of the request.
    pub ip: Option<String>,
    /// The user agent of the request.
    pub user_agent: Option<String>,
    /// The id of the request.
    pub request_id: Option<String>,
}

impl CallerInput {
    /// Converts the input to a caller. Fails with `Invalid` for a wrong `id` or `role`.
    pub fn into_caller(self) -> Result<Caller> {
        let actor = match (self.id, self.role) {
            (None, None) => Actor::Anonymous,
            (id, role) => user(&id.unwrap_or_default(), &role.unwrap_or_default())?,
        };
        let mut caller = Caller::new(actor);
        (caller.ip, caller.user_agent, caller.request_id) = (self.ip, self.user_agent, self.request_id);
        Ok(caller)
    }
}

fn user(id: &str, role: &str) -> Result<Actor> {
    let mut violations = Vec::new();
    let mut add = |field: &'static str, error: Error| {
        let problem = error.fields().first().map(|field| field.problem.clone()).unwrap_or_default();
        violations.push(FieldError { field: field.into(), problem });
    };
    let id = id.parse::<UserId>().map_err(|error| add("id", error));
    let role = role.parse::<Role>().map_err(|error| add("role", error));
    match (id, role) {
        (Ok(id), Ok(role)) => Ok(Actor::User { id, role }),
        _ => Err(Error::invalid_fields(violations)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn caller(json: &str) -> Result<Caller> {
        serde_json::from_str::<CallerInput>(json).unwrap().into_caller()
    }

    #[test]
    fn a_caller_is_a_user_or_anonymous() {
        let zoe = caller(r#"{"id": "zoe", "role": "CORRECTOR", "userAgent": "tests"}"#).unwrap();
        assert_eq!(zoe.actor, Actor::User { id: "zoe".parse().unwrap(), role: Role::Corrector });
        assert_eq!(zoe.user_agent.as_deref(), Some("tests"));
        assert_eq!(caller(r#"{"ip": "127.0.0.1"}"#).unwrap().actor, Actor::Anonymous);
        for (json, fields) in [
            (r#"{"id": "", "role": "KING"}"#, &["id", "role"][..]),
            (r#"{"id": "zoe"}"#, &["role"]),
            (r#"{"role": "ADMIN"}"#, &["id"]),
        ] {
            let error = caller(json).unwrap_err();
            assert_eq!(error.fields().iter().map(|error| error.field.as_ref()).collect::<Vec<_>>(), fields);
        }
    }
}
