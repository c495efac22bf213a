//! The operations for a caller, on the pool or within a transaction.

use std::future::Future;
use std::sync::Arc;

use super::tx::{Slot, Tx};
use super::{Caller, Inner, Operation};
use crate::base::{Error, ErrorKind, Result};
use crate::db::Retry;

/// The operations for a caller. Cheap to clone.
#[derive(Clone)]
pub struct Session {
    pub(super) inner: Arc<Inner>,
    pub(super) caller: Arc<Caller>,
    pub(super) tx: Option<Arc<Slot>>,
}

impl Session {
    pub(super) fn new(inner: Arc<Inner>, caller: Arc<Caller>, tx: Option<Arc<Slot>>) -> Self {
        Self { inner, caller, tx }
    }

    /// Returns the caller for whom the operations run.
    pub fn caller(&self) -> &Caller {
        &self.caller
    }

    /// Begins a transaction that you commit or roll back. Dropping it rolls it back at once. Fails with `Conflict`
    /// within a transaction.
    pub async fn begin(&self) -> Result<Tx> {
        if self.tx.is_some() {
            return Err(Error::new(ErrorKind::Conflict, "transactions cannot be nested"));
        }
        Tx::begin(self).await
    }

    /// Runs `body` in a transaction and commits, or rolls back if it fails. After a deadlock or lock timeout everything
    /// is run again, so `body` must have no effect outside of the database. Fails with `Contention` if the retries do
    /// not succeed.
    ///
    /// ```no_run
    /// # async fn example(db: staka_core::Session, user: staka_core::model::UserId) -> staka_core::Result<()> {
    /// let marked = db
    ///     .transaction(|tx| {
    ///         let user = user.clone();
    ///         async move { tx.notifications().mark_all_read(user).await }
    ///     })
    ///     .await?;
    /// # Ok(()) }
    /// ```
    pub async fn transaction<T, F, Work>(&self, body: F) -> Result<T>
    where
        F: Fn(Tx) -> Work,
        Work: Future<Output = Result<T>>,
    {
        let mut retry = Retry::default();
        loop {
            let tx = self.begin().await?;
            let outcome = match body(tx.share()).await {
                Ok(value) => tx.commit().await.map(|()| value),
                Err(error) => {
                    tx.rollback().await.ok();
                    Err(error)
                }
            };
            match outcome {
                Ok(value) => return Ok(value),
                Err(error) => retry.after(error).await?,
            }
        }
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
