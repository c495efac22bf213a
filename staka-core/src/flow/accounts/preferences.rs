//! What users want to be told, and who may see them.

use serde_json::{Map, Value, json};

use super::gone;
use crate::base::{Error, Patch, Result};
use crate::db::Conn;
use crate::flow::act::Act;
use crate::flow::journal::{self, Action};
use crate::model::view;
use crate::model::{User, UserId, UserPatch};
use crate::repo::users;

/// The most bytes of JSON that are kept for a user.
const MOST_BYTES: usize = 16_384;

/// What holds where nothing was chosen.
fn defaults() -> Map<String, Value> {
    let Value::Object(defaults) = json!({
        "notifications": {"email": true, "push": true, "sms": false},
        "notificationTypes": {"projects": true, "messages": true, "invoices": true, "promos": false},
        "privacy": {"publicProfile": false, "analytics": true},
    }) else {
        unreachable!("an object")
    };
    defaults
}

/// What is stored; what is no object counts as nothing. Some writers encoded it twice.
fn stored(user: &User) -> Map<String, Value> {
    match &user.preferences {
        Some(Value::Object(stored)) => stored.clone(),
        Some(Value::String(text)) => serde_json::from_str(text).unwrap_or_default(),
        _ => Map::new(),
    }
}

/// What is stored over the defaults, within each group too: a group of which one choice was stored has the others' defaults.
fn merged(stored: Map<String, Value>) -> Value {
    let mut all = defaults();
    for (name, value) in stored {
        match (all.get_mut(&name), value) {
            (Some(Value::Object(group)), Value::Object(chosen)) => group.extend(chosen),
            // A group of ours that holds something else is as it was never chosen.
            (Some(Value::Object(_)), _) => {}
            (_, value) => {
                all.insert(name, value);
            }
        }
    }
    Value::Object(all)
}

fn shown(user: &User) -> view::Preferences {
    view::Preferences { preferences: merged(stored(user)), version: user.updated_at }
}

/// A user's preferences, over the defaults.
pub async fn preferences(conn: &mut Conn, user: &UserId) -> Result<Option<view::Preferences>> {
    Ok(users::lookup(conn, user).await?.map(|user| shown(&user)))
}

/// Puts what is given in place of what is stored under the same names; the rest stays. Two who do this at once both get
/// their part.
pub async fn update_preferences(
    conn: &mut Conn,
    act: &Act<'_>,
    id: &UserId,
    given: &Value,
) -> Result<view::Preferences> {
    let Value::Object(given) = given else { return Err(Error::invalid("preferences", "must be an object")) };
    let mut user = users::locked(conn, id).await?.ok_or_else(|| gone(id))?;
    let mut all = stored(&user);
    let names: Vec<String> = given.keys().filter(|name| *name != "updatedAt").take(20).cloned().collect();
    all.extend(given.clone());
    all.insert("updatedAt".to_owned(), json!(act.now));
    let all = Value::Object(all);
    if all.to_string().len() > MOST_BYTES {
        return Err(Error::invalid("preferences", format!("must be at most {MOST_BYTES} bytes of JSON in all")));
    }
    let patch = UserPatch { preferences: Patch::Set(Some(all.clone())), ..UserPatch::default() };
    users::update(conn, &user.id, &patch, None, act.now).await?;
    let details = json!({"fields": ["preferences"], "preferences": names});
    journal::write(conn, act, Action::UserUpdated, Some(user.id.as_str()), details).await?;
    // As the statement makes it: never twice the same.
    user.updated_at = act.now.max(user.updated_at.plus(std::time::Duration::from_millis(1)));
    user.preferences = Some(all);
    Ok(shown(&user))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_stored_stands_over_the_defaults() {
        assert_eq!(merged(Map::new()), Value::Object(defaults()));
        let Value::Object(stored) = json!({"notifications": {"sms": true}, "privacy": "none", "theme": ["dark"]})
        else {
            unreachable!()
        };
        let merged = merged(stored);
        assert_eq!(merged["notifications"], json!({"email": true, "push": true, "sms": true}));
        assert_eq!(merged["privacy"], json!({"publicProfile": false, "analytics": true}));
        assert_eq!(merged["theme"], json!(["dark"]));
    }
}
