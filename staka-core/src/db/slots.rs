//! The slots of a pool, which limit the number of connections, and the idle connections.

use std::ops::{Deref, DerefMut};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use sqlx::Connection;
use tokio::sync::Semaphore;

use super::connect::Raw;

/// A connection that was idle longer is pinged before it is handed out.
const IDLE_CHECK_AFTER: Duration = Duration::from_secs(60);
/// A connection older than this is replaced.
const LIFETIME: Duration = Duration::from_secs(30 * 60);

/// The slots of a pool, one for each connection that it may have.
pub(super) struct Slots {
    pub(super) free: Semaphore,
    /// The one used last is taken first: its caches are the warmest.
    idle: Mutex<Vec<PooledConn>>,
    open: Arc<AtomicUsize>,
}

/// A connection of the pool. Dropping it closes it.
pub(super) struct PooledConn {
    raw: Raw,
    opened_at: Instant,
    _open: Open,
}

/// Counts a connection as open until it is dropped.
struct Open(Arc<AtomicUsize>);

impl Drop for Open {
    fn drop(&mut self) {
        self.0.fetch_sub(1, Ordering::AcqRel);
    }
}

impl Slots {
    pub(super) fn new(max_connections: usize) -> Self {
        Self { free: Semaphore::new(max_connections), idle: Mutex::default(), open: Arc::default() }
    }

    /// Returns the number of open connections.
    #[cfg(feature = "unstable-internals")]
    pub(super) fn open(&self) -> usize {
        self.open.load(Ordering::Acquire)
    }

    /// Removes and returns the idle connections.
    pub(super) fn take_idle(&self) -> Vec<PooledConn> {
        std::mem::take(&mut *self.idle())
    }

    /// Refuses waiting and new callers and returns the idle connections; connections checked in later are closed.
    pub(super) fn close(&self) -> Vec<PooledConn> {
        self.free.close();
        self.take_idle()
    }

    /// Returns a connection to the pool.
    pub(super) fn check_in(&self, conn: PooledConn) {
        let mut idle = self.idle();
        // Checked under the lock, so that none is added after `close` took them.
        if self.free.is_closed() {
            drop(idle);
            drop(conn);
        } else {
            idle.push(conn);
        }
    }

    /// Locks the idle connections.
    pub(super) fn idle(&self) -> MutexGuard<'_, Vec<PooledConn>> {
        self.idle.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl PooledConn {
    pub(super) fn new(raw: Raw, slots: &Slots) -> Self {
        slots.open.fetch_add(1, Ordering::AcqRel);
        Self { raw, opened_at: Instant::now(), _open: Open(Arc::clone(&slots.open)) }
    }

    /// Returns the connection, which no longer counts as open.
    pub(super) fn into_raw(self) -> Raw {
        self.raw
    }

    /// Returns whether the connection is due to be replaced.
    pub(super) fn is_old(&self, now: Instant) -> bool {
        now.duration_since(self.opened_at) > LIFETIME
    }

    /// Returns whether the connection must be pinged before it is handed out.
    pub(super) fn was_idle_long(&self, now: Instant) -> bool {
        now.duration_since(self.raw.last_used) > IDLE_CHECK_AFTER
    }

    /// Pings the server for at most `limit`.
    pub(super) async fn is_alive(&mut self, limit: Duration) -> bool {
        let alive = tokio::time::timeout(limit, self.raw.mysql.ping()).await.is_ok_and(|answer| answer.is_ok());
        self.raw.last_used = Instant::now();
        alive
    }
}

impl Deref for PooledConn {
    type Target = Raw;

    fn deref(&self) -> &Raw {
        &self.raw
    }
}

impl DerefMut for PooledConn {
    fn deref_mut(&mut self) -> &mut Raw {
        &mut self.raw
    }
}
