//! Field types of updates and filters: [`Patch`], [`Match`], [`Between`].

use std::fmt;
use std::marker::PhantomData;
use std::ops::{Range, RangeFrom, RangeTo};

use serde::de::value::SeqAccessDeserializer;
use serde::de::{DeserializeOwned, IntoDeserializer, SeqAccess, Visitor};
use serde::{Deserialize, Deserializer};
use serde_json::Value;

use super::describe::check_items;
use super::{Bounds, Described, MATCH_LIST_BOUNDS, Shape, Violations};

/// A field of an update: absent, or set to a value. A nullable column is a `Patch<Option<T>>`, which distinguishes
/// absent, null and a value.
///
/// ```
/// use staka_core::{Patch, ProfileUpdate};
/// let update: ProfileUpdate = serde_json::from_str(r#"{"prenom": "Zoé", "bio": null}"#).unwrap();
/// assert_eq!(update.prenom, Patch::Set("Zoé".to_owned()));
/// assert_eq!(update.bio, Patch::Set(None));
/// assert_eq!(update.telephone, Patch::Absent);
/// assert_eq!(update, ProfileUpdate::default().prenom("Zoé").clear_bio());
/// assert!(serde_json::from_str::<ProfileUpdate>(r#"{"prenom": null}"#).is_err());
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
    /// Returns the value to write, if there is one.
    pub fn as_set(&self) -> Option<&T> {
        match self {
            Self::Absent => None,
            Self::Set(value) => Some(value),
        }
    }

    /// Converts the value to write.
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
        Shape::Patch(Box::new(T::shape()))
    }

    fn check_bounds(&self, field: &str, bounds: &Bounds, violations: &mut Violations) {
        if let Self::Set(value) = self {
            value.check_bounds(field, bounds, violations);
        }
    }
}

/// An equality condition of a filter.
///
/// In JSON: absent, a value, a list of values, or `null`.
///
/// ```
/// use staka_core::{Match, model::Role};
/// let read = |json| serde_json::from_str::<Match<Role>>(json);
/// assert_eq!(read(r#""ADMIN""#).unwrap(), Match::Is(Role::Admin));
/// assert_eq!(read(r#"["ADMIN", "USER"]"#).unwrap(), Match::In(vec![Role::Admin, Role::User]));
/// assert_eq!(read("null").unwrap(), Match::Null);
/// assert!(read(r#""KING""#).unwrap_err().to_string().contains("ADMIN"));
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Default)]
pub enum Match<T> {
    /// Any value, including NULL.
    #[default]
    Any,
    /// One of these values; an empty list matches nothing.
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

impl<T> From<Vec<T>> for Match<T> {
    fn from(values: Vec<T>) -> Self {
        Self::In(values)
    }
}

impl<T, const N: usize> From<[T; N]> for Match<T> {
    fn from(values: [T; N]) -> Self {
        Self::In(values.into())
    }
}

impl<T: Clone> From<&T> for Match<T> {
    fn from(value: &T) -> Self {
        Self::Is(value.clone())
    }
}

impl From<&str> for Match<String> {
    fn from(value: &str) -> Self {
        Self::Is(value.to_owned())
    }
}

impl<T: Described> Described for Match<T> {
    fn shape() -> Shape {
        Shape::OneOrMany(Box::new(T::shape()))
    }

    fn check_bounds(&self, field: &str, bounds: &Bounds, violations: &mut Violations) {
        match self {
            Self::Any | Self::Null => {}
            Self::Is(value) => value.check_bounds(field, bounds, violations),
            Self::In(values) => {
                violations.add_problem(field, MATCH_LIST_BOUNDS.problem(values.len()));
                check_items(values, field, bounds, violations);
            }
        }
    }
}

/// By hand: the errors of serde's `untagged` do not mention the value.
impl<'de, T: Deserialize<'de>> Deserialize<'de> for Match<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(MatchVisitor(PhantomData))
    }
}

struct MatchVisitor<T>(PhantomData<T>);

macro_rules! one {
    ($($visit:ident: $type:ty),+) => {$(
        fn $visit<E: serde::de::Error>(self, value: $type) -> Result<Match<T>, E> {
            T::deserialize(value.into_deserializer()).map(Match::Is)
        }
    )+};
}

impl<'de, T: Deserialize<'de>> Visitor<'de> for MatchVisitor<T> {
    type Value = Match<T>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a value, a list of values, or null")
    }

    one!(visit_bool: bool, visit_i64: i64, visit_u64: u64, visit_f64: f64, visit_str: &str, visit_string: String);

    fn visit_unit<E: serde::de::Error>(self) -> Result<Match<T>, E> {
        Ok(Match::Null)
    }

    fn visit_none<E: serde::de::Error>(self) -> Result<Match<T>, E> {
        Ok(Match::Null)
    }

    fn visit_some<D: Deserializer<'de>>(self, deserializer: D) -> Result<Match<T>, D::Error> {
        Match::deserialize(deserializer)
    }

    fn visit_seq<A: SeqAccess<'de>>(self, values: A) -> Result<Match<T>, A::Error> {
        Vec::deserialize(SeqAccessDeserializer::new(values)).map(Match::In)
    }
}

/// A range condition of a filter, half open: `from ≤ value < to`.
///
/// ```
/// use staka_core::{Between, Timestamp};
/// let since: Between<Timestamp> = serde_json::from_str(r#"{"from": "2026-01-01"}"#).unwrap();
/// assert_eq!((since.from, since.to), (Some("2026-01-01".parse().unwrap()), None));
/// assert_eq!(Between::from(1..5), Between { from: Some(1), to: Some(5) });
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Between<T> {
    /// The smallest value that matches; no lower bound by default.
    pub from: Option<T>,
    /// The smallest value above the range; no upper bound by default.
    pub to: Option<T>,
}

impl<T> Default for Between<T> {
    fn default() -> Self {
        Self { from: None, to: None }
    }
}

impl<T> From<Range<T>> for Between<T> {
    fn from(Range { start, end }: Range<T>) -> Self {
        Self { from: Some(start), to: Some(end) }
    }
}

impl<T> From<RangeFrom<T>> for Between<T> {
    fn from(range: RangeFrom<T>) -> Self {
        Self { from: Some(range.start), to: None }
    }
}

impl<T> From<RangeTo<T>> for Between<T> {
    fn from(range: RangeTo<T>) -> Self {
        Self { from: None, to: Some(range.end) }
    }
}

impl<T: Described> Described for Between<T> {
    fn shape() -> Shape {
        Shape::Range(Box::new(T::shape()))
    }

    fn check_bounds(&self, field: &str, bounds: &Bounds, violations: &mut Violations) {
        self.from.check_bounds(field, bounds, violations);
        self.to.check_bounds(field, bounds, violations);
    }
}

/// Errors in a bound are reported for the range's field: two ranges of one filter both have a `from`.
impl<'de, T: DeserializeOwned> Deserialize<'de> for Between<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        #[derive(Deserialize)]
        #[serde(deny_unknown_fields, default)]
        struct Bounds {
            from: Value,
            to: Value,
        }
        impl Default for Bounds {
            fn default() -> Self {
                Self { from: Value::Null, to: Value::Null }
            }
        }
        fn bound<T: DeserializeOwned, E: serde::de::Error>(name: &str, value: Value) -> Result<Option<T>, E> {
            Option::deserialize(value).map_err(|error| E::custom(format_args!("{name}: {error}")))
        }
        let Bounds { from, to } = Bounds::deserialize(deserializer)?;
        Ok(Self { from: bound("from", from)?, to: bound("to", to)? })
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::base::Timestamp;

    #[test]
    fn an_invalid_value_is_reported_with_its_path() {
        let error = |json: &str| {
            let mut reader = serde_json::Deserializer::from_str(json);
            let error = serde_path_to_error::deserialize::<_, Match<Timestamp>>(&mut reader).unwrap_err();
            (error.path().to_string(), error.inner().to_string())
        };
        assert_eq!(error(r#"["2026-01-01", "hier"]"#).0, "[1]");
        assert!(error("7").1.contains("invalid type"), "{:?}", error("7"));
        assert!(error("{}").1.contains("a value, a list of values, or null"), "{:?}", error("{}"));
        assert_eq!(serde_json::from_str::<Match<bool>>("true").unwrap(), Match::Is(true));
        assert_eq!(serde_json::from_str::<Match<i64>>("-1").unwrap(), Match::Is(-1));
        assert_eq!(serde_json::from_str::<Match<String>>("[]").unwrap(), Match::In(vec![]));
        assert!(serde_json::from_str::<Match<Timestamp>>("\"\"").is_err());
    }

    #[test]
    fn an_invalid_bound_is_reported_by_its_name() {
        let read = serde_json::from_value::<Between<Timestamp>>;
        assert_eq!(read(json!({"from": null})).unwrap(), Between::default());
        assert!(read(json!({"to": "hier"})).unwrap_err().to_string().starts_with("to: "));
        assert!(read(json!({"since": "2026-01-01"})).unwrap_err().to_string().starts_with("unknown field `since`"));
    }
}
