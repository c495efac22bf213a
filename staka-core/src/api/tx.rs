//! A transaction that offers the same operations as the handle.

use std::ops::Deref;
use std::sync::Arc;

use tokio::sync::Mutex;

use super::Session;
use crate::base::{Error, ErrorKind, Result};
use crate::db::OwnedTx;

/// Where a transaction lies while it lives; empty once it is over.
pub(super) type Slot = Mutex<Option<OwnedTx>>;

/// A transaction: owned, `Send`, with the same operations as [`Session`], which run one after the other.
/// Dropped without [`Tx::commit`], it is rolled back at once, whatever sessions were cloned from it.
///
/// The `Tx` that the body of [`Session::transaction`] is given is its guest: the runner decides the end, and `commit`
/// and `rollback` are a `Conflict` there.
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

    /// The same transaction for a body that wants to own it.
    pub(super) fn share(&self) -> Self {
        Self { session: self.session.clone(), owner: false }
    }

    /// Keeps what was done.
    pub async fn commit(self) -> Result<()> {
        self.take().await?.commit().await
    }

    /// Undoes what was done.
    pub async fn rollback(self) -> Result<()> {
        self.take().await?.rollback().await
    }

    async fn take(&self) -> Result<OwnedTx> {
        if !self.owner {
            return Err(Error::new(ErrorKind::Conflict, "whoever runs the transaction decides its end"));
        }
        let slot = self.session.tx.as_ref().ok_or_else(over)?;
        slot.lock().await.take().ok_or_else(over)
    }
}

impl Drop for Tx {
    fn drop(&mut self) {
        // An operation that holds it is under way in a clone; the transaction then ends with that.
        if self.owner
            && let Some(slot) = &self.session.tx
            && let Ok(mut slot) = slot.try_lock()
        {
            drop(slot.take());
        }
    }
}

/// What an operation on a finished transaction says.
pub(super) fn over() -> Error {
    Error::new(ErrorKind::Conflict, "the transaction is over")
}

impl Deref for Tx {
    type Target = Session;

    fn deref(&self) -> &Session {
        &self.session
    }
}
