//! A transaction with the same operations as a session.

use std::ops::Deref;
use std::sync::Arc;

use tokio::sync::Mutex;

use super::Operations;
use crate::base::{Error, ErrorKind, Result};
use crate::db::OwnedTx;

/// The place of an open transaction; empty once it has ended.
pub(super) type Slot = Mutex<Option<OwnedTx>>;

/// A transaction: owned, `Send`, with the same [`Operations`] as a [`Session`](super::Session), which run one after the
/// other. Dropping it without [`Tx::commit`] rolls it back at once, even if its operations were cloned.
///
/// A transaction cannot be nested: only a session begins one.
///
/// ```compile_fail
/// # async fn example(db: staka_core::Session) -> staka_core::Result<()> {
/// let tx = db.begin().await?;
/// tx.begin().await?;
/// # Ok(()) }
/// ```
///
/// The `Tx` passed to the body of [`Session::transaction`](super::Session::transaction) is committed or rolled back by that function: `commit` and
/// `rollback` fail with `Conflict` there.
pub struct Tx {
    operations: Operations,
    owner: bool,
}

impl Tx {
    pub(super) async fn begin(operations: &Operations) -> Result<Self> {
        let tx = OwnedTx::begin(&operations.inner.pool).await?;
        let slot = Arc::new(Mutex::new(Some(tx)));
        Ok(Self { operations: Operations { tx: Some(slot), ..operations.clone() }, owner: true })
    }

    /// Returns the same transaction for a body that takes ownership.
    pub(super) fn share(&self) -> Self {
        Self { operations: self.operations.clone(), owner: false }
    }

    /// Commits the transaction.
    pub async fn commit(self) -> Result<()> {
        self.take().await?.commit().await
    }

    /// Rolls the transaction back.
    pub async fn rollback(self) -> Result<()> {
        self.take().await?.rollback().await
    }

    async fn take(&self) -> Result<OwnedTx> {
        if !self.owner {
            return Err(Error::new(ErrorKind::Conflict, "only the function that began the transaction can end it"));
        }
        let slot = self.operations.tx.as_ref().ok_or_else(over)?;
        slot.lock().await.take().ok_or_else(over)
    }
}

impl Drop for Tx {
    fn drop(&mut self) {
        // If a clone is running an operation, the transaction ends with that operation.
        if self.owner
            && let Some(slot) = &self.operations.tx
            && let Ok(mut slot) = slot.try_lock()
        {
            drop(slot.take());
        }
    }
}

/// Returns the error of an operation on a transaction that has ended.
pub(super) fn over() -> Error {
    Error::new(ErrorKind::Conflict, "the transaction is over")
}

impl Deref for Tx {
    type Target = Operations;

    fn deref(&self) -> &Operations {
        &self.operations
    }
}
