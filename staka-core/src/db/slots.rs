//! The slots of a pool, which limit the number of connections, and the idle connections.

use std::ops::{Deref, DerefMut};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use sqlx::Connection;
use tokio::sync::Semaphore;

use super::connect::Raw;
use super::pool::Shared;
use crate::base::{Error, ErrorKind, Result};

/// A connection that was idle longer is pinged before it is handed out.
const IDLE_CHECK_AFTER: Duration = Duration::from_secs(60);
/// A connection older than this is replaced.
const LIFETIME: Duration = Duration::from_secs(30 * 60);

/// The slots of a pool, one for each connection that it may have.
pub(super) struct Slots {
    free: Semaphore,
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

    fn idle(&self) -> MutexGuard<'_, Vec<PooledConn>> {
        self.idle.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl PooledConn {
    fn new(raw: Raw, slots: &Slots) -> Self {
        slots.open.fetch_add(1, Ordering::AcqRel);
        Self { raw, opened_at: Instant::now(), _open: Open(Arc::clone(&slots.open)) }
    }

    /// Returns the connection, which no longer counts as open.
    pub(super) fn into_raw(self) -> Raw {
        self.raw
    }

    fn is_old(&self, now: Instant) -> bool {
        now.duration_since(self.opened_at) > LIFETIME
    }

    fn was_idle_long(&self, now: Instant) -> bool {
        now.duration_since(self.raw.last_used) > IDLE_CHECK_AFTER
    }

    async fn is_alive(&mut self, limit: Duration) -> bool {
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

/// A use of the pool. It counts as in use from the start, so that closing the pool waits for callers that are still
/// connecting. Dropping it frees the slot.
pub(super) struct Slot {
    shared: Arc<Shared>,
    acquired: bool,
}

impl Slot {
    pub(super) fn new(shared: &Arc<Shared>) -> Self {
        shared.in_use.fetch_add(1, Ordering::AcqRel);
        Self { shared: Arc::clone(shared), acquired: false }
    }

    pub(super) fn shared(&self) -> &Arc<Shared> {
        &self.shared
    }

    /// Returns an idle connection if one can be used without waiting: the common case, which needs no timer.
    pub(super) fn try_take(&mut self) -> Option<PooledConn> {
        let slots = &self.shared.slots;
        slots.free.try_acquire().ok()?.forget();
        self.acquired = true;
        let now = Instant::now();
        slots.idle().pop_if(|conn| !conn.is_old(now) && !conn.was_idle_long(now))
    }

    /// Waits for a slot, first come first served. Returns an idle connection that is alive, or a new one, and whether
    /// it is new.
    pub(super) async fn wait(&mut self) -> Result<(PooledConn, bool)> {
        let Shared { slots, connector, metrics, .. } = &*self.shared;
        if !self.acquired {
            let closed = |_| Error::new(ErrorKind::Unavailable, "the handle is closed");
            slots.free.acquire().await.map_err(closed)?.forget();
            self.acquired = true;
        }
        loop {
            let Some(mut conn) = slots.idle().pop() else { break };
            let now = Instant::now();
            if !conn.is_old(now) && (!conn.was_idle_long(now) || conn.is_alive(connector.timeout()).await) {
                return Ok((conn, false));
            }
        }
        let raw = connector.open().await?;
        metrics.connects.fetch_add(1, Ordering::Relaxed);
        Ok((PooledConn::new(raw, slots), true))
    }
}

impl Drop for Slot {
    fn drop(&mut self) {
        // Closing the pool waits for the last one.
        if self.shared.in_use.fetch_sub(1, Ordering::AcqRel) == 1 {
            self.shared.returned.notify_waiters();
        }
        // Last, so that the next caller finds everything counted.
        if self.acquired {
            self.shared.slots.free.add_permits(1);
        }
    }
}
