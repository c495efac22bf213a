//! Transactions that are retried after a deadlock, for programs that call the functions of `repo` themselves.

use futures_util::future::BoxFuture;

use super::tx::{Retry, begin_on};
use super::{Conn, Pool};
use crate::base::Result;

/// Runs `body` in a transaction and commits, or rolls back if it fails. After a deadlock everything is run again, so
/// `body` must have no effect outside of the database. Fails with `Contention` if the retries do not succeed.
pub async fn run_tx<T, F>(pool: &Pool, name: &'static str, mut body: F) -> Result<T>
where
    T: Send,
    F: for<'c> FnMut(&'c mut Conn) -> BoxFuture<'c, Result<T>> + Send,
{
    let mut retry = Retry::default();
    loop {
        let mut conn = begin_on(pool).await?;
        match attempt(&mut conn, &mut body).await {
            Ok(value) => return Ok(value),
            Err(error) => {
                drop(conn);
                retry.after(error.in_operation(name)).await?;
            }
        }
    }
}

async fn attempt<T, F>(conn: &mut Conn, body: &mut F) -> Result<T>
where
    F: for<'c> FnMut(&'c mut Conn) -> BoxFuture<'c, Result<T>> + Send,
{
    let value = body(conn).await?;
    conn.commit().await?;
    Ok(value)
}
