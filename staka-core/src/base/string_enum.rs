//! Closed enums that a caller chooses from: sort keys, directions, formats.

macro_rules! string_enum {
    ($(#[$meta:meta])* pub enum $name:ident { $(#[$first_meta:meta])* $first:ident = $first_value:literal $(, $(#[$vmeta:meta])* $variant:ident = $value:literal)* $(,)? }) => {
        $(#[$meta])*
        #[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
        pub enum $name {
            $(#[$first_meta])* #[doc = concat!("`", $first_value, "`, the default.")]
            #[default]
            $first,
            $($(#[$vmeta])* #[doc = concat!("`", $value, "`")] $variant,)*
        }

        impl $name {
            /// All values as text, in the order of declaration.
            pub const VALUES: &'static [&'static str] = &[$first_value $(, $value)*];

            /// Returns the value as it appears in JSON.
            pub const fn as_str(self) -> &'static str {
                match self {
                    Self::$first => $first_value,
                    $(Self::$variant => $value,)*
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
                let text = <std::borrow::Cow<'de, str> as serde::Deserialize>::deserialize(deserializer)?;
                match &*text {
                    $first_value => Ok(Self::$first),
                    $($value => Ok(Self::$variant),)*
                    other => Err(serde::de::Error::unknown_variant(other, Self::VALUES)),
                }
            }
        }

        impl $crate::base::Described for $name {
            fn shape() -> $crate::base::Shape {
                $crate::base::Shape::Enum { name: stringify!($name), values: Self::VALUES, open: false }
            }
        }
    };
}
pub(crate) use string_enum;

/// Lets a column hold the values of a string enum; reading any other value is an error.
macro_rules! string_enum_column {
    ($name:ident) => {
        $crate::base::text_column!(
            $name,
            write | value | Ok(value.as_str().into()),
            read | text | {
                serde::Deserialize::deserialize(serde::de::value::StrDeserializer::<serde::de::value::Error>::new(text))
                    .map_err(Into::into)
            }
        );
    };
}
pub(crate) use string_enum_column;

string_enum! {
    /// The direction in which a list is sorted.
    pub enum Direction {
        /// Ascending: from small to large, from old to new.
        Asc = "asc",
        /// Descending: from large to small, from new to old.
        Desc = "desc",
    }
}
