//! Resets of forgotten passwords by mailed tokens, which are valid for one hour and can be used once.

use std::time::Duration;

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde_json::json;
use sha2::{Digest, Sha256};

use super::audit_trail::{self, Action};
use super::context::OpContext;
use crate::base::{Error, Password, Result, Secret, Violations};
use crate::db::Conn;
use crate::model::view::{ResetRecipient, ResetRequest};
use crate::model::{PasswordResetId, UserId};
use crate::repo::{password_resets, settings, users};

/// How long a token is valid: one hour.
pub const TOKEN_LIFETIME: Duration = Duration::from_secs(3_600);

/// The maximum and default number of tokens that one call purges.
const MAX_PURGED: u32 = 10_000;
const DEFAULT_PURGED: u32 = 1_000;

/// Creates a token for the active account with that address, if there is one, and voids its earlier tokens. The same
/// statements run whether or not there is one, so that the time does not reveal it.
pub async fn request(conn: &mut Conn, ctx: &OpContext<'_>, email: &str) -> Result<ResetRequest> {
    let account = users::by_email(conn, email).await?;
    let token = URL_SAFE_NO_PAD.encode(rand::random::<[u8; 32]>());
    let expires_at = ctx.now.plus(TOKEN_LIFETIME);
    // A new id belongs to no user, so that the statements below find nothing.
    let user = account.as_ref().map_or_else(|| ctx.new_id::<UserId>(), |user| user.id.clone());
    // Serialises concurrent requests for one account: only the later token stays valid.
    users::locked(conn, &user).await?;
    password_resets::void(conn, &user).await?;
    let id = ctx.new_id::<PasswordResetId>();
    let issued = password_resets::issue(conn, &id, &user, &digest(&token), expires_at, ctx.now).await?;
    let target = account.as_ref().map(|user| user.id.as_str());
    audit_trail::write(conn, ctx, Action::PasswordResetRequest, target, json!({"issued": issued})).await?;
    let recipient = account.filter(|_| issued).map(|user| ResetRecipient {
        id: user.id,
        prenom: user.prenom,
        nom: user.nom,
        email: user.email,
    });
    Ok(ResetRequest { token: issued.then_some(token), user: recipient, expires_at })
}

/// Returns whether the token can be used now.
pub async fn check(conn: &mut Conn, ctx: &OpContext<'_>, token: &Password) -> Result<bool> {
    if !is_well_formed(token.expose()) {
        return Ok(false);
    }
    Ok(password_resets::find(conn, &digest(token.expose()), ctx.now).await?.is_some())
}

/// A checked reset: the user and the new password's hash.
#[derive(Clone, Debug)]
pub struct Reset {
    user: UserId,
    hash: Secret,
}

/// Checks the token and the new password, and hashes the password. An unknown token is recorded in the audit log by a
/// separate statement, because a refused call has no transaction that would commit the entry.
pub async fn prepare(conn: &mut Conn, ctx: &OpContext<'_>, token: &Password, password: &Password) -> Result<Reset> {
    let scheme = settings::password_scheme(conn).await?;
    let mut violations = Violations::default();
    ctx.passwords.check(&scheme, "password", password, &mut violations);
    if !is_well_formed(token.expose()) {
        violations.add("token", INVALID_TOKEN);
    }
    violations.into_result()?;
    let Some(user) = password_resets::find(conn, &digest(token.expose()), ctx.now).await? else {
        audit_trail::write(conn, ctx, Action::PasswordResetFailed, None, json!({})).await?;
        return Err(invalid_token());
    };
    let hash = conn.release_during(ctx.passwords.hash(&scheme, password)).await??;
    Ok(Reset { user, hash })
}

/// Deletes the token and writes the password. Of concurrent calls with the same token, one succeeds.
pub async fn consume(conn: &mut Conn, ctx: &OpContext<'_>, token: &Password, reset: &Reset) -> Result<()> {
    // The account is locked first, as in every transaction that changes it.
    let account = users::locked(conn, &reset.user).await?.filter(|user| user.is_active).ok_or_else(invalid_token)?;
    if !password_resets::consume(conn, &digest(token.expose()), &account.id, ctx.now).await? {
        return Err(invalid_token());
    }
    users::set_password(conn, &account.id, &reset.hash, ctx.now).await?;
    password_resets::void(conn, &account.id).await?;
    audit_trail::write(conn, ctx, Action::PasswordResetSuccess, Some(account.id.as_str()), json!({})).await
}

/// Deletes at most `limit` expired tokens, oldest first, and returns how many.
pub async fn purge_expired(conn: &mut Conn, ctx: &OpContext<'_>, limit: Option<u32>) -> Result<u64> {
    let limit = limit.unwrap_or(DEFAULT_PURGED);
    if !(1..=MAX_PURGED).contains(&limit) {
        return Err(Error::invalid("limit", format!("must be between 1 and {MAX_PURGED}")));
    }
    password_resets::purge(conn, ctx.now, limit).await
}

const INVALID_TOKEN: &str = "is invalid or has expired";

fn invalid_token() -> Error {
    Error::invalid("token", INVALID_TOKEN)
}

/// Returns whether a text can be a token: Staka's are 43 characters of base64url, the existing backend's are 64.
fn is_well_formed(token: &str) -> bool {
    (40..=128).contains(&token.len()) && token.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-' || b == b'_')
}

/// Returns the SHA-256 of a token in hexadecimal digits, as it is stored, also by the existing backend.
fn digest(token: &str) -> Secret {
    let bytes = Sha256::digest(token.as_bytes());
    Secret::new(bytes.iter().map(|byte| format!("{byte:02x}")).collect::<String>())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_digest_is_the_sha_256() {
        let known = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";
        assert_eq!(digest("abc").expose(), known);
    }

    #[test]
    fn malformed_tokens_are_recognised() {
        assert!(is_well_formed(&URL_SAFE_NO_PAD.encode([0xff; 32])));
        assert!(is_well_formed(&"A-_9".repeat(16)));
        for wrong in ["", "abc", &"x".repeat(129), &" ".repeat(43), &"é".repeat(30)] {
            assert!(!is_well_formed(wrong), "{wrong}");
        }
    }
}
