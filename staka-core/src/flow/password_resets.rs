//! Passwords that were forgotten: a token by mail, good for an hour and for one time.
//!
//! ```
//! # #[tokio::main]
//! # async fn main() -> staka_examples::Result<()> {
//! # let database = staka_examples::Database::of_example("doc")?;
//! # let staka = database.connect().await?;
//! use staka_core::{Actor, Ctx, Password, Registration};
//!
//! let site = staka.as_actor(Ctx::new(Actor::Anonymous));
//! site.accounts().register(Registration::new("Zoé", "Ångström", "zoe@example.org", "Un roman de 300 pages")).await?;
//! // The program mails the token; the public never gets one.
//! let request = staka.as_system().password_resets().request("zoe@example.org".to_owned()).await?;
//! let token = Password::new(request.token.expect("the account is there"));
//! site.password_resets().consume(&token, Password::new("Un roman de 400 pages")).await?;
//! assert!(!site.password_resets().check(&token).await?, "it is good once");
//! # Ok(()) }
//! ```

use std::time::Duration;

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde_json::json;
use sha2::{Digest, Sha256};

use super::act::Act;
use super::journal::{self, Action};
use crate::base::{Error, Faults, Password, Result, Secret};
use crate::db::Conn;
use crate::model::view::{ResetRecipient, ResetRequest};
use crate::model::{PasswordResetId, UserId};
use crate::repo::{password_resets, settings, users};

/// How long a token is good: an hour.
pub const GOOD_FOR: Duration = Duration::from_secs(3_600);

/// The most tokens that one call purges, and how many unless it says.
const MOST_PURGED: u32 = 10_000;
const PURGED: u32 = 1_000;

/// A token for the account with that address, if there is one that may sign in; earlier ones are void. Whether there is,
/// neither the statements nor the answer's shape tell: who has no account costs the same.
pub async fn request(conn: &mut Conn, act: &Act<'_>, email: &str) -> Result<ResetRequest> {
    let account = users::by_email(conn, email).await?;
    let token = URL_SAFE_NO_PAD.encode(rand::random::<[u8; 32]>());
    let expires_at = act.now.plus(GOOD_FOR);
    // Nobody has a new id.
    let user = account.as_ref().map_or_else(|| act.new_id::<UserId>(), |user| user.id.clone());
    // Whoever asks twice at once waits here: the later token is the one that counts.
    users::locked(conn, &user).await?;
    password_resets::void(conn, &user).await?;
    let id = act.new_id::<PasswordResetId>();
    let issued = password_resets::issue(conn, &id, &user, &digest(&token), expires_at, act.now).await?;
    let target = account.as_ref().map(|user| user.id.as_str());
    journal::write(conn, act, Action::PasswordResetRequest, target, json!({"issued": issued})).await?;
    let recipient = account.filter(|_| issued).map(|user| ResetRecipient {
        id: user.id,
        prenom: user.prenom,
        nom: user.nom,
        email: user.email,
    });
    Ok(ResetRequest { token: issued.then_some(token), user: recipient, expires_at })
}

/// Whether the token may set a password now.
pub async fn check(conn: &mut Conn, act: &Act<'_>, token: &Password) -> Result<bool> {
    if !has_form(token.expose()) {
        return Ok(false);
    }
    Ok(password_resets::find(conn, &digest(token.expose()), act.now).await?.is_some())
}

/// A reset whose token was good when it was looked at.
#[derive(Clone, Debug)]
pub struct Reset {
    user: UserId,
    hash: Secret,
}

/// Checks token and new password, and hashes that. A token that looks like one and is none goes into the audit log, by a
/// statement of its own: what is refused has no transaction to be kept with.
pub async fn prepare(conn: &mut Conn, act: &Act<'_>, token: &Password, password: &Password) -> Result<Reset> {
    let scheme = settings::password_scheme(conn).await?;
    let mut faults = Faults::default();
    act.passwords.check(&scheme, "password", password, &mut faults);
    if !has_form(token.expose()) {
        faults.add("token", NO_GOOD);
    }
    faults.into_result()?;
    let Some(user) = password_resets::find(conn, &digest(token.expose()), act.now).await? else {
        journal::write(conn, act, Action::PasswordResetFailed, None, json!({})).await?;
        return Err(no_good());
    };
    let hash = conn.lend(act.passwords.hash(&scheme, password)).await??;
    Ok(Reset { user, hash })
}

/// Takes the token and writes the password, once: of many who come with the same token one finds it.
pub async fn consume(conn: &mut Conn, act: &Act<'_>, token: &Password, reset: &Reset) -> Result<()> {
    // The account first, as everywhere: whoever changes it waits here.
    let account = users::locked(conn, &reset.user).await?.filter(|user| user.is_active).ok_or_else(no_good)?;
    if !password_resets::consume(conn, &digest(token.expose()), &account.id, act.now).await? {
        return Err(no_good());
    }
    users::set_password(conn, &account.id, &reset.hash, act.now).await?;
    password_resets::void(conn, &account.id).await?;
    journal::write(conn, act, Action::PasswordResetSuccess, Some(account.id.as_str()), json!({})).await
}

/// Removes tokens that have expired, the oldest first, at most `limit` of them; returns how many.
pub async fn purge_expired(conn: &mut Conn, act: &Act<'_>, limit: Option<u32>) -> Result<u64> {
    let limit = limit.unwrap_or(PURGED);
    if !(1..=MOST_PURGED).contains(&limit) {
        return Err(Error::invalid("limit", format!("must be between 1 and {MOST_PURGED}")));
    }
    password_resets::purge(conn, act.now, limit).await
}

const NO_GOOD: &str = "is not good, or not any more";

fn no_good() -> Error {
    Error::invalid("token", NO_GOOD)
}

/// What a token looks like: ours are 43 characters of base64url, the existing backend's 64.
fn has_form(token: &str) -> bool {
    (40..=128).contains(&token.len()) && token.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-' || b == b'_')
}

/// What is stored of a token: its SHA-256 in hexadecimal digits, as the existing backend stores it.
fn digest(token: &str) -> Secret {
    let bytes = Sha256::digest(token.as_bytes());
    Secret::new(bytes.iter().map(|byte| format!("{byte:02x}")).collect::<String>())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_stored_is_the_sha_256() {
        let known = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";
        assert_eq!(digest("abc").expose(), known);
    }

    #[test]
    fn the_form_of_a_token() {
        assert!(has_form(&URL_SAFE_NO_PAD.encode([0xff; 32])));
        assert!(has_form(&"A-_9".repeat(16)));
        for wrong in ["", "abc", &"x".repeat(129), &" ".repeat(43), &"é".repeat(30)] {
            assert!(!has_form(wrong), "{wrong}");
        }
    }
}
