//! The operations for one actor, on the pool or within a transaction.

use std::future::Future;
use std::sync::Arc;

use super::tx::{Slot, Tx};
use super::{Ctx, Inner, Operation};
use crate::base::{Error, ErrorKind, Result};
use crate::db::Retry;

/// The operations, for one actor. Cheap to clone.
#[derive(Clone)]
pub struct Session {
    pub(super) inner: Arc<Inner>,
    pub(super) ctx: Arc<Ctx>,
    pub(super) tx: Option<Arc<Slot>>,
}

impl Session {
    pub(super) fn new(inner: Arc<Inner>, ctx: Arc<Ctx>, tx: Option<Arc<Slot>>) -> Self {
        Self { inner, ctx, tx }
    }

    /// For whom the operations run.
    pub fn ctx(&self) -> &Ctx {
        &self.ctx
    }

    /// Begins a transaction whose end you decide. Dropped, it is rolled back at once.
    pub async fn begin(&self) -> Result<Tx> {
        if self.tx.is_some() {
            return Err(Error::new(ErrorKind::Conflict, "a transaction has no transaction within"));
        }
        Tx::begin(self).await
    }

    /// Runs `body` in a transaction and commits, or rolls back when it fails. After a deadlock or lock timeout
    /// everything is run again, so `body` must have no effect outside of the database; `Busy` when that did not
    /// help.
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

    /// Calls an operation by its name with JSON arguments, and gives JSON back: the way of doors, the command line
    /// and the case suite. `NotFound` for a name that is not on the list, `Invalid` for arguments that do not fit.
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
