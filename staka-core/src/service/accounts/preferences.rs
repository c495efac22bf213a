//! Users' preferences for notifications and privacy.

use serde_json::{Map, Value, json};

use super::not_found;
use crate::base::{Error, Patch, Result};
use crate::db::Conn;
use crate::model::view;
use crate::model::{User, UserId, UserPatch};
use crate::repo::users;
use crate::service::audit_trail::{self, Action};
use crate::service::context::OpContext;

/// The maximum size of a user's preferences, in bytes of JSON.
const MAX_BYTES: usize = 16_384;

/// Returns the values of preferences that are not stored.
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

/// Returns the stored preferences; anything but an object counts as empty. Some programs stored JSON encoded twice.
fn stored(user: &User) -> Map<String, Value> {
    match &user.preferences {
        Some(Value::Object(stored)) => stored.clone(),
        Some(Value::String(text)) => serde_json::from_str(text).unwrap_or_default(),
        _ => Map::new(),
    }
}

/// Merges stored preferences over the defaults, also within each group.
fn merged(stored: Map<String, Value>) -> Value {
    let mut all = defaults();
    for (name, value) in stored {
        match (all.get_mut(&name), value) {
            (Some(Value::Object(group)), Value::Object(chosen)) => group.extend(chosen),
            // A known group that is no object is ignored.
            (Some(Value::Object(_)), _) => {}
            (_, value) => {
                all.insert(name, value);
            }
        }
    }
    Value::Object(all)
}

fn to_view(user: &User) -> view::Preferences {
    view::Preferences { preferences: merged(stored(user)), version: user.updated_at }
}

/// Returns a user's preferences, merged over the defaults.
pub async fn preferences(conn: &mut Conn, user: &UserId) -> Result<Option<view::Preferences>> {
    Ok(users::lookup(conn, user).await?.map(|user| to_view(&user)))
}

/// Replaces the given top-level preferences and keeps the others. The row is locked, so that concurrent calls do not
/// overwrite each other's changes.
pub async fn update_preferences(
    conn: &mut Conn,
    ctx: &OpContext<'_>,
    id: &UserId,
    given: &Value,
) -> Result<view::Preferences> {
    let Value::Object(given) = given else { return Err(Error::invalid("preferences", "must be an object")) };
    let mut user = users::locked(conn, id).await?.ok_or_else(|| not_found(id))?;
    let mut all = stored(&user);
    let names: Vec<String> = given.keys().filter(|name| *name != "updatedAt").take(20).cloned().collect();
    all.extend(given.clone());
    all.insert("updatedAt".to_owned(), json!(ctx.now));
    let all = Value::Object(all);
    if all.to_string().len() > MAX_BYTES {
        return Err(Error::invalid("preferences", format!("must be at most {MAX_BYTES} bytes of JSON in total")));
    }
    let patch = UserPatch { preferences: Patch::Set(Some(all.clone())), ..UserPatch::default() };
    users::update(conn, &user.id, &patch, None, ctx.now).await?;
    let details = json!({"fields": ["preferences"], "preferences": names});
    audit_trail::write(conn, ctx, Action::UserUpdated, Some(user.id.as_str()), details).await?;
    // The same time that the statement computed.
    user.updated_at = ctx.now.max(user.updated_at.plus(std::time::Duration::from_millis(1)));
    user.preferences = Some(all);
    Ok(to_view(&user))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn stored_preferences_override_the_defaults() {
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
