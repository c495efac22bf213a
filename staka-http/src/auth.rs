//! Authentication with the bearer tokens of the existing backend.

use std::time::Duration;

use axum::http::header::AUTHORIZATION;
use axum::http::{HeaderMap, HeaderValue};
use serde::de::IgnoredAny;
use serde::{Deserialize, Serialize};
use staka_core::model::{Role, UserId};
use staka_core::{Actor, Caller, Error, ErrorKind, Result, Secret, Staka, TextEnum, Timestamp};

use crate::problem::Problem;
use crate::token::Key;

/// The issuer that a token must name.
const ISSUER: &str = "staka-livres";

/// The least length of a secret: that of an HS256 signature.
const SECRET_BYTES: usize = 32;

/// Fails with `Invalid` if the secret is too short.
pub(crate) fn check(secret: &Secret) -> Result<()> {
    if secret.expose().len() < SECRET_BYTES {
        return Err(Error::invalid("jwtSecret", format!("must have at least {SECRET_BYTES} bytes")));
    }
    Ok(())
}

/// The claims of a token, as the existing backend writes them; times in seconds since 1970.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Claims<'a> {
    user_id: &'a str,
    email: &'a str,
    role: &'a str,
    iat: i64,
    exp: i64,
    iss: &'a str,
}

/// The claims that are read; times in seconds since 1970. E-mail and role may have changed since, so they are read from
/// the database.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Verified {
    user_id: String,
    exp: i64,
    nbf: Option<i64>,
    iss: String,
    /// For whom the token is. Tokens of the existing backend name nobody, so one that does is for another service.
    aud: Option<IgnoredAny>,
}

/// Creates a token like those of the existing backend, valid from `now` for `ttl`. For the demo and for tests.
///
/// Fails with `Invalid` if the secret has less than 32 bytes.
///
/// ```
/// use std::time::Duration;
/// use staka_core::{Secret, model::Role};
/// use staka_http::issue_token;
///
/// let secret = Secret::new("a secret of at least thirty-two bytes");
/// let (user, now) = ("3f1c…".parse()?, "2026-01-31T09:30:00Z".parse()?);
/// let token = issue_token(&secret, &user, "zoe@example.org", &Role::User, now, Duration::from_secs(7 * 86_400))?;
/// assert_eq!(token.split('.').count(), 3);
/// # Ok::<(), staka_core::Error>(())
/// ```
pub fn issue_token(
    secret: &Secret,
    user: &UserId,
    email: &str,
    role: &Role,
    now: Timestamp,
    ttl: Duration,
) -> Result<String> {
    check(secret)?;
    let seconds = |at: Timestamp| at.unix_millis().div_euclid(1_000);
    let claims = Claims {
        user_id: user.as_str(),
        email,
        role: role.as_str(),
        iat: seconds(now),
        exp: seconds(now.plus(ttl)),
        iss: ISSUER,
    };
    Key::new(secret).sign(&claims)
}

/// Verifies tokens and looks up their accounts.
pub(crate) struct Authenticator {
    key: Key,
}

impl Authenticator {
    pub(crate) fn new(secret: &Secret) -> Self {
        Self { key: Key::new(secret) }
    }

    /// Returns the caller that the token names, as the account is in the database now; anonymous without a token.
    pub(crate) async fn caller(&self, staka: &Staka, headers: &HeaderMap) -> Result<Caller, Problem> {
        let mut headers = headers.get_all(AUTHORIZATION).iter();
        let Some(header) = headers.next() else { return Ok(Caller::new(Actor::Anonymous)) };
        let user = match headers.next() {
            None => self.user(header, staka.clock().now()).map_err(Problem::for_token)?,
            Some(_) => return Err(Problem::for_token(unauthenticated("there is more than one Authorization header"))),
        };
        staka.caller_of(&user).await.map_err(Problem::for_token)
    }

    fn user(&self, header: &HeaderValue, now: Timestamp) -> Result<UserId> {
        let (scheme, text) = header.to_str().ok().and_then(|text| text.split_once(' ')).unwrap_or_default();
        if !scheme.eq_ignore_ascii_case("bearer") {
            return Err(unauthenticated("the Authorization header must be `Bearer` and a token"));
        }
        // The message does not say which check failed, so that it does not help to forge a token.
        let invalid = || unauthenticated("the token is not valid");
        let token: Verified = self.key.verify(text.trim()).ok_or_else(invalid)?;
        let now = now.unix_millis().div_euclid(1_000);
        if token.iss != ISSUER || token.aud.is_some() || token.nbf.is_some_and(|start| start > now) {
            return Err(invalid());
        }
        if token.exp <= now {
            return Err(unauthenticated("the token has expired"));
        }
        token.user_id.parse().map_err(|_| invalid())
    }
}

fn unauthenticated(message: &'static str) -> Error {
    Error::new(ErrorKind::Unauthenticated, message)
}
