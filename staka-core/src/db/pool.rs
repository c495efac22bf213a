//! A lean pool: a warm acquire and release cost no round trip at all.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering};
use std::time::Duration;

use futures_util::future::BoxFuture;
use sqlx::Connection;
use tokio::runtime::Handle;
use tokio::sync::Notify;

use super::connect::Connector;
use super::killer::Killer;
use super::maintained::Belief;
use super::slots::{Slot, Slots};
use super::{Config, Conn, Migrator, PlanLog, ServerInfo};
use crate::base::{Error, ErrorKind, Result};

/// How long BEGIN, COMMIT and ROLLBACK may take where statements have no limit.
const CONTROL: Duration = Duration::from_secs(60);

/// The connections of one handle.
#[derive(Clone)]
pub struct Pool {
    shared: Arc<Shared>,
    _owner: Arc<Owner>,
}

/// What all clones of a pool are; with the last one the connections that rest are closed.
struct Owner(Arc<Shared>);

impl Drop for Owner {
    fn drop(&mut self) {
        drop(self.0.slots.close());
    }
}

/// What a connection needs to know of its pool.
pub(super) struct Shared {
    pub(super) slots: Slots,
    pub(super) connector: Arc<Connector>,
    pub(super) killer: Killer,
    pub(super) runtime: Handle,
    pub(super) counters: Counters,
    pub(super) statement_timeout: Option<Duration>,
    /// How long BEGIN, COMMIT and ROLLBACK may take.
    pub(super) control_timeout: Duration,
    acquire_timeout: Duration,
    pub(super) plans: Option<Arc<PlanLog>>,
    /// Which of the tables that triggers maintain can be believed.
    pub(super) maintained: Belief,
    pub(super) in_use: AtomicUsize,
    pub(super) returned: Notify,
}

/// What the pool has done so far.
#[derive(Debug, Default)]
pub struct Counters {
    /// Statements sent, each one round trip once it is prepared.
    pub statements: AtomicU64,
    /// Connections opened.
    pub connects: AtomicU64,
    /// Connections given up in the middle of a statement.
    pub discards: AtomicU64,
    /// Tables whose triggers a KILL had broken on MariaDB, and that were mended.
    pub mends: Arc<AtomicU64>,
}

impl Pool {
    /// A pool on the present runtime, with one connection opened to see that the database answers.
    pub async fn connect(config: &Config) -> Result<Self> {
        let runtime = Handle::try_current()
            .map_err(|_| Error::internal("Staka needs a tokio runtime with time and io enabled"))?;
        let connector = Arc::new(Connector::new(config));
        let counters = Counters::default();
        let shared = Arc::new(Shared {
            slots: Slots::new(config.max_connections),
            killer: Killer::new(runtime.clone(), Arc::clone(&connector), Arc::clone(&counters.mends)),
            connector,
            runtime,
            counters,
            statement_timeout: config.statement_timeout,
            control_timeout: config.statement_timeout.unwrap_or(CONTROL),
            acquire_timeout: config.acquire_timeout,
            plans: config.plans.clone(),
            maintained: Belief::new(config.maintained),
            in_use: AtomicUsize::new(0),
            returned: Notify::new(),
        });
        let pool = Self { _owner: Arc::new(Owner(Arc::clone(&shared))), shared };
        drop(pool.acquire().await?);
        Ok(pool)
    }

    /// A connection, as soon as one is free. `Unavailable` when none is in time, or the pool is closed.
    pub async fn acquire(&self) -> Result<Conn> {
        acquire(&self.shared).await
    }

    /// Runs `body` on a connection, and once more on a fresh one when the line turns out to be dead: after a restart of
    /// the server every resting connection is. For what may be done twice.
    pub async fn read<T, F>(&self, mut body: F) -> Result<T>
    where
        F: for<'c> FnMut(&'c mut Conn) -> BoxFuture<'c, Result<T>> + Send,
    {
        let mut conn = self.acquire().await?;
        match body(&mut conn).await {
            Err(error) if error.kind() == ErrorKind::Unavailable => {
                drop(conn);
                self.forget_idle();
                body(&mut self.acquire().await?).await
            }
            done => done,
        }
    }

    /// A connection of its own, beside the pool's, for what takes long.
    pub(crate) async fn migrator(&self) -> Result<Migrator> {
        self.shared.connector.open().await.map(Migrator::over)
    }

    /// What the server said of itself at the first connect.
    pub async fn server(&self) -> Result<ServerInfo> {
        Ok(self.acquire().await?.server().clone())
    }

    /// What the pool has done so far.
    pub fn counters(&self) -> &Counters {
        &self.shared.counters
    }

    /// Connections open now, and how many of them are in use.
    pub fn size(&self) -> (usize, usize) {
        (self.shared.slots.open(), self.shared.in_use.load(Ordering::Acquire))
    }

    /// Drops the connections that rest: after a restart of the server all of them are dead at once.
    pub fn forget_idle(&self) {
        drop(self.shared.slots.take_resting());
    }

    /// Refuses new work, waits until the connections in use come back, and takes leave of the server.
    pub async fn close(&self) {
        for line in self.shared.slots.close() {
            // The server drops the connection anyway.
            let _ = line.into_raw().mysql.close().await;
        }
        loop {
            let returned = self.shared.returned.notified();
            if self.shared.in_use.load(Ordering::Acquire) == 0 {
                break;
            }
            returned.await;
        }
        self.shared.killer.close().await;
    }
}

/// A connection of the pool, as soon as one is free.
pub(super) async fn acquire(shared: &Arc<Shared>) -> Result<Conn> {
    let mut slot = Slot::new(shared);
    if let Some(line) = slot.at_once() {
        return Ok(Conn::new(line, slot));
    }
    let Ok(got) = tokio::time::timeout(shared.acquire_timeout, slot.wait()).await else {
        let late = Error::new(ErrorKind::Unavailable, "no connection of the pool became free in time");
        return Err(late.with_retry_after(Duration::from_secs(1)));
    };
    let (line, fresh) = got?;
    let mut conn = Conn::new(line, slot);
    if fresh && shared.maintained.is_old() {
        shared.maintained.look(&mut conn).await;
    }
    Ok(conn)
}
