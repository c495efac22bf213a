//! JSON Web Tokens signed by HS256, as the existing backend issues them (RFC 7519): signing and verifying.
//!
//! By hand, because the libraries for tokens bring the elliptic curves and RSA that this service does not accept.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use hmac::{Hmac, KeyInit, Mac};
use serde::de::{DeserializeOwned, IgnoredAny};
use serde::{Deserialize, Serialize};
use sha2::Sha256;
use staka_core::{Error, Result, Secret};

const ALGORITHM: &str = "HS256";

/// The header of every issued token: `{"alg":"HS256","typ":"JWT"}`.
const HEADER: &str = "eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCJ9";

/// The fields of a header that are checked. Others, such as `typ` and `kid`, are ignored.
#[derive(Deserialize)]
struct Header {
    alg: String,
    /// Extensions that a reader must understand; none is understood here.
    crit: Option<IgnoredAny>,
}

/// Signs and verifies tokens.
#[derive(Clone)]
pub(crate) struct Key(Hmac<Sha256>);

impl Key {
    pub(crate) fn new(secret: &Secret) -> Self {
        Self(Hmac::new_from_slice(secret.expose().as_bytes()).expect("HMAC takes a key of any length"))
    }

    /// Returns the token of these claims.
    pub(crate) fn sign(&self, claims: &impl Serialize) -> Result<String> {
        let claims = serde_json::to_vec(claims)
            .map_err(|error| Error::internal("the token cannot be signed").with_source(error))?;
        let mut token = format!("{HEADER}.{}", URL_SAFE_NO_PAD.encode(claims));
        let signature = self.0.clone().chain_update(&token).finalize().into_bytes();
        token.push('.');
        URL_SAFE_NO_PAD.encode_string(signature, &mut token);
        Ok(token)
    }

    /// Returns the claims of a token if this key signed it. The signature is compared in constant time and before the
    /// claims are read.
    pub(crate) fn verify<T: DeserializeOwned>(&self, token: &str) -> Option<T> {
        let (signed, signature) = token.rsplit_once('.')?;
        let (header, claims) = signed.split_once('.')?;
        let header: Header = serde_json::from_slice(&URL_SAFE_NO_PAD.decode(header).ok()?).ok()?;
        if header.alg != ALGORITHM || header.crit.is_some() {
            return None;
        }
        let signature = URL_SAFE_NO_PAD.decode(signature).ok()?;
        self.0.clone().chain_update(signed).verify_slice(&signature).ok()?;
        serde_json::from_slice(&URL_SAFE_NO_PAD.decode(claims).ok()?).ok()
    }
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;

    fn key(secret: &str) -> Key {
        Key::new(&Secret::new(secret))
    }

    /// The token that jwt.io shows, signed with its secret.
    const KNOWN: &str = "eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCJ9.eyJzdWIiOiIxMjM0NTY3ODkwIiwibmFtZSI6IkpvaG4gRG9lIiwiaWF0IjoxNTE2MjM5MDIyfQ.SflKxwRJSMeKKF2QT4fwpMeJf36POk6yJV_adQssw5c";

    #[test]
    fn a_token_of_another_program_is_verified() {
        let claims: Value = key("your-256-bit-secret").verify(KNOWN).unwrap();
        assert_eq!(claims, json!({"sub": "1234567890", "name": "John Doe", "iat": 1_516_239_022}));
        assert!(key("your-256-bit-secreT").verify::<Value>(KNOWN).is_none());
    }

    #[test]
    fn every_changed_byte_is_noticed() {
        let key = key("a secret of at least thirty-two bytes");
        let token = key.sign(&json!({"userId": "zoé", "exp": 5})).unwrap();
        assert_eq!(key.verify::<Value>(&token).unwrap(), json!({"userId": "zoé", "exp": 5}));
        for at in 0..token.len() {
            let mut bytes = token.clone().into_bytes();
            bytes[at] = if bytes[at] == b'A' { b'B' } else { b'A' };
            assert!(key.verify::<Value>(std::str::from_utf8(&bytes).unwrap()).is_none(), "byte {at}");
        }
        for cut in 0..token.len() {
            assert!(key.verify::<Value>(&token[..cut]).is_none(), "{cut} bytes");
        }
        for more in [".", "=", "A", "AA", " "] {
            assert!(key.verify::<Value>(&format!("{token}{more}")).is_none(), "{more:?}");
        }
    }

    #[test]
    fn headers_of_other_kinds_are_refused_though_they_are_signed() {
        let key = key("a secret of at least thirty-two bytes");
        let signed = |header: Value| {
            let text = format!("{}.{}", URL_SAFE_NO_PAD.encode(header.to_string()), URL_SAFE_NO_PAD.encode("{}"));
            let signature = key.0.clone().chain_update(&text).finalize().into_bytes();
            format!("{text}.{}", URL_SAFE_NO_PAD.encode(signature))
        };
        assert!(key.verify::<Value>(&signed(json!({"alg": "HS256", "kid": "1"}))).is_some());
        for header in [
            json!({"alg": "none"}),
            json!({"alg": "hs256"}),
            json!({"alg": "HS512"}),
            json!({"alg": ["HS256"]}),
            json!({"typ": "JWT"}),
            json!({"alg": "HS256", "crit": ["exp"]}),
            json!(["HS256"]),
        ] {
            assert!(key.verify::<Value>(&signed(header.clone())).is_none(), "{header}");
        }
    }
}
