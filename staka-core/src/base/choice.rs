//! Closed lists of words that a caller chooses from: sort keys, directions, formats.

macro_rules! choice {
    ($(#[$meta:meta])* pub enum $name:ident { $(#[$first_meta:meta])* $first:ident = $first_word:literal $(, $(#[$vmeta:meta])* $variant:ident = $word:literal)* $(,)? }) => {
        $(#[$meta])*
        #[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
        pub enum $name {
            $(#[$first_meta])* #[doc = concat!("`", $first_word, "`, unless another is chosen.")]
            #[default]
            $first,
            $($(#[$vmeta])* #[doc = concat!("`", $word, "`")] $variant,)*
        }

        impl $name {
            /// The words, in the order of declaration.
            pub const VALUES: &'static [&'static str] = &[$first_word $(, $word)*];

            /// The word on the wire.
            pub const fn as_str(self) -> &'static str {
                match self {
                    Self::$first => $first_word,
                    $(Self::$variant => $word,)*
                }
            }
        }

        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str(self.as_str())
            }
        }

        impl serde::Serialize for $name {
            fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serializer.serialize_unit_variant(stringify!($name), *self as u32, self.as_str())
            }
        }

        impl<'de> serde::Deserialize<'de> for $name {
            fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                let word = <std::borrow::Cow<'de, str> as serde::Deserialize>::deserialize(deserializer)?;
                match &*word {
                    $first_word => Ok(Self::$first),
                    $($word => Ok(Self::$variant),)*
                    other => Err(serde::de::Error::unknown_variant(other, Self::VALUES)),
                }
            }
        }

        impl $crate::base::Described for $name {
            fn shape() -> $crate::base::Shape {
                $crate::base::Shape::Enum { name: stringify!($name), values: Self::VALUES }
            }
        }
    };
}
pub(crate) use choice;

/// Lets a column hold the words of a choice; a word that is none of them breaks the model.
macro_rules! column_word {
    ($name:ident) => {
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
                <&str as sqlx::Encode<sqlx::MySql>>::encode_by_ref(&self.as_str(), buf)
            }
        }

        impl<'r> sqlx::Decode<'r, sqlx::MySql> for $name {
            fn decode(value: sqlx::mysql::MySqlValueRef<'r>) -> Result<Self, sqlx::error::BoxDynError> {
                let word = <&str as sqlx::Decode<sqlx::MySql>>::decode(value)?;
                serde::Deserialize::deserialize(serde::de::value::StrDeserializer::<serde::de::value::Error>::new(word))
                    .map_err(Into::into)
            }
        }
    };
}
pub(crate) use column_word;

choice! {
    /// Which end of a list comes first.
    pub enum Direction {
        /// From small to large, from old to new.
        Asc = "asc",
        /// From large to small, from new to old.
        Desc = "desc",
    }
}
