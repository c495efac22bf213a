//! The interface of a table to generic code: columns, inserts and patches.

use super::{Args, Column, Record, Violations};

/// A table whose columns are declared. Implemented by `#[staka_macros::table]`.
pub trait Table: Record + Send + Sync + 'static {
    /// The table's name in the database.
    const NAME: &'static str;
    /// The columns in the database's order, in which rows are read and written.
    const COLUMNS: &'static [Column];
    /// The columns, quoted and joined by commas.
    const SELECT: &'static str;

    /// Returns the column of this name, to check a value against it.
    ///
    /// # Panics
    /// If the table has no such column.
    fn column(name: &str) -> &'static Column {
        let found = Self::COLUMNS.iter().find(|column| column.name == name);
        found.unwrap_or_else(|| unreachable!("{} has no column {name}", Self::NAME))
    }

    /// Binds the values of all columns in order.
    fn bind(&self, args: &mut Args);

    /// Adds a violation for every value that does not fit its column. Rows of tables owned by Staka are not checked:
    /// the inputs that they are made of are.
    fn check(&self, _violations: &mut Violations) {}
}

/// Some columns of a table's rows. Implemented by `#[derive(Record)]` with `#[record(part_of = …)]`.
pub trait PartialRow: Record {
    /// The names of the columns, in the order in which they are read.
    const COLUMNS: &'static [&'static str];
    /// The columns, quoted and joined by commas.
    const SELECT: &'static str;
}

/// Returns whether a table has all these columns.
pub const fn are_columns(names: &[&str], declared: &[Column]) -> bool {
    let mut place = 0;
    while place < names.len() {
        let (mut other, mut found) = (0, false);
        while other < declared.len() {
            found = found || is_same(names[place], declared[other].name);
            other += 1;
        }
        if !found {
            return false;
        }
        place += 1;
    }
    true
}

/// Compares texts at compile time, where `==` is not available.
const fn is_same(one: &str, other: &str) -> bool {
    let (one, other) = (one.as_bytes(), other.as_bytes());
    let mut place = 0;
    while place < one.len() && place < other.len() {
        if one[place] != other[place] {
            return false;
        }
        place += 1;
    }
    one.len() == other.len()
}

/// A table whose rows can be changed by a patch.
pub trait PatchedTable: Table {
    /// The input that changes a row.
    type Patch: RowPatch;

    /// Whether rows have an `updatedAt`, which serves as their version.
    const VERSIONED: bool;
}

/// An input that changes a row.
pub trait RowPatch: Send + Sync {
    /// `` `column` = IF(?, ?, `column`) `` for each column, so that a table has one UPDATE text whatever is set.
    const SET: &'static str;

    /// Binds two values for each column: whether it is set, and the value.
    fn bind(&self, args: &mut Args);

    /// Returns whether nothing is set.
    fn is_empty(&self) -> bool;

    /// Adds a violation for every value that does not fit its column.
    fn check(&self, violations: &mut Violations);
}
