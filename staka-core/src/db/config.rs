//! The connection's configuration, read from a URL of Prisma's form.

use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use sqlx::mysql::{MySqlConnectOptions, MySqlSslMode};
use url::Url;

use super::PlanLog;
use crate::base::{Error, Result, Secret};

/// Whether the connection is encrypted.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
pub enum TlsMode {
    /// Never.
    Disabled,
    /// If the server supports it; its certificate is not checked. The default, as in Prisma.
    #[default]
    Preferred,
    /// Always; its certificate is not checked.
    Required,
    /// Always, and the server's certificate must be valid for the host (`sslaccept=strict`).
    Strict,
}

/// The isolation level of transactions.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
pub enum Isolation {
    /// Each statement sees what was committed before it. Takes fewer locks.
    #[default]
    ReadCommitted,
    /// All statements see what was committed before the first one.
    RepeatableRead,
}

/// The connection's configuration.
#[derive(Clone, Debug)]
pub struct Config {
    pub(super) host: String,
    pub(super) port: u16,
    pub(super) socket: Option<PathBuf>,
    pub(super) user: String,
    pub(super) password: Option<Secret>,
    pub(super) database: Option<String>,
    pub(super) tls: TlsMode,
    pub(super) tls_ca: Option<PathBuf>,
    /// The most connections at a time.
    pub max_connections: usize,
    /// How long to wait for a free connection.
    pub acquire_timeout: Duration,
    /// How long opening a connection may take.
    pub connect_timeout: Duration,
    /// How long a statement may take; no limit if `None`.
    pub statement_timeout: Option<Duration>,
    /// The isolation level of transactions.
    pub isolation: Isolation,
    /// The application's name on the server (`@staka_application`).
    pub application_name: String,
    /// The number of prepared statements kept open on each connection.
    pub statement_cache: usize,
    /// The log that receives the plan of every statement, for tests and diagnosis.
    pub plans: Option<Arc<PlanLog>>,
    /// Whether queries read trusted counter tables (maintained by triggers) instead of counting rows; true by default.
    pub counters: bool,
}

impl Config {
    /// Parses `mysql://user:pass@host:3306/db?connection_limit=…&sslaccept=…&socket=…`. Unknown parameters are ignored
    /// with a warning. Fails with `Invalid` if a known one has an invalid value.
    pub fn from_url(text: &str) -> Result<Self> {
        let url = Url::parse(text).map_err(|e| Error::invalid("url", format!("is not a URL: {e}")))?;
        if !matches!(url.scheme(), "mysql" | "mariadb") {
            return Err(Error::invalid("url", "must start with mysql://"));
        }
        let cores = std::thread::available_parallelism().map_or(2, usize::from);
        let mut config = Self {
            host: url.host_str().filter(|h| !h.is_empty()).unwrap_or("localhost").trim_matches(['[', ']']).to_owned(),
            port: url.port().unwrap_or(3306),
            socket: None,
            user: if url.username().is_empty() { "root".to_owned() } else { decoded("user", url.username())? },
            password: url.password().map(|p| decoded("password", p)).transpose()?.map(Secret::new),
            database: Some(decoded("database", url.path().trim_start_matches('/'))?).filter(|d| !d.is_empty()),
            tls: TlsMode::default(),
            tls_ca: None,
            // Prisma's defaults, so that a DATABASE_URL means the same here.
            max_connections: cores * 2 + 1,
            acquire_timeout: Duration::from_secs(10),
            connect_timeout: Duration::from_secs(5),
            statement_timeout: None,
            isolation: Isolation::default(),
            application_name: "staka".to_owned(),
            statement_cache: 512,
            plans: None,
            counters: true,
        };
        for (name, value) in url.query_pairs() {
            config.parameter(&name, &value)?;
        }
        Ok(config)
    }

    fn parameter(&mut self, name: &str, value: &str) -> Result<()> {
        match name {
            "connection_limit" => self.max_connections = number::<usize>("connection_limit", value)?.clamp(1, 10_000),
            "pool_timeout" => self.acquire_timeout = seconds("pool_timeout", value)?.unwrap_or(FOREVER),
            "connect_timeout" => self.connect_timeout = seconds("connect_timeout", value)?.unwrap_or(FOREVER),
            "socket_timeout" | "statement_timeout" => self.statement_timeout = seconds("statement_timeout", value)?,
            "statement_cache_size" => self.statement_cache = number::<usize>("statement_cache_size", value)?.max(64),
            "application_name" => self.application_name = value.to_owned(),
            "socket" => self.socket = Some(value.into()),
            "sslcert" => self.tls_ca = Some(value.into()),
            "sslaccept" => {
                match value {
                    "strict" => self.tls = TlsMode::Strict,
                    // A `tls` parameter beside it stays in effect.
                    "accept_invalid_certs" => {}
                    _ => return Err(Error::invalid("sslaccept", "must be strict or accept_invalid_certs")),
                }
            }
            "tls" | "ssl-mode" | "sslmode" => {
                self.tls = match value.to_ascii_lowercase().as_str() {
                    "disabled" | "disable" => TlsMode::Disabled,
                    "preferred" | "prefer" => TlsMode::Preferred,
                    "required" | "require" => TlsMode::Required,
                    "strict" | "verify_identity" | "verify-full" => TlsMode::Strict,
                    _ => return Err(Error::invalid("tls", "must be disabled, preferred, required or strict")),
                };
            }
            _ => tracing::warn!(parameter = name, "ignored an unknown parameter of the database URL"),
        }
        Ok(())
    }

    /// Returns the TLS mode.
    pub fn tls(&self) -> TlsMode {
        self.tls
    }

    /// Sets the TLS mode.
    pub fn set_tls(&mut self, tls: TlsMode) {
        self.tls = tls;
    }

    /// Returns the database's name, if the URL contains one.
    pub fn database(&self) -> Option<&str> {
        self.database.as_deref()
    }

    /// Returns the configuration with another database, or none.
    #[must_use]
    pub fn with_database(mut self, database: Option<&str>) -> Self {
        self.database = database.map(str::to_owned);
        self
    }

    /// Returns the driver's options. Its session statements are off: `session_sql` sets everything in one round trip.
    pub(super) fn driver_options(&self) -> MySqlConnectOptions {
        let mut options = MySqlConnectOptions::new()
            .host(&self.host)
            .port(self.port)
            .username(&self.user)
            .ssl_mode(match self.tls {
                TlsMode::Disabled => MySqlSslMode::Disabled,
                TlsMode::Preferred => MySqlSslMode::Preferred,
                TlsMode::Required => MySqlSslMode::Required,
                TlsMode::Strict => MySqlSslMode::VerifyIdentity,
            })
            .statement_cache_capacity(self.statement_cache)
            .pipes_as_concat(false)
            .no_engine_substitution(false)
            .timezone(None)
            .set_names(false);
        if let Some(password) = &self.password {
            options = options.password(password.expose());
        }
        if let Some(database) = &self.database {
            options = options.database(database);
        }
        if let Some(ca) = &self.tls_ca {
            options = options.ssl_ca(ca);
        }
        match &self.socket {
            // A Unix socket never leaves the machine, so encryption would be useless.
            Some(path) => options.socket(path).ssl_mode(MySqlSslMode::Disabled),
            None => options,
        }
    }
}

/// Prisma's `0` means to wait forever; a year stands for it.
const FOREVER: Duration = Duration::from_secs(365 * 86_400);

fn decoded(field: &'static str, text: &str) -> Result<String> {
    percent_encoding::percent_decode_str(text)
        .decode_utf8()
        .map(Into::into)
        .map_err(|_| Error::invalid(field, "is not UTF-8 once percent-decoded"))
}

fn number<T: std::str::FromStr>(field: &'static str, value: &str) -> Result<T> {
    value.parse().map_err(|_| Error::invalid(field, "must be a whole number"))
}

fn seconds(field: &'static str, value: &str) -> Result<Option<Duration>> {
    let seconds: u32 = number(field, value)?;
    Ok((seconds > 0).then(|| Duration::from_secs(seconds.into())))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn urls_of_prisma_are_read() {
        let config = Config::from_url(
            "mysql://staka:p%40ss%2Fw@db.example.com:3307/staka_db?connection_limit=7&pool_timeout=3&socket_timeout=2&sslaccept=strict&sslcert=%2Fca.pem&schema=x",
        )
        .unwrap();
        assert_eq!((config.user.as_str(), config.password.as_ref().map(Secret::expose)), ("staka", Some("p@ss/w")));
        assert!(!format!("{config:?}").contains("p@ss"), "a password never prints");
        assert_eq!((config.host.as_str(), config.port, config.database()), ("db.example.com", 3307, Some("staka_db")));
        assert_eq!((config.max_connections, config.acquire_timeout.as_secs()), (7, 3));
        assert_eq!(config.statement_timeout, Some(Duration::from_secs(2)));
        assert_eq!((config.tls, config.tls_ca), (TlsMode::Strict, Some("/ca.pem".into())));
        let local = Config::from_url("mysql://root@localhost/x?socket=%2Ftmp%2Fm.sock").unwrap();
        assert_eq!(local.socket, Some("/tmp/m.sock".into()));
    }

    #[test]
    fn an_invalid_part_is_named() {
        for (url, field) in [
            ("postgres://x", "url"),
            ("nothing", "url"),
            ("mysql://h/d?connection_limit=many", "connection_limit"),
            ("mysql://h/d?sslaccept=maybe", "sslaccept"),
            ("mysql://%ff@h/d", "user"),
        ] {
            assert_eq!(Config::from_url(url).unwrap_err().fields()[0].field, field, "{url}");
        }
    }
}
