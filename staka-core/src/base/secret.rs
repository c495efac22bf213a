//! Text that is never output: hashes of passwords and tokens, and passwords.

use std::fmt;

use serde::{Deserialize, Deserializer};

use super::{Bounds, Described, Shape, Violations, text_column};

/// A stored hash. It has no `Serialize`, prints as `…` and is read only through [`Secret::expose`].
///
/// ```
/// use staka_core::Secret;
/// let hash = Secret::new("$2b$12$abc");
/// assert_eq!(format!("{hash:?}"), "Secret(…)");
/// ```
#[derive(Clone, PartialEq, Eq)]
pub struct Secret(String);

impl Secret {
    /// Wraps a hash.
    pub fn new(text: impl Into<String>) -> Self {
        Self(text.into())
    }

    /// Returns the hash, for comparison; never output it.
    pub fn expose(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Secret(…)")
    }
}

text_column!(Secret, write | secret | Ok(secret.0.as_str().into()), read | text | Ok(Self(text.to_owned())));

/// A password as typed, or a token from an e-mail. It is an input only: it has no `Serialize` and prints as `…`.
///
/// ```
/// use staka_core::Password;
/// let password = Password::new("correct horse battery staple");
/// assert_eq!(format!("{password:?}"), "Password(…)");
/// ```
#[derive(Clone, PartialEq, Eq)]
pub struct Password(String);

impl Password {
    /// Wraps the text as typed, without trimming spaces.
    pub fn new(text: impl Into<String>) -> Self {
        Self(text.into())
    }

    /// Returns the text, for hashing; never output it.
    pub fn expose(&self) -> &str {
        &self.0
    }
}

impl<T: Into<String>> From<T> for Password {
    fn from(text: T) -> Self {
        Self::new(text)
    }
}

impl fmt::Debug for Password {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Password(…)")
    }
}

impl<'de> Deserialize<'de> for Password {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        String::deserialize(deserializer).map(Self)
    }
}

impl Described for Password {
    fn shape() -> Shape {
        String::shape()
    }

    fn check_bounds(&self, field: &str, bounds: &Bounds, violations: &mut Violations) {
        self.0.check_bounds(field, bounds, violations);
    }
}
