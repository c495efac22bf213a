//! The one way to a transaction: named, and run again after a deadlock.

use std::time::{Duration, Instant};

use futures_util::future::BoxFuture;

use super::{Conn, Pool};
use crate::base::{Error, ErrorKind, Result};

/// How often and how soon to try again after a deadlock (1213) or lock timeout (1205), at COMMIT too.
#[derive(Clone, Copy, Debug)]
pub struct Retry {
    attempts: u32,
    tried: u32,
    since: Instant,
}

impl Default for Retry {
    fn default() -> Self {
        Self { attempts: 12, tried: 0, since: Instant::now() }
    }
}

impl Retry {
    /// Waits for the next try, longer and less evenly each time; gives the error back when there is none.
    pub async fn after(&mut self, error: Error) -> Result<()> {
        self.tried += 1;
        if error.kind() != ErrorKind::Busy {
            return Err(error);
        }
        // A lock timeout takes up to 50 s by itself: no more after that.
        if self.tried >= self.attempts || self.since.elapsed() > Duration::from_secs(20) {
            return Err(error.with_retry_after(Duration::from_secs(1)));
        }
        let longest = 4_u64 << self.tried.min(8);
        let wait = Duration::from_millis(rand::random_range(1..=longest));
        tracing::debug!(tried = self.tried, ?wait, "transaction is tried again");
        tokio::time::sleep(wait).await;
        Ok(())
    }
}

/// Runs `body` in a transaction and commits, or rolls back if it fails. After a deadlock everything is run again,
/// so `body` must have no effect outside of the database. `Busy` when that did not help.
pub async fn run_tx<T, F>(pool: &Pool, name: &'static str, mut body: F) -> Result<T>
where
    T: Send,
    F: for<'c> FnMut(&'c mut Conn) -> BoxFuture<'c, Result<T>> + Send,
{
    let mut retry = Retry::default();
    loop {
        let mut conn = begun(pool).await?;
        match attempt(&mut conn, &mut body).await {
            Ok(value) => return Ok(value),
            Err(error) => {
                drop(conn);
                retry.after(error.in_operation(name)).await?;
            }
        }
    }
}

/// A connection with a transaction begun; a dead one, on which nothing was done yet, is replaced.
async fn begun(pool: &Pool) -> Result<Conn> {
    let mut conn = pool.acquire().await?;
    match conn.begin().await {
        Err(error) if error.kind() == ErrorKind::Unavailable => {
            drop(conn);
            pool.forget_idle();
            let mut fresh = pool.acquire().await?;
            fresh.begin().await?;
            Ok(fresh)
        }
        Err(error) => Err(error),
        Ok(()) => Ok(conn),
    }
}

async fn attempt<T, F>(conn: &mut Conn, body: &mut F) -> Result<T>
where
    F: for<'c> FnMut(&'c mut Conn) -> BoxFuture<'c, Result<T>> + Send,
{
    let value = body(conn).await?;
    conn.commit().await?;
    Ok(value)
}

/// A transaction whose end its owner decides. Dropped, it is rolled back at once.
pub struct OwnedTx(Conn);

impl OwnedTx {
    /// Begins one on a connection of `pool`.
    pub async fn begin(pool: &Pool) -> Result<Self> {
        Ok(Self(begun(pool).await?))
    }

    /// The connection that it runs on.
    pub fn conn(&mut self) -> &mut Conn {
        &mut self.0
    }

    /// Keeps what was done.
    pub async fn commit(mut self) -> Result<()> {
        self.0.commit().await
    }

    /// Undoes what was done.
    pub async fn rollback(mut self) -> Result<()> {
        self.0.rollback().await
    }
}
