//! Mends what a KILL can break on MariaDB. Whoever is killed in the instant of opening a table with triggers leaves them
//! half read in the server's cache of tables; every later write that gets this instance fails with error 1064, whoever
//! writes, until the table leaves the cache. KILL QUERY does it too; a socket that is closed does not.

use std::time::Duration;

use sqlx::{AssertSqlSafe, MySqlConnection};

use super::{Maintained, error};

/// How long a killed connection may take to put its tables back.
const GONE: u32 = 500;

/// What makes the server open a table anew. REPAIR needs SELECT and INSERT only, and does nothing else to InnoDB; FLUSH
/// needs RELOAD. Both wait for transactions that hold the table.
const CURES: [&str; 2] = ["REPAIR LOCAL TABLE", "FLUSH LOCAL TABLES"];

/// Waits until a killed connection is gone: before that the instance may not be back in the cache.
pub(super) async fn until_gone(conn: &mut MySqlConnection, id: u64) -> Result<(), sqlx::Error> {
    for _ in 0..GONE {
        match sqlx::raw_sql(AssertSqlSafe(format!("KILL {id}"))).execute(&mut *conn).await {
            // 1094: no such connection.
            Err(sqlx::Error::Database(_)) => break,
            done => done?,
        };
        tokio::time::sleep(Duration::from_millis(2)).await;
    }
    Ok(())
}

/// Mends each table whose triggers are ours and broken; returns how many were. `met`: somebody met one. A busy server keeps
/// several caches, which connections share by their numbers: where this one finds none, all are opened anew.
pub(super) async fn mend(conn: &mut MySqlConnection, met: bool) -> Result<u64, sqlx::Error> {
    let mut mended = 0;
    for table in Maintained::ALL.map(Maintained::source) {
        if is_broken(conn, table).await? == Some(true) {
            mended += u64::from(cure(conn, table).await?);
        }
    }
    if met && mended == 0 {
        for table in Maintained::ALL.map(Maintained::source) {
            mended += u64::from(cure(conn, table).await?);
        }
    }
    Ok(mended)
}

async fn cure(conn: &mut MySqlConnection, table: &str) -> Result<bool, sqlx::Error> {
    for cure in CURES {
        let text = format!("SET STATEMENT lock_wait_timeout = 1 FOR {cure} `{table}`");
        // Refused for want of a privilege, or the table is held: asking again tells.
        let _ = answered(sqlx::raw_sql(AssertSqlSafe(text)).execute(&mut *conn).await)?;
        if is_broken(conn, table).await? == Some(false) {
            tracing::warn!(table, "a KILL had broken its triggers in MariaDB's cache: opened anew");
            return Ok(true);
        }
    }
    tracing::warn!(table, "its triggers are broken in MariaDB's cache and writes fail: `FLUSH TABLES` mends that");
    Ok(false)
}

/// Only the write of a row asks whether the triggers could be read: a row is written as it is, and undone, as others may
/// have triggers of their own. The instance used last is the one that is got first. None where no row is free.
async fn is_broken(conn: &mut MySqlConnection, table: &str) -> Result<Option<bool>, sqlx::Error> {
    let text = format!(
        "START TRANSACTION; SET STATEMENT innodb_lock_wait_timeout = 0 FOR \
         UPDATE `{table}` SET `updatedAt` = `updatedAt` LIMIT 1; ROLLBACK"
    );
    let Err(refused) = answered(sqlx::raw_sql(AssertSqlSafe(text)).execute(&mut *conn).await)? else {
        return Ok(Some(false));
    };
    sqlx::raw_sql("ROLLBACK").execute(conn).await?;
    Ok(error::meets_a_broken_trigger(&refused).then_some(true))
}

/// What the server refused, apart from a line that is lost.
fn answered<T>(done: Result<T, sqlx::Error>) -> Result<Result<(), sqlx::Error>, sqlx::Error> {
    match done {
        Err(refused @ sqlx::Error::Database(_)) => Ok(Err(refused)),
        done => done.map(|_| Ok(())),
    }
}
