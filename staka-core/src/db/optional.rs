//! Tables and columns that a database may lack. Those of Staka are missing before `staka migrate`, and after
//! `prisma db push`, which drops them; others exist only since a later revision of the backend's schema.

use super::error::{is_missing_column, is_missing_table};
use crate::base::{Error, ErrorKind, Result};

/// Tables or columns that a database may lack.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Optional {
    tables: &'static [&'static str],
    columns: &'static [&'static str],
    without: &'static str,
}

impl Optional {
    /// Declares tables of a statement as optional; `without` says what happens if one of them is missing, for the log.
    pub const fn tables(tables: &'static [&'static str], without: &'static str) -> Self {
        Self { tables, columns: &[], without }
    }

    /// Declares columns of a statement as optional, which only a later revision of the backend's schema has; `without` says what happens if one of them is missing, for the log.
    #[cfg_attr(
        not(feature = "unstable-internals"),
        expect(dead_code, reason = "no revision that is known has columns beyond the specification's")
    )]
    pub const fn columns(columns: &'static [&'static str], without: &'static str) -> Self {
        Self { tables: &[], columns, without }
    }

    /// Returns the result of a statement; none, and a warning in the log, if the database lacks this.
    pub fn or_none<T>(&self, result: Result<T>) -> Result<Option<T>> {
        match result {
            Ok(value) => Ok(Some(value)),
            Err(error) => match self.missing(&error) {
                Some(missing) => {
                    tracing::warn!("{missing}; {}", self.without);
                    Ok(None)
                }
                None => Err(error),
            },
        }
    }

    /// Returns the result of a statement. Fails with `Conflict` if the database lacks this.
    pub fn required<T>(&self, result: Result<T>) -> Result<T> {
        result.map_err(|error| match self.missing(&error) {
            Some(missing) => Error::new(ErrorKind::Conflict, missing).with_source(error),
            None => error,
        })
    }

    /// Returns what the database lacks, if a statement failed because of that.
    fn missing(&self, error: &Error) -> Option<String> {
        if let Some(table) = self.tables.iter().find(|table| is_missing_table(error, table)) {
            let advice = if table.starts_with("staka_") { ": run `staka migrate`" } else { "" };
            return Some(format!("the table {table} does not exist{advice}"));
        }
        let column = self.columns.iter().find(|column| is_missing_column(error, column))?;
        Some(format!("the column {column} does not exist"))
    }
}
