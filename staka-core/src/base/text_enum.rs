//! Enums stored as text, with the values of the Prisma schema.

use std::fmt;

/// An enum value in the database that the Prisma schema does not list (a newer backend wrote it). It is read and shown
/// as its text and cannot be written; only reading from the database creates one.
#[derive(Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Unrecognised(Box<str>);

impl Unrecognised {
    /// Returns the text that the database holds.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    pub(crate) fn from_column(text: &str) -> Self {
        Self(text.into())
    }
}

impl fmt::Debug for Unrecognised {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(&self.0, f)
    }
}

/// An enum kept as text in the database.
pub trait TextEnum: Sized + Clone + 'static {
    /// The enum's name in the Prisma schema.
    const NAME: &'static str;
    /// The values of the Prisma schema in the order of declaration, which is the order in which the server sorts them.
    const VALUES: &'static [&'static str];

    /// Returns the value as it appears in the database and in JSON.
    fn as_str(&self) -> &str;

    /// Returns the variant for a value of the Prisma schema.
    fn from_variant(text: &str) -> Option<Self>;

    /// Returns whether the Prisma schema lists the value, so that it may be written.
    fn is_recognised(&self) -> bool;
}

/// Returns the index of `value` in `values`, which must contain it. Case is ignored, as by the server.
pub(crate) const fn ordinal_of(value: &str, values: &[&str]) -> u32 {
    let mut index = 0;
    while !values[index].as_bytes().eq_ignore_ascii_case(value.as_bytes()) {
        index += 1;
    }
    index as u32
}

macro_rules! text_enum {
    ($(#[$meta:meta])* pub enum $name:ident { $($(#[$vmeta:meta])* $variant:ident = $value:literal),+ $(,)? }) => {
        $(#[$meta])*
        #[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
        #[non_exhaustive]
        pub enum $name {
            $($(#[$vmeta])* #[doc = concat!("`", $value, "`")] $variant,)+
            /// A value that the Prisma schema does not list: it can be read, not written.
            Unrecognised($crate::base::Unrecognised),
        }

        impl $crate::base::TextEnum for $name {
            const NAME: &'static str = stringify!($name);
            const VALUES: &'static [&'static str] = &[$($value),+];

            fn as_str(&self) -> &str {
                match self {
                    $(Self::$variant => $value,)+
                    Self::Unrecognised(text) => text.as_str(),
                }
            }

            fn from_variant(text: &str) -> Option<Self> {
                match text {
                    $($value => Some(Self::$variant),)+
                    _ => None,
                }
            }

            fn is_recognised(&self) -> bool {
                !matches!(self, Self::Unrecognised(_))
            }
        }

        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str($crate::base::TextEnum::as_str(self))
            }
        }

        impl std::str::FromStr for $name {
            type Err = $crate::base::Error;

            fn from_str(text: &str) -> Result<Self, Self::Err> {
                <Self as $crate::base::TextEnum>::from_variant(text).ok_or_else(|| {
                    $crate::base::Error::invalid(stringify!($name), concat!("must be one of" $(, " ", $value)+))
                })
            }
        }

        impl serde::Serialize for $name {
            fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                // The index serves a serializer that keeps an object for each value.
                let (index, value) = match self {
                    $(Self::$variant => (const { $crate::base::ordinal_of($value, <Self as $crate::base::TextEnum>::VALUES) }, $value),)+
                    Self::Unrecognised(text) => return serializer.serialize_str(text.as_str()),
                };
                serializer.serialize_unit_variant(stringify!($name), index, value)
            }
        }

        impl<'de> serde::Deserialize<'de> for $name {
            fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                let text = <std::borrow::Cow<'de, str> as serde::Deserialize>::deserialize(deserializer)?;
                <Self as $crate::base::TextEnum>::from_variant(&text)
                    .ok_or_else(|| serde::de::Error::unknown_variant(&text, <Self as $crate::base::TextEnum>::VALUES))
            }
        }

        impl $crate::base::Described for $name {
            fn shape() -> $crate::base::Shape {
                $crate::base::Shape::Enum { name: stringify!($name), values: <Self as $crate::base::TextEnum>::VALUES, open: true }
            }
        }

        impl $crate::base::Validate for $name {
            fn problem(&self, _: $crate::base::Length) -> Option<String> {
                match self {
                    Self::Unrecognised(text) => Some(format!("{:?} is not a value of {} and cannot be written", text.as_str(), stringify!($name))),
                    _ => None,
                }
            }
        }

        $crate::base::text_column!(
            $name,
            write |value| match $crate::base::Validate::problem(value, $crate::base::Length::Fixed) {
                Some(problem) => Err(problem.into()),
                None => Ok($crate::base::TextEnum::as_str(value).into()),
            },
            read |text| Ok(match text {
                $($value => Self::$variant,)+
                text => Self::Unrecognised($crate::base::Unrecognised::from_column(text)),
            })
        );
    };
}
pub(crate) use text_enum;
