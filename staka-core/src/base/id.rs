//! Typed ids: text in the database (UUIDs by default), with a type for each table in Rust.

use super::{Clock, Result};

/// An id: text of 1 to 191 characters; a UUID, unless another program created the row.
pub trait TextId: Sized + Clone + 'static {
    /// The type's name, e.g. `UserId`.
    const NAME: &'static str;

    /// Returns the id as text.
    fn as_str(&self) -> &str;

    /// Parses an id. Fails with `Invalid` unless it has 1 to 191 characters and no NUL.
    fn parse(text: &str) -> Result<Self>;

    /// Generates a UUIDv7 of the clock's time: rows created together are neighbours in the index.
    fn generate(clock: &dyn Clock) -> Self;
}

/// Returns a UUIDv7 of the clock's time as text.
pub(crate) fn new_id_text(clock: &dyn Clock) -> String {
    let millis = u64::try_from(clock.now().unix_millis()).unwrap_or(0);
    let random: [u8; 10] = rand::random();
    uuid::Builder::from_unix_timestamp_millis(millis, &random).into_uuid().hyphenated().to_string()
}

/// Returns what is wrong with `text` as an id, if anything.
pub(crate) fn id_problem(text: &str) -> Option<&'static str> {
    if text.is_empty() {
        Some("must not be empty")
    } else if text.contains('\0') {
        Some("must not contain NUL")
    } else if text.chars().nth(191).is_some() {
        Some("must be at most 191 characters")
    } else {
        None
    }
}

macro_rules! text_id {
    ($($(#[$meta:meta])* $name:ident;)+) => {$(
        $(#[$meta])*
        ///
        /// Text of 1 to 191 characters; compared as text, printed as text.
        #[derive(Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
        pub struct $name(Box<str>);

        impl $crate::base::TextId for $name {
            const NAME: &'static str = stringify!($name);

            fn as_str(&self) -> &str {
                &self.0
            }

            fn parse(text: &str) -> $crate::base::Result<Self> {
                match $crate::base::id_problem(text) {
                    None => Ok(Self(text.into())),
                    Some(problem) => Err($crate::base::Error::invalid(stringify!($name), problem)),
                }
            }

            fn generate(clock: &dyn $crate::base::Clock) -> Self {
                Self($crate::base::new_id_text(clock).into())
            }
        }

        impl $name {
            /// Returns the id as text.
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl From<&$name> for $name {
            fn from(id: &$name) -> Self {
                id.clone()
            }
        }

        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str(&self.0)
            }
        }

        impl std::fmt::Debug for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                write!(f, "{:?}", &*self.0)
            }
        }

        impl std::str::FromStr for $name {
            type Err = $crate::base::Error;

            fn from_str(text: &str) -> Result<Self, Self::Err> {
                <Self as $crate::base::TextId>::parse(text)
            }
        }

        impl serde::Serialize for $name {
            fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serializer.serialize_str(&self.0)
            }
        }

        impl<'de> serde::Deserialize<'de> for $name {
            fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                let text = <std::borrow::Cow<'de, str> as serde::Deserialize>::deserialize(deserializer)?;
                match $crate::base::id_problem(&text) {
                    None => Ok(Self((*text).into())),
                    Some(problem) => Err(serde::de::Error::custom(problem)),
                }
            }
        }

        impl $crate::base::Described for $name {
            fn shape() -> $crate::base::Shape {
                $crate::base::Shape::Id(stringify!($name))
            }
        }

        impl $crate::base::Validate for $name {
            fn problem(&self, _: $crate::base::Length) -> Option<String> {
                None
            }
        }

        $crate::base::text_column!($name, write |id| Ok(id.as_str().into()), read |text| Ok(Self(text.into())));
    )+};
}
pub(crate) use text_id;
