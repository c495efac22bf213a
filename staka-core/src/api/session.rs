//! The operations for a caller on the pool.

use std::future::Future;
use std::ops::Deref;
use std::sync::Arc;

use super::{Caller, Inner, Operations, Tx};
use crate::base::Result;
use crate::db::Retry;

/// The operations for a caller, each on a connection of the pool. Dereferences to [`Operations`], which has a method
/// for each group of operations. Cheap to clone.
#[derive(Clone)]
pub struct Session {
    operations: Operations,
}

impl Session {
    pub(super) fn new(inner: Arc<Inner>, caller: Arc<Caller>) -> Self {
        Self { operations: Operations { inner, caller, tx: None } }
    }

    /// Begins a transaction that you commit or roll back. Dropping it rolls it back at once.
    pub async fn begin(&self) -> Result<Tx> {
        Tx::begin(&self.operations).await
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
}

impl Deref for Session {
    type Target = Operations;

    fn deref(&self) -> &Operations {
        &self.operations
    }
}

impl From<Session> for Operations {
    fn from(session: Session) -> Self {
        session.operations
    }
}
