//! The common interface of the two drivers.

use mysql_async::prelude::Queryable;
use sqlx::mysql::{MySqlArguments, MySqlConnectOptions, MySqlRow};
use sqlx::{Arguments, AssertSqlSafe, ConnectOptions, Executor, FromRow, MySqlConnection};

use super::rows::Read;
use super::texts::{Bind, Texts};
use crate::Result;
use crate::peers::{ISOLATION, STATEMENTS};

pub(in crate::peers) trait Driver {
    /// Returns the rows of a prepared statement.
    async fn rows<T: Read>(&mut self, text: &str, binds: &[Bind<'_>]) -> Result<Vec<T>>;
    /// Returns the number of rows that a prepared statement changed.
    async fn execute(&mut self, text: &str, binds: &[Bind<'_>]) -> Result<u64>;
    /// Runs SQL without preparing it.
    async fn plain(&mut self, text: &'static str) -> Result;
}

impl super::Asker<MySqlConnection> {
    /// Sets the collation, and keeps as many prepared statements as Staka: with fewer, each overflow waits 40 ms for a
    /// delayed acknowledgement, as sqlx 0.9.0 does not set TCP_NODELAY.
    pub(in crate::peers) async fn sqlx(url: &str, texts: Texts) -> Result<Self> {
        let options: MySqlConnectOptions = url.parse()?;
        let options = options
            .ssl_mode(sqlx::mysql::MySqlSslMode::Disabled)
            .collation("utf8mb4_unicode_ci")
            .statement_cache_capacity(STATEMENTS)
            .disable_statement_logging();
        let mut conn = options.connect().await?;
        Executor::execute(&mut conn, ISOLATION).await?;
        Ok(Self::new(conn, texts))
    }
}

/// A row for `query_as`.
struct Whole<T>(T);

impl<'r, T: Read> FromRow<'r, MySqlRow> for Whole<T> {
    fn from_row(row: &'r MySqlRow) -> sqlx::Result<Self> {
        T::sqlx(row, 0).map(Self)
    }
}

fn arguments(binds: &[Bind<'_>]) -> Result<MySqlArguments> {
    let mut arguments = MySqlArguments::default();
    for bind in binds {
        match bind {
            Bind::Text(text) => arguments.add(*text),
            Bind::Moment(moment) => arguments.add(*moment),
            Bind::Number(number) => arguments.add(*number),
            Bind::Null => arguments.add(None::<&str>),
        }
        .map_err(|error| error.to_string())?;
    }
    Ok(arguments)
}

impl Driver for MySqlConnection {
    async fn rows<T: Read>(&mut self, text: &str, binds: &[Bind<'_>]) -> Result<Vec<T>> {
        let query = sqlx::query_as_with::<_, Whole<T>, _>(AssertSqlSafe(text), arguments(binds)?);
        Ok(query.fetch_all(self).await?.into_iter().map(|row| row.0).collect())
    }

    async fn execute(&mut self, text: &str, binds: &[Bind<'_>]) -> Result<u64> {
        let query = sqlx::query_with(AssertSqlSafe(text), arguments(binds)?);
        Ok(query.execute(self).await?.rows_affected())
    }

    async fn plain(&mut self, text: &'static str) -> Result {
        Executor::execute(self, text).await?;
        Ok(())
    }
}

fn params(binds: &[Bind<'_>]) -> mysql_async::Params {
    if binds.is_empty() {
        return mysql_async::Params::Empty;
    }
    let value = |bind: &Bind<'_>| match bind {
        Bind::Text(text) => mysql_async::Value::from(*text),
        Bind::Moment(moment) => mysql_async::Value::from(*moment),
        Bind::Number(number) => mysql_async::Value::from(*number),
        Bind::Null => mysql_async::Value::NULL,
    };
    mysql_async::Params::Positional(binds.iter().map(value).collect())
}

impl Driver for mysql_async::Conn {
    async fn rows<T: Read>(&mut self, text: &str, binds: &[Bind<'_>]) -> Result<Vec<T>> {
        let rows: Vec<mysql_async::Row> = self.exec(text, params(binds)).await?;
        let read = |mut row| T::mysql_async(&mut row, 0).ok_or("a row of other columns");
        Ok(rows.into_iter().map(read).collect::<Result<_, _>>()?)
    }

    async fn execute(&mut self, text: &str, binds: &[Bind<'_>]) -> Result<u64> {
        self.exec_drop(text, params(binds)).await?;
        Ok(self.affected_rows())
    }

    async fn plain(&mut self, text: &'static str) -> Result {
        Ok(self.query_drop(text).await?)
    }
}
