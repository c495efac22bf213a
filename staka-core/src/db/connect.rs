//! Opens a connection and sets its session up: one round trip, the same session on both servers.

use std::time::{Duration, Instant};

use sqlx::mysql::{MySqlConnectOptions, MySqlConnection};
use sqlx::{AssertSqlSafe, ConnectOptions, Row};

use super::{Config, Isolation, error, nodelay};
use crate::base::{Error, ErrorKind, Result};

/// Which of the two servers it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Flavour {
    /// MySQL.
    MySql,
    /// MariaDB.
    MariaDb,
}

/// What the server said of itself.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ServerInfo {
    /// Which of the two it is.
    pub flavour: Flavour,
    /// Its version, as it writes it.
    pub version: String,
}

/// A connection, and what is known of it.
pub(super) struct Raw {
    pub(super) mysql: MySqlConnection,
    pub(super) id: u64,
    pub(super) last_used: Instant,
    pub(super) server: ServerInfo,
}

/// Opens connections; made once from the configuration.
pub(super) struct Connector {
    options: MySqlConnectOptions,
    session: String,
    tcp_port: Option<u16>,
    timeout: Duration,
}

impl Connector {
    pub(super) fn new(config: &Config) -> Self {
        Self {
            options: config.driver_options(),
            session: session_sql(config),
            tcp_port: config.socket.is_none().then_some(config.port),
            timeout: config.connect_timeout,
        }
    }

    /// How long the server may take to answer.
    pub(super) fn timeout(&self) -> Duration {
        self.timeout
    }

    pub(super) async fn open(&self) -> Result<Raw> {
        match tokio::time::timeout(self.timeout, self.open_once_there_is_room()).await {
            Ok(opened) => opened,
            Err(_) => Err(Error::new(
                ErrorKind::Unavailable,
                format!("no connection to the database within {:?}", self.timeout),
            )),
        }
    }

    /// A server that is full (1040) may only be behind with closing what was given up: it is asked again.
    async fn open_once_there_is_room(&self) -> Result<Raw> {
        loop {
            match nodelay::while_connecting(self.tcp_port, self.options.connect()).await {
                Ok(mysql) => return self.set_up(mysql).await,
                Err(full) if error::is_full(&full) => tokio::time::sleep(Duration::from_millis(20)).await,
                Err(other) => return Err(error::from_sqlx(other)),
            }
        }
    }

    async fn set_up(&self, mut mysql: MySqlConnection) -> Result<Raw> {
        let row = sqlx::raw_sql(AssertSqlSafe(self.session.as_str()))
            .fetch_one(&mut mysql)
            .await
            .map_err(error::from_sqlx)?;
        let id = row.try_get_unchecked::<u64, _>(0).map_err(error::from_sqlx)?;
        let version = row.try_get_unchecked::<String, _>(1).map_err(error::from_sqlx)?;
        let flavour = if version.contains("MariaDB") { Flavour::MariaDb } else { Flavour::MySql };
        Ok(Raw { mysql, id, last_used: Instant::now(), server: ServerInfo { flavour, version } })
    }
}

/// UTC, utf8mb4_unicode_ci, strict mode, isolation and the statement's time, then who we are. The version comments
/// are read by one server each.
fn session_sql(config: &Config) -> String {
    let isolation = match config.isolation {
        Isolation::ReadCommitted => "READ COMMITTED",
        Isolation::RepeatableRead => "REPEATABLE READ",
    };
    // The client's own timer fires first; the server's is there for when the client is gone.
    let limit = config.statement_timeout.map_or_else(String::new, |limit| {
        let grace = limit + Duration::from_secs(1);
        let (millis, seconds) = (grace.as_millis(), grace.as_secs_f64());
        format!("/*!80000 , max_execution_time = {millis} */ /*M! , max_statement_time = {seconds} */")
    });
    let application = config.application_name.replace('\\', "\\\\").replace('\'', "''");
    format!(
        "SET NAMES utf8mb4 COLLATE utf8mb4_unicode_ci; \
         SET SESSION time_zone = '+00:00', sql_mode = 'ONLY_FULL_GROUP_BY,STRICT_TRANS_TABLES,NO_ZERO_IN_DATE,NO_ZERO_DATE,\
         ERROR_FOR_DIVISION_BY_ZERO,NO_ENGINE_SUBSTITUTION' {limit} , @staka_application = '{application}'; \
         SET SESSION TRANSACTION ISOLATION LEVEL {isolation}; \
         SELECT CONNECTION_ID(), VERSION()"
    )
}
