//! Types that a column stores as text.

/// Lets a column hold a type: `write` returns the text of a value, `read` the value of a text, or what is wrong with it.
macro_rules! text_column {
    ($name:ty, write $write:expr, read $read:expr) => {
        // By hand: `#[derive(sqlx::Type)]` does not decode NOT NULL ENUM columns.
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
                let write: fn(&Self) -> Result<std::borrow::Cow<'_, str>, sqlx::error::BoxDynError> = $write;
                <&str as sqlx::Encode<sqlx::MySql>>::encode_by_ref(&&*write(self)?, buf)
            }
        }

        impl<'r> sqlx::Decode<'r, sqlx::MySql> for $name {
            fn decode(value: sqlx::mysql::MySqlValueRef<'r>) -> Result<Self, sqlx::error::BoxDynError> {
                let read: fn(&str) -> Result<Self, sqlx::error::BoxDynError> = $read;
                read(std::str::from_utf8(<&[u8] as sqlx::Decode<sqlx::MySql>>::decode(value)?)?)
            }
        }
    };
}
pub(crate) use text_column;
