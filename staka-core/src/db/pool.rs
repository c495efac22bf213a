//! A lean pool: a warm acquire and release cost no round trip at all.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use deadpool::managed::{self, Metrics, PoolConfig, PoolError, QueueMode, RecycleError, RecycleResult, Timeouts};
use futures_util::future::BoxFuture;
use sqlx::Connection;
use tokio::runtime::Handle;
use tokio::sync::Notify;

use super::connect::{Connector, Raw};
use super::killer::Killer;
use super::maintained::Belief;
use super::{Config, Conn, Migrator, PlanLog, ServerInfo};
use crate::base::{Error, ErrorKind, Result};

/// A connection that has rested longer is asked whether it lives before it is handed out.
const RESTED: Duration = Duration::from_secs(60);
/// How long BEGIN, COMMIT and ROLLBACK may take where statements have no limit.
const CONTROL: Duration = Duration::from_secs(60);
/// A connection older than this is replaced.
const LIFETIME: Duration = Duration::from_secs(30 * 60);

/// The connections of one handle.
#[derive(Clone)]
pub struct Pool {
    objects: managed::Pool<Manager>,
    shared: Arc<Shared>,
}

/// What a connection needs to know of its pool.
pub(super) struct Shared {
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
    in_use: AtomicUsize,
    returned: Notify,
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
}

/// Counts a connection as used as long as it lives.
pub(super) struct InUse(Arc<Shared>);

impl InUse {
    fn new(shared: &Arc<Shared>) -> Self {
        shared.in_use.fetch_add(1, Ordering::AcqRel);
        Self(Arc::clone(shared))
    }

    pub(super) fn shared(&self) -> &Arc<Shared> {
        &self.0
    }
}

impl Drop for InUse {
    fn drop(&mut self) {
        self.0.in_use.fetch_sub(1, Ordering::AcqRel);
        self.0.returned.notify_waiters();
    }
}

impl Pool {
    /// A pool on the present runtime, with one connection opened to see that the database answers.
    pub async fn connect(config: &Config) -> Result<Self> {
        let runtime = Handle::try_current()
            .map_err(|_| Error::internal("Staka needs a tokio runtime with time and io enabled"))?;
        let connector = Arc::new(Connector::new(config));
        let shared = Arc::new(Shared {
            killer: Killer::new(runtime.clone(), Arc::clone(&connector)),
            runtime,
            counters: Counters::default(),
            statement_timeout: config.statement_timeout,
            control_timeout: config.statement_timeout.unwrap_or(CONTROL),
            acquire_timeout: config.acquire_timeout,
            plans: config.plans.clone(),
            maintained: Belief::new(config.maintained),
            in_use: AtomicUsize::new(0),
            returned: Notify::new(),
        });
        let manager = Manager { connector, shared: Arc::clone(&shared) };
        let mut pool_config = PoolConfig::new(config.max_connections);
        pool_config.timeouts = Timeouts { wait: None, create: None, recycle: Some(config.connect_timeout) };
        // The connection used last has the warmest caches.
        pool_config.queue_mode = QueueMode::Lifo;
        let objects = managed::Pool::builder(manager)
            .config(pool_config)
            .runtime(deadpool::Runtime::Tokio1)
            .build()
            .map_err(|e| Error::internal("the pool cannot be built").with_source(e))?;
        let pool = Self { objects, shared };
        drop(pool.acquire().await?);
        Ok(pool)
    }

    /// A connection, as soon as one is free. `Unavailable` when none is in time, or the pool is closed.
    pub async fn acquire(&self) -> Result<Conn> {
        // Counted from the first moment, so that closing waits for those who are still connecting.
        let in_use = InUse::new(&self.shared);
        let Ok(got) = tokio::time::timeout(self.shared.acquire_timeout, self.objects.get()).await else {
            let late = Error::new(ErrorKind::Unavailable, "no connection of the pool became free in time");
            return Err(late.with_retry_after(Duration::from_secs(1)));
        };
        let object = got.map_err(|e| match e {
            PoolError::Backend(error) => error,
            PoolError::Closed => Error::new(ErrorKind::Unavailable, "the handle is closed"),
            other => Error::new(ErrorKind::Unavailable, other.to_string()),
        })?;
        let fresh = managed::Object::metrics(&object).recycle_count == 0;
        let mut conn = Conn::new(object, in_use);
        if fresh && self.shared.maintained.is_old() {
            self.shared.maintained.look(&mut conn).await;
        }
        Ok(conn)
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
        self.objects.manager().connector.open().await.map(Migrator::over)
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
        (self.objects.status().size, self.shared.in_use.load(Ordering::Acquire))
    }

    /// Drops the connections that rest: after a restart of the server all of them are dead at once.
    pub fn forget_idle(&self) {
        drop(self.objects.retain(|_, _| false));
    }

    /// Refuses new work, waits until the connections in use come back, and takes leave of the server.
    pub async fn close(&self) {
        let idle = self.objects.retain(|_, _| false);
        self.objects.close();
        for raw in idle.removed {
            // The server drops the connection anyway.
            let _ = raw.mysql.close().await;
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

/// Opens and checks connections for the pool.
pub(super) struct Manager {
    connector: Arc<Connector>,
    shared: Arc<Shared>,
}

impl managed::Manager for Manager {
    type Type = Raw;
    type Error = Error;

    async fn create(&self) -> Result<Raw> {
        let raw = self.connector.open().await?;
        self.shared.counters.connects.fetch_add(1, Ordering::Relaxed);
        Ok(raw)
    }

    async fn recycle(&self, raw: &mut Raw, metrics: &Metrics) -> RecycleResult<Error> {
        if metrics.age() > LIFETIME {
            return Err(RecycleError::message("it is old"));
        }
        if raw.last_used.elapsed() > RESTED {
            raw.mysql.ping().await.map_err(|e| RecycleError::Backend(super::error::from_sqlx(e)))?;
            raw.last_used = Instant::now();
        }
        Ok(())
    }
}
