//! What is set for the whole database.

use serde_json::json;

use super::act::Act;
use super::journal::{self, Action};
use crate::base::{Error, Result, TextEnum};
use crate::db::Conn;
use crate::model::PasswordScheme;
use crate::repo::settings;

/// Sets how new passwords are hashed. Nothing is written, nor told to the audit log, when it is so already.
pub async fn set_password_scheme(conn: &mut Conn, act: &Act<'_>, scheme: &PasswordScheme) -> Result<PasswordScheme> {
    if !scheme.is_recognised() {
        return Err(Error::invalid("scheme", "must be one of bcrypt_compat argon2id"));
    }
    let before = settings::password_scheme(conn).await?;
    if before != *scheme {
        settings::set_password_scheme(conn, scheme, act.now).await?;
        let details = json!({"from": before, "to": scheme});
        journal::write(conn, act, Action::PasswordSchemeChanged, Some("password_scheme"), details).await?;
    }
    Ok(scheme.clone())
}
