//! How a caller says "change this", "look for that".

use serde::{Deserialize, Deserializer};

use super::{Described, Shape};

/// One field of a `*Patch`: left out, or set. A nullable column is a `Patch<Option<T>>`, so that
/// absent, null and a value are three things.
///
/// ```
/// use staka_core::{Patch, model::UserPatch};
/// let patch: UserPatch = serde_json::from_str(r#"{"prenom": "Zoé", "bio": null}"#).unwrap();
/// assert_eq!(patch.prenom, Patch::Set("Zoé".to_owned()));
/// assert_eq!(patch.bio, Patch::Set(None));
/// assert_eq!(patch.telephone, Patch::Absent);
/// assert!(serde_json::from_str::<UserPatch>(r#"{"prenom": null}"#).is_err());
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Default)]
pub enum Patch<T> {
    /// Leave the column as it is.
    #[default]
    Absent,
    /// Write this value.
    Set(T),
}

impl<T> Patch<T> {
    /// The value to write, if there is one.
    pub fn as_set(&self) -> Option<&T> {
        match self {
            Self::Absent => None,
            Self::Set(value) => Some(value),
        }
    }

    /// The same patch of a value made of this one.
    pub fn map<U>(self, make: impl FnOnce(T) -> U) -> Patch<U> {
        match self {
            Self::Absent => Patch::Absent,
            Self::Set(value) => Patch::Set(make(value)),
        }
    }
}

impl<T> From<T> for Patch<T> {
    fn from(value: T) -> Self {
        Self::Set(value)
    }
}

impl<'de, T: Deserialize<'de>> Deserialize<'de> for Patch<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        T::deserialize(deserializer).map(Self::Set)
    }
}

impl<T: Described> Described for Patch<T> {
    fn shape() -> Shape {
        T::shape()
    }
}

/// One equality field of a `*Filter`.
///
/// In JSON: left out, a value, a list of values, or `null`.
#[derive(Clone, Debug, PartialEq, Eq, Default, Deserialize)]
#[serde(untagged)]
pub enum Match<T> {
    /// Any value, NULL too.
    #[default]
    #[serde(skip)]
    Any,
    /// One of these; an empty list matches nothing.
    In(Vec<T>),
    /// This value.
    Is(T),
    /// NULL.
    Null,
}

impl<T> From<T> for Match<T> {
    fn from(value: T) -> Self {
        Self::Is(value)
    }
}

/// One range field of a `*Filter`, half open: `from ≤ value < to`.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Between<T> {
    /// The smallest value that matches.
    pub from: Option<T>,
    /// The smallest value that does not match any more.
    pub to: Option<T>,
}

impl<T> Default for Between<T> {
    fn default() -> Self {
        Self { from: None, to: None }
    }
}
