//! Rows for the peers that have no model of their own: read by position, as quickly as each driver can.

/// Declares a row's struct, and how sqlx and mysql_async read it.
macro_rules! row {
    ($(#[$meta:meta])* struct $name:ident { $($field:ident: $type:ty),+ $(,)? }) => {
        $(#[$meta])*
        #[expect(dead_code, reason = "read in order to be measured; only some fields are looked at")]
        pub(crate) struct $name {
            $(pub(crate) $field: $type,)+
        }

        impl<'r> sqlx::FromRow<'r, sqlx::mysql::MySqlRow> for $name {
            fn from_row(row: &'r sqlx::mysql::MySqlRow) -> sqlx::Result<Self> {
                let mut columns = 0..;
                let mut next = || columns.next().unwrap_or_default();
                Ok(Self { $($field: sqlx::Row::try_get::<$type, usize>(row, next())?,)+ })
            }
        }

        impl mysql_async::prelude::FromRow for $name {
            fn from_row_opt(mut row: mysql_async::Row) -> Result<Self, mysql_async::FromRowError> {
                let mut columns = 0..;
                let mut next = || columns.next().unwrap_or_default();
                Ok(Self {
                    $($field: match row.take_opt::<$type, usize>(next()) {
                        Some(Ok(value)) => value,
                        _ => return Err(mysql_async::FromRowError(row)),
                    },)+
                })
            }
        }
    };
}
pub(crate) use row;
