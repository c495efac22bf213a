//! The interface of a table to generic code: columns, inserts and patches.

use super::{Args, Clock, Column, Record, Result, Violations};

/// A table whose columns are declared. Implemented by `#[staka_macros::table]`.
pub trait Table: Record + Send + Sync + 'static {
    /// The table's name in the database.
    const NAME: &'static str;
    /// The columns in the database's order, in which rows are read and written.
    const COLUMNS: &'static [Column];
    /// The columns, quoted and joined by commas.
    const SELECT: &'static str;

    /// Binds the values of all columns in order.
    fn bind(&self, args: &mut Args);

    /// Adds a violation for every value that does not fit its column.
    fn check(&self, violations: &mut Violations);
}

/// A table whose rows can be changed by a patch.
pub trait PatchedTable: Table {
    /// The input that changes a row.
    type Patch: RowPatch;

    /// Whether rows have an `updatedAt`, which serves as their version.
    const VERSIONED: bool;
}

/// An input that creates a row.
pub trait NewRow: Send + Sync {
    /// The created row's type.
    type Row;

    /// Completes the row: a missing id and missing times come from the clock. Fails with `Invalid`, naming every
    /// invalid field.
    fn into_row(self, clock: &dyn Clock) -> Result<Self::Row>;
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
