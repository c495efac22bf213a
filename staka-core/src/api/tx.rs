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
/// Dropped without [`Tx::commit`], it is rolled back at once.
pub struct Tx(Session);

impl Tx {
    pub(super) async fn begin(session: &Session) -> Result<Self> {
        let tx = OwnedTx::begin(&session.inner.pool).await?;
        Ok(Self(Session { tx: Some(Arc::new(Mutex::new(Some(tx)))), ..session.clone() }))
    }

    /// The same transaction for a body that wants to own it.
    pub(super) fn share(&self) -> Self {
        Self(self.0.clone())
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
        let slot = self.0.tx.as_ref().ok_or_else(over)?;
        slot.lock().await.take().ok_or_else(over)
    }
}

/// What an operation on a finished transaction says.
pub(super) fn over() -> Error {
    Error::new(ErrorKind::Conflict, "the transaction is over")
}

impl Deref for Tx {
    type Target = Session;

    fn deref(&self) -> &Session {
        &self.0
    }
}
