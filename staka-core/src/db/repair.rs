//! Repairs triggers that a KILL broke on MariaDB. A connection that is killed while it opens a table with triggers
//! leaves them half parsed in the server's table cache. Every later write, by any client, that uses this cache entry
//! fails with error 1064 until the entry is evicted. KILL QUERY has the same effect; closing the socket does not.

use std::time::Duration;

use sqlx::{AssertSqlSafe, MySqlConnection};

use super::{Counter, error};

/// How often to check, every 2 ms, whether a killed connection has closed.
const CLOSE_CHECKS: u32 = 500;

/// Statements that make the server reopen a table. REPAIR needs only SELECT and INSERT and has no other effect on
/// InnoDB; FLUSH needs RELOAD. Both wait for transactions that use the table.
const REPAIRS: [&str; 2] = ["REPAIR LOCAL TABLE", "FLUSH LOCAL TABLES"];

/// Waits until a killed connection is closed: only then its table instances are back in the cache.
pub(super) async fn wait_until_closed(conn: &mut MySqlConnection, id: u64) -> Result<(), sqlx::Error> {
    for _ in 0..CLOSE_CHECKS {
        match sqlx::raw_sql(AssertSqlSafe(format!("KILL {id}"))).execute(&mut *conn).await {
            // 1094: no such connection.
            Err(sqlx::Error::Database(_)) => break,
            done => done?,
        };
        tokio::time::sleep(Duration::from_millis(2)).await;
    }
    Ok(())
}

/// Repairs each table whose counter triggers are broken and returns how many there were. A server may have several
/// caches, chosen by the connection's number: if a broken table was `reported` but this connection finds none, all are
/// reopened.
pub(super) async fn repair(conn: &mut MySqlConnection, reported: bool) -> Result<u64, sqlx::Error> {
    let mut repaired = 0;
    for table in Counter::ALL.map(Counter::source) {
        if is_broken(conn, table).await? == Some(true) {
            repaired += u64::from(reopen(conn, table).await?);
        }
    }
    if reported && repaired == 0 {
        for table in Counter::ALL.map(Counter::source) {
            repaired += u64::from(reopen(conn, table).await?);
        }
    }
    Ok(repaired)
}

async fn reopen(conn: &mut MySqlConnection, table: &str) -> Result<bool, sqlx::Error> {
    for statement in REPAIRS {
        let text = format!("SET STATEMENT lock_wait_timeout = 1 FOR {statement} `{table}`");
        // It fails without the privilege or while the table is in use; the check below shows the result.
        let _ = server_result(sqlx::raw_sql(AssertSqlSafe(text)).execute(&mut *conn).await)?;
        if is_broken(conn, table).await? == Some(false) {
            tracing::warn!(table, "reopened a table whose triggers a KILL had broken in MariaDB's cache");
            return Ok(true);
        }
    }
    tracing::warn!(table, "the table's triggers are broken in MariaDB's cache and writes fail: run `FLUSH TABLES`");
    Ok(false)
}

/// Returns whether the table's triggers are broken; `None` if every row is locked. Only a write shows it, so a row is
/// updated without a change and rolled back, as others may have triggers of their own.
async fn is_broken(conn: &mut MySqlConnection, table: &str) -> Result<Option<bool>, sqlx::Error> {
    let text = format!(
        "START TRANSACTION; SET STATEMENT innodb_lock_wait_timeout = 0 FOR \
         UPDATE `{table}` SET `updatedAt` = `updatedAt` LIMIT 1; ROLLBACK"
    );
    let Err(refused) = server_result(sqlx::raw_sql(AssertSqlSafe(text)).execute(&mut *conn).await)? else {
        return Ok(Some(false));
    };
    sqlx::raw_sql("ROLLBACK").execute(conn).await?;
    Ok(error::is_broken_trigger_error(&refused).then_some(true))
}

/// Separates an error of the server from the loss of the connection.
fn server_result<T>(done: Result<T, sqlx::Error>) -> Result<Result<(), sqlx::Error>, sqlx::Error> {
    match done {
        Err(refused @ sqlx::Error::Database(_)) => Ok(Err(refused)),
        done => done.map(|_| Ok(())),
    }
}
