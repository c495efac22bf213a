//! One use of the pool, from the wait for a connection to its return.

use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::Instant;

use super::shared::Shared;
use super::slots::PooledConn;
use crate::base::{Error, ErrorKind, Result};

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
