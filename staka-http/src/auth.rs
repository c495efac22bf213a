//! Who asks: the bearer tokens of the existing backend.

use std::time::Duration;

use axum::http::header::AUTHORIZATION;
use axum::http::{HeaderMap, HeaderValue};
use jsonwebtoken::{Algorithm, DecodingKey, EncodingKey, Header, Validation};
use serde::{Deserialize, Serialize};
use staka_core::model::{Role, UserId};
use staka_core::{Actor, Error, ErrorKind, Result, Secret, Staka, TextEnum, Timestamp};

use crate::problem::Problem;

/// Pinned when a token is checked, which the existing backend leaves open.
const ISSUER: &str = "staka-livres";
const ALGORITHM: Algorithm = Algorithm::HS256;

/// As many bytes as HS256 makes.
const SECRET_BYTES: usize = 32;

pub(crate) fn check(secret: &Secret) -> Result<()> {
    if secret.expose().len() < SECRET_BYTES {
        return Err(Error::invalid("jwtSecret", format!("must have at least {SECRET_BYTES} bytes")));
    }
    Ok(())
}

/// The claims of the existing backend, times in seconds since 1970.
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

/// Those of them that count: e-mail and role may have changed since, so the database is asked.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Verified {
    user_id: String,
    exp: i64,
}

/// A token such as the existing backend issues, valid from `now` for `ttl`. For the demo and for tests.
///
/// `Invalid` for a secret of less than 32 bytes.
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
    let seconds = |moment: Timestamp| moment.unix_millis().div_euclid(1_000);
    let claims = Claims {
        user_id: user.as_str(),
        email,
        role: role.as_str(),
        iat: seconds(now),
        exp: seconds(now.plus(ttl)),
        iss: ISSUER,
    };
    let key = EncodingKey::from_secret(secret.expose().as_bytes());
    jsonwebtoken::encode(&Header::new(ALGORITHM), &claims, &key)
        .map_err(|e| Error::internal("the token cannot be signed").with_source(e))
}

/// Checks tokens.
pub(crate) struct Gate {
    key: DecodingKey,
    validation: Validation,
}

impl Gate {
    pub(crate) fn new(secret: &Secret) -> Self {
        let mut validation = Validation::new(ALGORITHM);
        validation.set_issuer(&[ISSUER]);
        validation.set_required_spec_claims(&["exp", "iss"]);
        // Compared below, by the handle's clock.
        validation.validate_exp = false;
        Self { key: DecodingKey::from_secret(secret.expose().as_bytes()), validation }
    }

    /// Nobody without the header; otherwise the account that the token names, as it is now.
    pub(crate) async fn actor(&self, staka: &Staka, headers: &HeaderMap) -> Result<Actor, Problem> {
        let mut headers = headers.get_all(AUTHORIZATION).iter();
        let Some(header) = headers.next() else { return Ok(Actor::Anonymous) };
        let user = match headers.next() {
            None => self.user(header, staka.clock().now()).map_err(Problem::of_token)?,
            Some(_) => return Err(Problem::of_token(unauthenticated("there is more than one Authorization header"))),
        };
        staka.actor_of(&user).await.map_err(Problem::of_token)
    }

    fn user(&self, header: &HeaderValue, now: Timestamp) -> Result<UserId> {
        let (scheme, token) = header.to_str().ok().and_then(|text| text.split_once(' ')).unwrap_or_default();
        if !scheme.eq_ignore_ascii_case("bearer") {
            return Err(unauthenticated("the Authorization header must be `Bearer` and a token"));
        }
        // Which of the checks failed is no business of whoever forges tokens.
        let invalid = || unauthenticated("the token is not valid");
        let verified =
            jsonwebtoken::decode::<Verified>(token.trim(), &self.key, &self.validation).map_err(|_| invalid())?.claims;
        if verified.exp <= now.unix_millis().div_euclid(1_000) {
            return Err(unauthenticated("the token has expired"));
        }
        verified.user_id.parse().map_err(|_| invalid())
    }
}

fn unauthenticated(message: &'static str) -> Error {
    Error::new(ErrorKind::Unauthenticated, message)
}
