//! For whom a session's operations run.

use serde::Deserialize;
use staka_core::model::{Role, UserId};
use staka_core::{Actor, Ctx, Error, FieldFault, Result};

/// Who calls, as a door is told it: somebody by id and role, or nobody; and from where, for the audit log.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
pub struct Caller {
    /// Who is signed in; nobody unless given.
    pub id: Option<String>,
    /// What the account may do; needed with an id.
    pub role: Option<String>,
    /// The address the request came from.
    pub ip: Option<String>,
    /// The program it came from.
    pub user_agent: Option<String>,
    /// The request's own number.
    pub request_id: Option<String>,
}

impl Caller {
    /// The context of the operations; `Invalid` names `id` and `role` where they are none.
    pub fn into_ctx(self) -> Result<Ctx> {
        let actor = match (self.id, self.role) {
            (None, None) => Actor::Anonymous,
            (id, role) => user(&id.unwrap_or_default(), &role.unwrap_or_default())?,
        };
        Ok(Ctx { actor, ip: self.ip, user_agent: self.user_agent, request_id: self.request_id })
    }
}

fn user(id: &str, role: &str) -> Result<Actor> {
    let mut faults = Vec::new();
    let mut fault = |field: &'static str, error: Error| {
        let problem = error.fields().first().map(|fault| fault.problem.clone()).unwrap_or_default();
        faults.push(FieldFault { field: field.into(), problem });
    };
    let id = id.parse::<UserId>().map_err(|error| fault("id", error));
    let role = role.parse::<Role>().map_err(|error| fault("role", error));
    match (id, role) {
        (Ok(id), Ok(role)) => Ok(Actor::User { id, role }),
        _ => Err(Error::invalid_fields(faults)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ctx(json: &str) -> Result<Ctx> {
        serde_json::from_str::<Caller>(json).unwrap().into_ctx()
    }

    #[test]
    fn somebody_nobody_and_what_is_neither() {
        let zoe = ctx(r#"{"id": "zoe", "role": "CORRECTOR", "userAgent": "tests"}"#).unwrap();
        assert_eq!(zoe.actor, Actor::User { id: "zoe".parse().unwrap(), role: Role::Corrector });
        assert_eq!(zoe.user_agent.as_deref(), Some("tests"));
        assert_eq!(ctx(r#"{"ip": "127.0.0.1"}"#).unwrap().actor, Actor::Anonymous);
        for (json, fields) in [
            (r#"{"id": "", "role": "KING"}"#, &["id", "role"][..]),
            (r#"{"id": "zoe"}"#, &["role"]),
            (r#"{"role": "ADMIN"}"#, &["id"]),
        ] {
            let error = ctx(json).unwrap_err();
            assert_eq!(error.fields().iter().map(|fault| fault.field.as_ref()).collect::<Vec<_>>(), fields);
        }
    }
}
