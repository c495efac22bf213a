//! Settings that apply to the whole database.

use serde_json::json;

use super::audit_trail::{self, Action};
use super::context::OpContext;
use crate::base::{Error, Result, TextEnum};
use crate::db::Conn;
use crate::model::PasswordScheme;
use crate::repo::settings;

/// Sets the scheme by which new passwords are hashed. Writes nothing, also not to the audit log, if it is already in
/// force.
pub async fn set_password_scheme(
    conn: &mut Conn,
    ctx: &OpContext<'_>,
    scheme: &PasswordScheme,
) -> Result<PasswordScheme> {
    if !scheme.is_recognised() {
        return Err(Error::invalid("scheme", "must be bcrypt_compat or argon2id"));
    }
    let before = settings::password_scheme(conn).await?;
    if before != *scheme {
        settings::set_password_scheme(conn, scheme, ctx.now).await?;
        let details = json!({"from": before, "to": scheme});
        audit_trail::write(conn, ctx, Action::PasswordSchemeChanged, Some("password_scheme"), details).await?;
    }
    Ok(scheme.clone())
}
