//! Text that is never output: hashes of passwords and tokens, and passwords.

use std::fmt;

use serde::{Deserialize, Deserializer};
use sqlx::encode::IsNull;
use sqlx::error::BoxDynError;
use sqlx::mysql::{MySql, MySqlTypeInfo, MySqlValueRef};
use sqlx::{Decode, Encode, Type};

use super::{Bounds, Described, Shape, Violations};

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

impl Type<MySql> for Secret {
    fn type_info() -> MySqlTypeInfo {
        <str as Type<MySql>>::type_info()
    }

    fn compatible(ty: &MySqlTypeInfo) -> bool {
        <str as Type<MySql>>::compatible(ty)
    }
}

impl Encode<'_, MySql> for Secret {
    fn encode_by_ref(&self, buf: &mut Vec<u8>) -> Result<IsNull, BoxDynError> {
        <&str as Encode<MySql>>::encode_by_ref(&self.0.as_str(), buf)
    }
}

impl Decode<'_, MySql> for Secret {
    fn decode(value: MySqlValueRef<'_>) -> Result<Self, BoxDynError> {
        <String as Decode<MySql>>::decode(value).map(Self)
    }
}

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
