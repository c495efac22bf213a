//! The operations for a caller, on the pool or within a transaction.

use std::sync::Arc;

use super::tx::Slot;
use super::{Caller, Inner, Operation};
use crate::base::{Error, ErrorKind, Result};

/// The operations for a caller, which [`Session`](super::Session) and [`Tx`](super::Tx) share: a method for each group
/// of operations, e.g. [`Operations::notifications`]. Cheap to clone.
///
/// Those of a session take a connection of the pool each. Those of a transaction run on its connection, one after the
/// other, and fail with `Conflict` once it has ended.
#[derive(Clone)]
pub struct Operations {
    pub(super) inner: Arc<Inner>,
    pub(super) caller: Arc<Caller>,
    /// The transaction in which the operations run, if there is one.
    pub(super) tx: Option<Arc<Slot>>,
}

impl Operations {
    /// Returns the caller for whom the operations run.
    pub fn caller(&self) -> &Caller {
        &self.caller
    }

    /// Calls an operation by its name with JSON arguments, and returns JSON. Fails with `NotFound` if there is no such
    /// operation, and with `Invalid` if the arguments are invalid.
    ///
    /// ```no_run
    /// # async fn example(db: staka_core::Session) -> staka_core::Result<()> {
    /// let json = db.call("notifications.unread_count", r#"{"user": "3f1c…"}"#).await?;
    /// # Ok(()) }
    /// ```
    pub async fn call(&self, operation: &str, arguments: &str) -> Result<Vec<u8>> {
        let operation = Operation::find(operation)
            .ok_or_else(|| Error::new(ErrorKind::NotFound, format!("there is no operation {operation:?}")))?;
        operation.call(self, arguments).await
    }
}
