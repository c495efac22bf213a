//! Running statements: the session they need, online where the server can, patience where a table is held.

use std::time::{Duration, Instant};

use sqlx::mysql::MySqlDatabaseError;
use sqlx::{AssertSqlSafe, MySqlConnection};

use super::inspect::identity;
use super::report::Step;
use super::syntax::quote;
use super::{ONLINE, ledger};
use crate::base::{Error, ErrorKind, Result};
use crate::db::error::from_sqlx;

/// How long one try waits for a table that others hold. Everybody who comes after the waiting statement waits
/// behind it, so tries are short and there are several.
const TRY: Duration = Duration::from_secs(5);
/// What is let through between two tries.
const PAUSE: Duration = Duration::from_millis(250);

/// ER_ALTER_OPERATION_NOT_SUPPORTED and ER_ALTER_OPERATION_NOT_SUPPORTED_REASON, and their relatives of MariaDB:
/// the server cannot do it online.
const NOT_ONLINE: std::ops::RangeInclusive<u16> = 1845..=1858;
/// Privileges: TRIGGER, REFERENCES, LOCK TABLES, SUPER where a binary log is written. Tables: columns that a foreign key
/// cannot tie, rows without their user, texts of two collations.
const REFUSED: [u16; 10] = [1142, 1044, 1227, 1419, 1005, 1215, 3780, 1822, 1452, 1267];
/// ER_LOCK_WAIT_TIMEOUT
const HELD: u16 = 1205;

/// What the session was before, and the lock that is held.
pub(super) struct Session {
    lock: String,
    restore: String,
}

/// Takes the migration lock and sets the session for long statements.
pub(super) async fn open(conn: &mut MySqlConnection, lock_wait: Duration) -> Result<Session> {
    let (database, mariadb) = identity(conn).await?;
    // A statement time-out of the caller's would cut the building of an index short.
    let timeout = if mariadb { "max_statement_time" } else { "max_execution_time" };
    let sql = format!("SELECT CAST(@@SESSION.lock_wait_timeout AS CHAR), CAST(@@SESSION.{timeout} AS CHAR)");
    let (wait, before): (String, String) =
        sqlx::query_as(AssertSqlSafe(sql)).fetch_one(&mut *conn).await.map_err(from_sqlx)?;
    let restore = format!("SET SESSION lock_wait_timeout = {wait}, SESSION {timeout} = {before}");
    let lock = ledger::lock_name(&database);
    ledger::lock(conn, &lock, lock_wait).await?;
    let session = Session { lock, restore };
    let tries = lock_wait.min(TRY).as_secs().max(1);
    let set = format!("SET SESSION lock_wait_timeout = {tries}, SESSION {timeout} = 0");
    if let Err(error) = execute(conn, &set).await {
        close(conn, session).await;
        return Err(from_sqlx(error));
    }
    Ok(session)
}

/// Gives the lock back and the session's settings too.
pub(super) async fn close(conn: &mut MySqlConnection, session: Session) {
    if let Err(error) = execute(conn, &session.restore).await {
        tracing::debug!(%error, "the session's settings went with its connection");
    }
    ledger::unlock(conn, &session.lock).await;
}

/// What became of a step.
pub(super) enum Outcome {
    /// It was run, without the wish for online if the server could not.
    Done(Step),
    /// The server does not let this account do it, or not with these tables.
    Refused { error: Error, reason: String },
}

/// Runs one step.
pub(super) async fn step(
    conn: &mut MySqlConnection,
    mut step: Step,
    lock_wait: Duration,
    on_step: &mut (dyn FnMut(&Step) + Send),
) -> Result<Outcome> {
    let deadline = Instant::now() + lock_wait;
    loop {
        let Err(error) = execute(conn, &step.sql).await else { return Ok(Outcome::Done(step)) };
        if step.sql.starts_with("LOCK TABLES") {
            execute(conn, "UNLOCK TABLES").await.map_err(from_sqlx)?;
        }
        let code = number(&error);
        let plain = step.sql.strip_suffix(ONLINE).map(|sql| sql.trim_end().to_owned());
        match (code, plain) {
            (Some(code), Some(plain)) if NOT_ONLINE.contains(&code) => {
                step.sql = plain;
                step.reason = format!("{}; the server cannot do it online ({code})", step.reason);
                on_step(&step);
            }
            (Some(HELD), _) if Instant::now() < deadline => tokio::time::sleep(PAUSE).await,
            (Some(HELD), _) => {
                let message = format!("{}: others still hold the table after {} s", place(&step), lock_wait.as_secs());
                let retry = Duration::from_secs(5);
                return Err(Error::new(ErrorKind::Busy, message).with_source(error).with_retry_after(retry));
            }
            _ => {
                let reason = error.as_database_error().map(|error| error.message().to_owned());
                let error = from_sqlx(error);
                let message = format!("{}: {}", place(&step), error.message());
                let error = Error::new(error.kind(), message).with_source(error);
                return match reason.filter(|_| code.is_some_and(|code| REFUSED.contains(&code))) {
                    Some(reason) => Ok(Outcome::Refused { error, reason }),
                    None => Err(error),
                };
            }
        }
    }
}

/// Drops our triggers and tables, the ledger last. The baseline is marked as half-made first, so that a reset that
/// is stopped midway leaves what both `reset` and `migrate` can go on from.
pub(super) async fn drop_all(
    conn: &mut MySqlConnection,
    ledger: bool,
    triggers: &[String],
    tables: &[String],
) -> Result<()> {
    let mut statements = vec!["SET SESSION foreign_key_checks = 0".to_owned()];
    if ledger {
        let table = quote(ledger::TABLE);
        statements.push(format!("UPDATE {table} SET `state` = 'started', `finished_at` = NULL"));
    }
    statements.extend(triggers.iter().map(|name| format!("DROP TRIGGER {}", quote(name))));
    statements.extend(tables.iter().map(|name| format!("DROP TABLE {}", quote(name))));
    let mut result = Ok(());
    for sql in &statements {
        result = execute(conn, sql).await.map_err(from_sqlx);
        if result.is_err() {
            break;
        }
    }
    let restored = execute(conn, "SET SESSION foreign_key_checks = 1").await.map_err(from_sqlx);
    result.and(restored)
}

// Not prepared: neither server prepares every DDL statement.
async fn execute(conn: &mut MySqlConnection, sql: &str) -> sqlx::Result<()> {
    sqlx::raw_sql(AssertSqlSafe(sql.to_owned())).execute(conn).await.map(drop)
}

fn number(error: &sqlx::Error) -> Option<u16> {
    let database = error.as_database_error()?.try_downcast_ref::<MySqlDatabaseError>()?;
    Some(database.number())
}

fn place(step: &Step) -> String {
    format!("migration {:04} {}", step.version, step.name)
}
