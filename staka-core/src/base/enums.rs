//! Text enums: one small macro, the guide's own words on the wire.

use std::fmt;

/// A value the database holds and the guide does not know (a newer backend wrote it). It is read, kept as
/// its text and shown as its text; it cannot be written, and only the database can make one.
#[derive(Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Unrecognised(Box<str>);

impl Unrecognised {
    /// The text that the database holds.
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
    /// The enum's name in the guide.
    const NAME: &'static str;
    /// The guide's words, in the order of declaration, which is the order in which the server sorts them.
    const VALUES: &'static [&'static str];

    /// The word on the wire.
    fn as_str(&self) -> &str;

    /// The value for a word of the guide.
    fn from_word(word: &str) -> Option<Self>;

    /// Whether it is a word of the guide, and so may be written.
    fn is_recognised(&self) -> bool;
}

/// The place of `word` among `words`, which hold it; no two differ by case alone, as the server would not tell them apart.
pub(crate) const fn place_of(word: &str, words: &[&str]) -> u32 {
    let mut place = 0;
    while !words[place].as_bytes().eq_ignore_ascii_case(word.as_bytes()) {
        place += 1;
    }
    place as u32
}

macro_rules! text_enum {
    ($(#[$meta:meta])* pub enum $name:ident { $($(#[$vmeta:meta])* $variant:ident = $word:literal),+ $(,)? }) => {
        $(#[$meta])*
        #[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
        #[non_exhaustive]
        pub enum $name {
            $($(#[$vmeta])* #[doc = concat!("`", $word, "`")] $variant,)+
            /// A value that the guide does not know: readable, never writable.
            Unrecognised($crate::base::Unrecognised),
        }

        impl $crate::base::TextEnum for $name {
            const NAME: &'static str = stringify!($name);
            const VALUES: &'static [&'static str] = &[$($word),+];

            fn as_str(&self) -> &str {
                match self {
                    $(Self::$variant => $word,)+
                    Self::Unrecognised(text) => text.as_str(),
                }
            }

            fn from_word(word: &str) -> Option<Self> {
                match word {
                    $($word => Some(Self::$variant),)+
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

            fn from_str(word: &str) -> Result<Self, Self::Err> {
                <Self as $crate::base::TextEnum>::from_word(word).ok_or_else(|| {
                    $crate::base::Error::invalid(stringify!($name), concat!("must be one of" $(, " ", $word)+))
                })
            }
        }

        impl serde::Serialize for $name {
            fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                // Its place helps a serializer that has an object for each word.
                let (place, word) = match self {
                    $(Self::$variant => (const { $crate::base::place_of($word, <Self as $crate::base::TextEnum>::VALUES) }, $word),)+
                    Self::Unrecognised(text) => return serializer.serialize_str(text.as_str()),
                };
                serializer.serialize_unit_variant(stringify!($name), place, word)
            }
        }

        impl<'de> serde::Deserialize<'de> for $name {
            fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                let word = <std::borrow::Cow<'de, str> as serde::Deserialize>::deserialize(deserializer)?;
                <Self as $crate::base::TextEnum>::from_word(&word)
                    .ok_or_else(|| serde::de::Error::unknown_variant(&word, <Self as $crate::base::TextEnum>::VALUES))
            }
        }

        impl $crate::base::Described for $name {
            fn shape() -> $crate::base::Shape {
                $crate::base::Shape::Enum { name: stringify!($name), values: <Self as $crate::base::TextEnum>::VALUES }
            }
        }

        impl $crate::base::Fits for $name {
            fn fault(&self, _: $crate::base::Length) -> Option<String> {
                match self {
                    Self::Unrecognised(text) => Some(format!("{:?} is not a value of {} and cannot be written", text.as_str(), stringify!($name))),
                    _ => None,
                }
            }
        }

        // By hand and delegating to `str`: what `#[derive(sqlx::Type)]` makes does not decode NOT NULL ENUM columns.
        impl sqlx::Type<sqlx::MySql> for $name {
            fn type_info() -> sqlx::mysql::MySqlTypeInfo {
                <str as sqlx::Type<sqlx::MySql>>::type_info()
            }

            fn compatible(ty: &sqlx::mysql::MySqlTypeInfo) -> bool {
                <str as sqlx::Type<sqlx::MySql>>::compatible(ty)
            }
        }

        impl sqlx::Encode<'_, sqlx::MySql> for $name {
            fn encode_by_ref(&self, buf: &mut Vec<u8>) -> Result<sqlx::encode::IsNull, sqlx::error::BoxDynError> {
                if let Self::Unrecognised(text) = self {
                    return Err(format!("{:?} is not a value of {} and cannot be written", text.as_str(), stringify!($name)).into());
                }
                <&str as sqlx::Encode<sqlx::MySql>>::encode_by_ref(&$crate::base::TextEnum::as_str(self), buf)
            }
        }

        impl<'r> sqlx::Decode<'r, sqlx::MySql> for $name {
            fn decode(value: sqlx::mysql::MySqlValueRef<'r>) -> Result<Self, sqlx::error::BoxDynError> {
                let word = <&[u8] as sqlx::Decode<sqlx::MySql>>::decode(value)?;
                $(if word == $word.as_bytes() {
                    return Ok(Self::$variant);
                })+
                Ok(Self::Unrecognised($crate::base::Unrecognised::from_column(std::str::from_utf8(word)?)))
            }
        }
    };
}
pub(crate) use text_enum;
