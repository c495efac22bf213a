//! Transactions that their owner ends, and when to retry one after a deadlock.

use std::time::{Duration, Instant};

use super::{Conn, Pool};
use crate::base::{Error, ErrorKind, Result};

/// The retry policy after a deadlock (1213) or lock timeout (1205), including at COMMIT.
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
    /// Waits before the next attempt, with random and growing delays; returns the error if there is no further attempt.
    pub async fn after(&mut self, error: Error) -> Result<()> {
        self.tried += 1;
        if error.kind() != ErrorKind::Contention {
            return Err(error);
        }
        // A lock timeout alone takes up to 50 s: no further attempt after that.
        if self.tried >= self.attempts || self.since.elapsed() > Duration::from_secs(20) {
            return Err(error.with_retry_after(Duration::from_secs(1)));
        }
        let longest = 4_u64 << self.tried.min(8);
        let wait = Duration::from_millis(rand::random_range(1..=longest));
        tracing::debug!(tried = self.tried, ?wait, "retrying the transaction");
        tokio::time::sleep(wait).await;
        Ok(())
    }
}

/// Begins a transaction on a connection of the pool; a lost connection is replaced, as nothing was done on it yet.
pub(super) async fn begin_on(pool: &Pool) -> Result<Conn> {
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

/// A transaction that its owner commits or rolls back. Dropping it rolls it back at once.
pub struct OwnedTx(Conn);

impl OwnedTx {
    /// Begins a transaction on a connection of the pool.
    pub async fn begin(pool: &Pool) -> Result<Self> {
        Ok(Self(begin_on(pool).await?))
    }

    /// Returns the transaction's connection.
    pub fn conn(&mut self) -> &mut Conn {
        &mut self.0
    }

    /// Commits the transaction.
    pub async fn commit(mut self) -> Result<()> {
        self.0.commit().await
    }

    /// Rolls the transaction back.
    pub async fn rollback(mut self) -> Result<()> {
        self.0.rollback().await
    }
}
