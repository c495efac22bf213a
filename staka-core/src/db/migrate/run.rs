//! Runs the statements of a migration: sets up the session, prefers online DDL, and retries while a table is in use.

use std::time::{Duration, Instant};

use sqlx::mysql::MySqlDatabaseError;
use sqlx::{AssertSqlSafe, MySqlConnection};

use super::inspect::identity;
use super::report::Step;
use super::syntax::quote;
use super::{ONLINE, history};
use crate::base::{Error, ErrorKind, Result};
use crate::db::error::from_sqlx;

/// How long one attempt waits for a table in use. Later statements of others queue after the waiting one, so attempts
/// are short and repeated.
const ATTEMPT: Duration = Duration::from_secs(5);
/// The pause between two attempts, in which the statements of others run.
const PAUSE: Duration = Duration::from_millis(250);

/// ER_ALTER_OPERATION_NOT_SUPPORTED and ER_ALTER_OPERATION_NOT_SUPPORTED_REASON, and MariaDB's equivalents: the server
/// cannot run the statement online.
const NOT_ONLINE: std::ops::RangeInclusive<u16> = 1845..=1858;
/// Missing privileges (TRIGGER, REFERENCES, LOCK TABLES, SUPER with a binary log), and tables that do not fit (columns
/// incompatible with a foreign key, rows without their user, texts of different collations).
const REFUSED: [u16; 10] = [1142, 1044, 1227, 1419, 1005, 1215, 3780, 1822, 1452, 1267];
/// ER_LOCK_WAIT_TIMEOUT
const LOCK_WAIT_TIMEOUT: u16 = 1205;

/// The held lock, and the statement that restores the session's settings.
pub(super) struct Session {
    lock: String,
    restore: String,
}

/// Takes the migration lock and prepares the session for long statements.
pub(super) async fn open(conn: &mut MySqlConnection, lock_wait: Duration) -> Result<Session> {
    let (database, mariadb) = identity(conn).await?;
    // A statement timeout of the caller would interrupt the building of an index.
    let timeout = if mariadb { "max_statement_time" } else { "max_execution_time" };
    let sql = format!("SELECT CAST(@@SESSION.lock_wait_timeout AS CHAR), CAST(@@SESSION.{timeout} AS CHAR)");
    let (wait, before): (String, String) =
        sqlx::query_as(AssertSqlSafe(sql)).fetch_one(&mut *conn).await.map_err(from_sqlx)?;
    let restore = format!("SET SESSION lock_wait_timeout = {wait}, SESSION {timeout} = {before}");
    let lock = history::lock_name(&database);
    history::lock(conn, &lock, lock_wait).await?;
    let session = Session { lock, restore };
    let attempt = lock_wait.min(ATTEMPT).as_secs().max(1);
    let set = format!("SET SESSION lock_wait_timeout = {attempt}, SESSION {timeout} = 0");
    if let Err(error) = execute(conn, &set).await {
        close(conn, session).await;
        return Err(from_sqlx(error));
    }
    Ok(session)
}

/// Restores the session's settings and releases the lock.
pub(super) async fn close(conn: &mut MySqlConnection, session: Session) {
    if let Err(error) = execute(conn, &session.restore).await {
        tracing::debug!(%error, "the session's settings were lost with its connection");
    }
    history::unlock(conn, &session.lock).await;
}

/// The outcome of a step.
pub(super) enum Outcome {
    /// The step was run, offline if the server could not run it online.
    Done(Step),
    /// The server does not allow it for this account or these tables.
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
            (Some(LOCK_WAIT_TIMEOUT), _) if Instant::now() < deadline => tokio::time::sleep(PAUSE).await,
            (Some(LOCK_WAIT_TIMEOUT), _) => {
                let message = format!(
                    "{}: the table is still in use by other connections after {} s",
                    place(&step),
                    lock_wait.as_secs()
                );
                let retry = Duration::from_secs(5);
                return Err(Error::new(ErrorKind::Contention, message).with_source(error).with_retry_after(retry));
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

/// Drops Staka's triggers and the tables, the history last. The baseline is first recorded as started, so that both
/// `reset` and `migrate` can continue after an interrupted reset.
pub(super) async fn drop_all(
    conn: &mut MySqlConnection,
    history: bool,
    triggers: &[String],
    tables: &[String],
) -> Result<()> {
    let mut statements = vec!["SET SESSION foreign_key_checks = 0".to_owned()];
    if history {
        let table = quote(history::TABLE);
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
