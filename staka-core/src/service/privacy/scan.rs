//! Positions in a search that reads whole tables, a part of them with each call.

use crate::base::{Cursor, Result};

/// The number of rows that one call reads, for one text to search for; each further text makes a row as costly again.
pub(super) const MAX_ROWS: usize = 60_000;

/// The separator of the parts of a primary key within a cursor.
const KEY_SEPARATOR: char = '\u{1e}';

/// The row after which a search continues.
pub(super) struct Place {
    pub(super) table: String,
    /// Its primary key; empty before the first row.
    pub(super) key: Vec<String>,
}

impl Place {
    /// Reads the position of a cursor of the operation `name`.
    pub(super) fn read(name: &str, cursor: &Cursor) -> Result<Self> {
        let [table, key] = cursor.keys::<2>(name)?;
        let key = if key.is_empty() { Vec::new() } else { key.split(KEY_SEPARATOR).map(str::to_owned).collect() };
        Ok(Self { table, key })
    }

    pub(super) fn cursor(name: &str, table: &str, key: &[String]) -> Cursor {
        Cursor::after_row(name, &[table, &key.join(&KEY_SEPARATOR.to_string())])
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_place_survives_its_cursor() {
        for key in [Vec::new(), vec!["a\u{1f}b".to_owned(), String::new()]] {
            let read =
                Place::read("privacy.check", &Place::cursor("privacy.check", "messages", &key)).expect("a place");
            assert_eq!((read.table.as_str(), read.key), ("messages", key));
        }
    }
}
