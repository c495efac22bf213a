//! The interface of the inputs that create rows of the Prisma schema's tables, for the demo data and the tests.

use super::{Clock, Result};

/// An input that creates a row.
pub trait NewRow: Send + Sync {
    /// The created row's type.
    type Row;

    /// Completes the row: a missing id and missing times come from the clock. Fails with `Invalid`, naming every
    /// invalid field.
    fn into_row(self, clock: &dyn Clock) -> Result<Self::Row>;
}
