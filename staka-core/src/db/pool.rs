//! The connection pool. Taking and returning an open connection costs no round trip.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use futures_util::future::BoxFuture;
use sqlx::Connection;
use tokio::runtime::Handle;
use tokio::sync::Notify;

use super::canceller::Canceller;
use super::connect::Connector;
use super::counters::CounterStatus;
use super::shared::{Metrics, Shared};
use super::slots::Slots;
use super::{Config, Conn};
use crate::base::{Error, ErrorKind, Result};

/// How long BEGIN, COMMIT and ROLLBACK may take if statements have no limit.
const CONTROL_TIMEOUT: Duration = Duration::from_secs(60);

/// The connection pool of a handle.
#[derive(Clone)]
pub struct Pool {
    shared: Arc<Shared>,
    _owner: Arc<Owner>,
}

/// Shared by all clones of a pool; dropping the last clone closes the idle connections.
struct Owner(Arc<Shared>);

impl Drop for Owner {
    fn drop(&mut self) {
        drop(self.0.slots.close());
    }
}

impl Pool {
    /// Creates a pool on the current runtime and opens one connection to check that the database answers.
    pub async fn connect(config: &Config) -> Result<Self> {
        let runtime = Handle::try_current()
            .map_err(|_| Error::internal("Staka needs a Tokio runtime with time and IO enabled"))?;
        let connector = Arc::new(Connector::new(config));
        let metrics = Metrics::default();
        let shared = Arc::new(Shared {
            slots: Slots::new(config.max_connections),
            canceller: Canceller::new(runtime.clone(), Arc::clone(&connector), Arc::clone(&metrics.repairs)),
            connector,
            runtime,
            metrics,
            statement_timeout: config.statement_timeout,
            control_timeout: config.statement_timeout.unwrap_or(CONTROL_TIMEOUT),
            acquire_timeout: config.acquire_timeout,
            plans: config.plans.clone(),
            counters: CounterStatus::new(config.counters),
            in_use: AtomicUsize::new(0),
            returned: Notify::new(),
        });
        let pool = Self { _owner: Arc::new(Owner(Arc::clone(&shared))), shared };
        drop(pool.acquire().await?);
        Ok(pool)
    }

    /// Waits for a connection. Fails with `Unavailable` if none becomes free in time or the pool is closed.
    pub async fn acquire(&self) -> Result<Conn> {
        Conn::acquire(&self.shared).await
    }

    /// Runs `body` on a connection, and again on a fresh one if the connection was lost: after a restart of the server
    /// all idle connections are. `body` must be safe to run twice.
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

    /// Opens a connection outside of the pool, for long work.
    #[cfg(feature = "unstable-internals")]
    pub async fn migrator(&self) -> Result<super::Migrator> {
        self.shared.connector.open().await.map(super::Migrator::over)
    }

    /// Returns the totals since the pool was created.
    pub fn metrics(&self) -> &Metrics {
        &self.shared.metrics
    }

    /// Returns how many connections are open, and how many of them are in use.
    #[cfg(feature = "unstable-internals")]
    pub fn size(&self) -> (usize, usize) {
        (self.shared.slots.open(), self.shared.in_use.load(Ordering::Acquire))
    }

    /// Closes the idle connections: after a restart of the server all of them are lost.
    pub fn forget_idle(&self) {
        drop(self.shared.slots.take_idle());
    }

    /// Refuses new work, waits until the connections in use are returned, and closes all connections.
    pub async fn close(&self) {
        for conn in self.shared.slots.close() {
            // The server drops the connection anyway.
            let _ = conn.into_raw().mysql.close().await;
        }
        loop {
            let returned = self.shared.returned.notified();
            if self.shared.in_use.load(Ordering::Acquire) == 0 {
                break;
            }
            returned.await;
        }
        self.shared.canceller.close().await;
    }
}
