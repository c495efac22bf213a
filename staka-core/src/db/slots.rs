//! A pool's slots: who may hold a connection, and the connections that rest.

use std::ops::{Deref, DerefMut};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use sqlx::Connection;
use tokio::sync::Semaphore;

use super::connect::Raw;
use super::pool::Shared;
use crate::base::{Error, ErrorKind, Result};

/// A connection that has rested longer is asked whether it lives before it is handed out.
const RESTED: Duration = Duration::from_secs(60);
/// A connection older than this is replaced.
const LIFETIME: Duration = Duration::from_secs(30 * 60);

/// As many as the pool may have connections.
pub(super) struct Slots {
    free: Semaphore,
    /// The one used last comes first: it has the warmest caches.
    resting: Mutex<Vec<Line>>,
    open: Arc<AtomicUsize>,
}

/// A connection of the pool. Dropped, it is closed.
pub(super) struct Line {
    raw: Raw,
    born: Instant,
    _open: Open,
}

/// Counts a connection as open as long as it lives.
struct Open(Arc<AtomicUsize>);

impl Drop for Open {
    fn drop(&mut self) {
        self.0.fetch_sub(1, Ordering::AcqRel);
    }
}

impl Slots {
    pub(super) fn new(most: usize) -> Self {
        Self { free: Semaphore::new(most), resting: Mutex::default(), open: Arc::default() }
    }

    /// How many connections are open.
    pub(super) fn open(&self) -> usize {
        self.open.load(Ordering::Acquire)
    }

    /// The connections that rest; they are the caller's now.
    pub(super) fn take_resting(&self) -> Vec<Line> {
        std::mem::take(&mut *self.resting())
    }

    /// Refuses whoever waits or comes; what comes back is closed.
    pub(super) fn close(&self) -> Vec<Line> {
        self.free.close();
        self.take_resting()
    }

    /// Takes a connection back.
    pub(super) fn rest(&self, line: Line) {
        let mut resting = self.resting();
        // Asked under the lock, so that none is put there after the last was taken.
        if self.free.is_closed() {
            drop(resting);
            drop(line);
        } else {
            resting.push(line);
        }
    }

    fn resting(&self) -> MutexGuard<'_, Vec<Line>> {
        self.resting.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Line {
    fn new(raw: Raw, slots: &Slots) -> Self {
        slots.open.fetch_add(1, Ordering::AcqRel);
        Self { raw, born: Instant::now(), _open: Open(Arc::clone(&slots.open)) }
    }

    /// The connection itself, which counts as closed.
    pub(super) fn into_raw(self) -> Raw {
        self.raw
    }

    fn is_old(&self, now: Instant) -> bool {
        now.duration_since(self.born) > LIFETIME
    }

    fn has_rested(&self, now: Instant) -> bool {
        now.duration_since(self.raw.last_used) > RESTED
    }

    async fn answers(&mut self, limit: Duration) -> bool {
        let answered = tokio::time::timeout(limit, self.raw.mysql.ping()).await.is_ok_and(|answer| answer.is_ok());
        self.raw.last_used = Instant::now();
        answered
    }
}

impl Deref for Line {
    type Target = Raw;

    fn deref(&self) -> &Raw {
        &self.raw
    }
}

impl DerefMut for Line {
    fn deref_mut(&mut self) -> &mut Raw {
        &mut self.raw
    }
}

/// Somebody who uses the pool, or waits to: counted from the first moment, so that closing waits for those who are still
/// connecting. Dropped, the slot is free again.
pub(super) struct Slot {
    shared: Arc<Shared>,
    held: bool,
}

impl Slot {
    pub(super) fn new(shared: &Arc<Shared>) -> Self {
        shared.in_use.fetch_add(1, Ordering::AcqRel);
        Self { shared: Arc::clone(shared), held: false }
    }

    pub(super) fn shared(&self) -> &Arc<Shared> {
        &self.shared
    }

    /// A connection that can be had without waiting for anything: this is the usual way, so it makes no timer.
    pub(super) fn at_once(&mut self) -> Option<Line> {
        let slots = &self.shared.slots;
        slots.free.try_acquire().ok()?.forget();
        self.held = true;
        let now = Instant::now();
        slots.resting().pop_if(|line| !line.is_old(now) && !line.has_rested(now))
    }

    /// A connection that rests and lives, or a new one; and whether it is new. Those who wait come in their order.
    pub(super) async fn wait(&mut self) -> Result<(Line, bool)> {
        let Shared { slots, connector, counters, .. } = &*self.shared;
        if !self.held {
            let closed = |_| Error::new(ErrorKind::Unavailable, "the handle is closed");
            slots.free.acquire().await.map_err(closed)?.forget();
            self.held = true;
        }
        loop {
            let Some(mut line) = slots.resting().pop() else { break };
            let now = Instant::now();
            if !line.is_old(now) && (!line.has_rested(now) || line.answers(connector.timeout()).await) {
                return Ok((line, false));
            }
        }
        let raw = connector.open().await?;
        counters.connects.fetch_add(1, Ordering::Relaxed);
        Ok((Line::new(raw, slots), true))
    }
}

impl Drop for Slot {
    fn drop(&mut self) {
        // Whoever waits for this waits for the last one.
        if self.shared.in_use.fetch_sub(1, Ordering::AcqRel) == 1 {
            self.shared.returned.notify_waiters();
        }
        // Last: whoever gets it finds everything counted.
        if self.held {
            self.shared.slots.free.add_permits(1);
        }
    }
}
