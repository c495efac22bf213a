//! The builder of a handle, for settings that the URL does not contain.

use std::sync::Arc;
use std::time::Duration;

use super::{Actor, Caller, Inner, Staka};
use crate::base::{Clock, Result, SystemClock, Zone};
use crate::db::{Config, Isolation, PlanLog, Pool, TlsMode};
use crate::service::passwords::{PasswordSettings, Passwords};

/// Builds a [`Staka`] from a URL and further settings.
///
/// ```no_run
/// use std::time::Duration;
/// use staka_core::Staka;
/// # async fn example() -> staka_core::Result<()> {
/// let staka = Staka::builder("mysql://staka@db.example.com/staka?connection_limit=20")?
///     .statement_timeout(Duration::from_secs(5))
///     .application_name("statistiques")
///     .connect()
///     .await?;
/// # Ok(()) }
/// ```
#[derive(Clone, Debug)]
pub struct StakaBuilder {
    config: Config,
    clock: Arc<dyn Clock>,
    zone: Zone,
    passwords: PasswordSettings,
}

impl StakaBuilder {
    /// Creates a builder from `mysql://user:pass@host:3306/db?connection_limit=…`. Known parameters:
    /// `connection_limit`, `pool_timeout`, `connect_timeout`, `socket_timeout` or `statement_timeout` (seconds, 0 for
    /// none), `socket`, `sslaccept`, `sslcert`, `tls`, `application_name`, `statement_cache_size`. Others are ignored
    /// with a warning.
    pub fn from_url(url: &str) -> Result<Self> {
        Ok(Self::from_config(Config::from_url(url)?))
    }

    /// Creates a builder from a configuration.
    pub fn from_config(config: Config) -> Self {
        Self { config, clock: Arc::new(SystemClock), zone: Zone::Europe__Paris, passwords: PasswordSettings::default() }
    }

    /// Sets the most connections at a time, at least 1.
    #[must_use]
    pub fn max_connections(mut self, connections: usize) -> Self {
        self.config.max_connections = connections.max(1);
        self
    }

    /// Sets how long an operation waits for a free connection before it fails with `Unavailable`.
    #[must_use]
    pub fn acquire_timeout(mut self, wait: Duration) -> Self {
        self.config.acquire_timeout = wait;
        self
    }

    /// Sets how long opening a connection may take.
    #[must_use]
    pub fn connect_timeout(mut self, wait: Duration) -> Self {
        self.config.connect_timeout = wait;
        self
    }

    /// Sets how long a statement may take before it fails with `Timeout`.
    #[must_use]
    pub fn statement_timeout(mut self, limit: Duration) -> Self {
        self.config.statement_timeout = Some(limit);
        self
    }

    /// Sets whether connections are encrypted.
    #[must_use]
    pub fn tls(mut self, tls: TlsMode) -> Self {
        self.config.set_tls(tls);
        self
    }

    /// Sets the isolation level of transactions.
    #[must_use]
    pub fn isolation(mut self, isolation: Isolation) -> Self {
        self.config.isolation = isolation;
        self
    }

    /// Sets the application's name on the server.
    #[must_use]
    pub fn application_name(mut self, name: impl Into<String>) -> Self {
        self.config.application_name = name.into();
        self
    }

    /// Sets the clock; the system's by default.
    #[must_use]
    pub fn clock(mut self, clock: Arc<dyn Clock>) -> Self {
        self.clock = clock;
        self
    }

    /// Sets the time zone that defines where days and months begin; Europe/Paris by default.
    #[must_use]
    pub fn zone(mut self, zone: Zone) -> Self {
        self.zone = zone;
        self
    }

    /// Sets the cost of hashing passwords, and how many are hashed at a time.
    #[must_use]
    pub fn passwords(mut self, settings: PasswordSettings) -> Self {
        self.passwords = settings;
        self
    }

    /// Records the plan of every statement in `log` before it runs. For tests and diagnosis, not for production.
    #[must_use]
    pub fn record_plans(mut self, log: Arc<PlanLog>) -> Self {
        self.config.plans = Some(log);
        self
    }

    /// Sets whether queries read the counter tables maintained by triggers, if these are trusted; true by default.
    /// Counting rows instead gives the same results more slowly.
    #[must_use]
    pub const fn counters(mut self, counters: bool) -> Self {
        self.config.counters = counters;
        self
    }

    /// Creates the handle and opens one connection to check that the database answers. Fails with `Invalid`, naming
    /// every password setting that is out of its range.
    pub async fn connect(self) -> Result<Staka> {
        let passwords = Passwords::new(&self.passwords)?;
        let pool = Pool::connect(&self.config).await?;
        let system = Arc::new(Caller::new(Actor::System));
        Ok(Staka { inner: Arc::new(Inner { pool, clock: self.clock, zone: self.zone, passwords, system }) })
    }
}
