//! Opens a connection and sets up its session in one round trip, the same on both servers.

use std::time::{Duration, Instant};

use sqlx::mysql::{MySqlConnectOptions, MySqlConnection};
use sqlx::{AssertSqlSafe, ConnectOptions, Row};

use super::{Config, Isolation, error, nodelay};
use crate::base::{Error, ErrorKind, Result};

/// The two kinds of server.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ServerKind {
    /// MySQL.
    MySql,
    /// MariaDB.
    MariaDb,
}

/// The kind and version of a server.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ServerInfo {
    /// MySQL or MariaDB.
    pub kind: ServerKind,
    /// The version as the server reports it.
    pub version: String,
}

/// A connection with its number, last use and server.
pub(super) struct Raw {
    pub(super) mysql: MySqlConnection,
    pub(super) id: u64,
    pub(super) last_used: Instant,
    pub(super) server: ServerInfo,
}

/// How often a garbled handshake is tried again. One that fails every time is a wrong configuration.
const GARBLED_RETRIES: u32 = 2;
const RETRY_PAUSE: Duration = Duration::from_millis(20);

/// Opens connections as configured.
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

    /// Returns how long the server may take to answer.
    pub(super) fn timeout(&self) -> Duration {
        self.timeout
    }

    pub(super) async fn open(&self) -> Result<Raw> {
        match tokio::time::timeout(self.timeout, self.open_with_retries()).await {
            Ok(opened) => opened,
            Err(_) => Err(Error::new(
                ErrorKind::Unavailable,
                format!("could not connect to the database within {:?}", self.timeout),
            )),
        }
    }

    /// Tries again in two cases. A server with too many connections (1040) may still be closing abandoned ones. And MySQL
    /// garbles what a new connection reads, rarely and under many KILLs: KILL closes the descriptor of a connection
    /// whose thread may still write to it (seen as EBADF in the server's system calls), and the next connection may be
    /// given the same descriptor in between. No statement of a caller has been sent by then.
    async fn open_with_retries(&self) -> Result<Raw> {
        let mut garbled = 0;
        loop {
            let opened = match nodelay::while_connecting(self.tcp_port, self.options.connect()).await {
                Ok(mysql) => self.set_up(mysql).await,
                Err(cause) => Err(cause),
            };
            match opened {
                Ok(raw) => return Ok(raw),
                Err(full) if error::is_full(&full) => {}
                Err(cause) if error::is_garbled(&cause) && garbled < GARBLED_RETRIES => {
                    tracing::warn!(%cause, "the handshake with the server failed; trying again");
                    garbled += 1;
                }
                Err(other) => return Err(error::from_sqlx(other)),
            }
            tokio::time::sleep(RETRY_PAUSE).await;
        }
    }

    async fn set_up(&self, mut mysql: MySqlConnection) -> Result<Raw, sqlx::Error> {
        let row = sqlx::raw_sql(AssertSqlSafe(self.session.as_str())).fetch_one(&mut mysql).await?;
        let id = row.try_get_unchecked::<u64, _>(0)?;
        let version = row.try_get_unchecked::<String, _>(1)?;
        let kind = if version.contains("MariaDB") { ServerKind::MariaDb } else { ServerKind::MySql };
        Ok(Raw { mysql, id, last_used: Instant::now(), server: ServerInfo { kind, version } })
    }
}

/// Sets UTC, utf8mb4_unicode_ci, strict mode, isolation, the statement timeout and the application's name. Each of the
/// version comments is read by one of the servers.
fn session_sql(config: &Config) -> String {
    let isolation = match config.isolation {
        Isolation::ReadCommitted => "READ COMMITTED",
        Isolation::RepeatableRead => "REPEATABLE READ",
    };
    // The client's timer fires first; the server's stops the statement if the client has died.
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
