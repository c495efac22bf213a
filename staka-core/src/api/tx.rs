//! A transaction with the same operations as a session.

use std::ops::Deref;
use std::sync::Arc;

use tokio::sync::Mutex;

use super::Session;
use crate::base::{Error, ErrorKind, Result};
use crate::db::OwnedTx;

/// The place of an open transaction; empty once it has ended.
pub(super) type Slot = Mutex<Option<OwnedTx>>;

/// A transaction: owned, `Send`, with the same operations as [`Session`], which run one after the other. Dropping it
/// without [`Tx::commit`] rolls it back at once, even if sessions were cloned from it.
///
/// The `Tx` passed to the body of [`Session::transaction`] is committed or rolled back by that function: `commit` and
/// `rollback` fail with `Conflict` there.
pub struct Tx {
    session: Session,
    owner: bool,
}

impl Tx {
    pub(super) async fn begin(session: &Session) -> Result<Self> {
        let tx = OwnedTx::begin(&session.inner.pool).await?;
        let slot = Arc::new(Mutex::new(Some(tx)));
        Ok(Self { session: Session { tx: Some(slot), ..session.clone() }, owner: true })
    }

    /// Returns the same transaction for a body that takes ownership.
    pub(super) fn share(&self) -> Self {
        Self { session: self.session.clone(), owner: false }
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
        let slot = self.session.tx.as_ref().ok_or_else(over)?;
        slot.lock().await.take().ok_or_else(over)
    }
}

impl Drop for Tx {
    fn drop(&mut self) {
        // If a clone is running an operation, the transaction ends with that operation.
        if self.owner
            && let Some(slot) = &self.session.tx
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
    type Target = Session;

    fn deref(&self) -> &Session {
        &self.session
    }
}
