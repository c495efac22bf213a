//! How a handle is made when the URL does not say it all.

use std::sync::Arc;
use std::time::Duration;

use super::{Actor, Ctx, Inner, Staka};
use crate::base::{Clock, Result, SystemClock, Zone};
use crate::db::{Config, Isolation, PlanLog, Pool, TlsMode};
use crate::flow::passwords::{PasswordSettings, Passwords};

/// Makes a [`Staka`]; what the URL says is the start.
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
    /// Starts from `mysql://user:pass@host:3306/db?connection_limit=…`. Known parameters: `connection_limit`,
    /// `pool_timeout`, `connect_timeout`, `socket_timeout` or `statement_timeout` (seconds, 0 for none), `socket`,
    /// `sslaccept`, `sslcert`, `tls`, `application_name`, `statement_cache_size`. Others are ignored with a warning.
    pub fn from_url(url: &str) -> Result<Self> {
        Ok(Self::from_config(Config::from_url(url)?))
    }

    /// Starts from a configuration.
    pub fn from_config(config: Config) -> Self {
        Self { config, clock: Arc::new(SystemClock), zone: Zone::Europe__Paris, passwords: PasswordSettings::default() }
    }

    /// The most connections at once, at least 1.
    #[must_use]
    pub fn max_connections(mut self, connections: usize) -> Self {
        self.config.max_connections = connections.max(1);
        self
    }

    /// How long an operation waits for a free connection before it is `Unavailable`.
    #[must_use]
    pub fn acquire_timeout(mut self, wait: Duration) -> Self {
        self.config.acquire_timeout = wait;
        self
    }

    /// How long opening a connection may take.
    #[must_use]
    pub fn connect_timeout(mut self, wait: Duration) -> Self {
        self.config.connect_timeout = wait;
        self
    }

    /// How long one statement may take before it is stopped with `Timeout`.
    #[must_use]
    pub fn statement_timeout(mut self, limit: Duration) -> Self {
        self.config.statement_timeout = Some(limit);
        self
    }

    /// Whether connections are encrypted.
    #[must_use]
    pub fn tls(mut self, tls: TlsMode) -> Self {
        self.config.set_tls(tls);
        self
    }

    /// What a transaction sees of others.
    #[must_use]
    pub fn isolation(mut self, isolation: Isolation) -> Self {
        self.config.isolation = isolation;
        self
    }

    /// The name under which the server knows the connections.
    #[must_use]
    pub fn application_name(mut self, name: impl Into<String>) -> Self {
        self.config.application_name = name.into();
        self
    }

    /// The clock that says now; the machine's unless given.
    #[must_use]
    pub fn clock(mut self, clock: Arc<dyn Clock>) -> Self {
        self.clock = clock;
        self
    }

    /// The zone in which days and months are cut; Europe/Paris unless given.
    #[must_use]
    pub fn zone(mut self, zone: Zone) -> Self {
        self.zone = zone;
        self
    }

    /// What hashing passwords costs, and how many are hashed at once.
    #[must_use]
    pub fn passwords(mut self, settings: PasswordSettings) -> Self {
        self.passwords = settings;
        self
    }

    /// Explains every statement into `log` before it runs: for tests and diagnosis, not for production.
    #[must_use]
    pub fn record_plans(mut self, log: Arc<PlanLog>) -> Self {
        self.config.plans = Some(log);
        self
    }

    /// Whether queries read the tables that triggers maintain, where those can be believed: without them they count
    /// row by row, which gives the same answer more slowly. True unless set otherwise.
    #[must_use]
    pub const fn maintained(mut self, maintained: bool) -> Self {
        self.config.maintained = maintained;
        self
    }

    /// Opens the pool, and one connection to see that the database answers. `Invalid` names every setting of passwords
    /// that is out of its range.
    pub async fn connect(self) -> Result<Staka> {
        let passwords = Passwords::new(&self.passwords)?;
        let pool = Pool::connect(&self.config).await?;
        let system = Arc::new(Ctx::new(Actor::System));
        Ok(Staka { inner: Arc::new(Inner { pool, clock: self.clock, zone: self.zone, passwords, system }) })
    }
}
