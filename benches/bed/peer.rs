//! The drivers: the same SQL with the same values on one connection, read by position into the same
//! structs. Written as their documentation advises.

use chrono::NaiveDateTime;
use mysql_async::prelude::Queryable;
use sqlx::mysql::{MySqlArguments, MySqlRow};
use sqlx::{Arguments, Executor, MySqlConnection};
use staka_core::{repo, stats};

/// A value bound to a statement.
#[derive(Clone, Copy)]
pub enum Value<'a> {
    Text(&'a str),
    Moment(NaiveDateTime),
    Number(u64),
    Null,
}

/// A struct that both drivers read.
pub trait Row: for<'r> sqlx::FromRow<'r, MySqlRow> + mysql_async::prelude::FromRow + Send + Unpin + 'static {}

/// A driver's connection.
pub trait Peer: Send {
    /// Returns all rows.
    fn rows<T: Row>(&mut self, sql: &'static str, values: &[Value<'_>]) -> impl Future<Output = Vec<T>> + Send;

    /// Returns the number that a statement returns.
    fn number(&mut self, sql: &'static str, values: &[Value<'_>]) -> impl Future<Output = usize> + Send;

    /// Returns the number of rows that a statement changed.
    fn execute(&mut self, sql: &'static str, values: &[Value<'_>]) -> impl Future<Output = usize> + Send;

    /// Runs SQL without preparing it.
    fn control(&mut self, text: &'static str) -> impl Future<Output = ()> + Send;
}

impl Peer for MySqlConnection {
    async fn rows<T: Row>(&mut self, sql: &'static str, values: &[Value<'_>]) -> Vec<T> {
        sqlx::query_as_with(sql, bound(values)).fetch_all(self).await.expect("sqlx reads")
    }

    async fn number(&mut self, sql: &'static str, values: &[Value<'_>]) -> usize {
        let number: i64 = sqlx::query_scalar_with(sql, bound(values)).fetch_one(self).await.expect("sqlx reads");
        number as usize
    }

    async fn execute(&mut self, sql: &'static str, values: &[Value<'_>]) -> usize {
        sqlx::query_with(sql, bound(values)).execute(self).await.expect("sqlx writes").rows_affected() as usize
    }

    async fn control(&mut self, text: &'static str) {
        Executor::execute(self, text).await.expect("sqlx runs it");
    }
}

fn bound(values: &[Value<'_>]) -> MySqlArguments {
    let mut arguments = MySqlArguments::default();
    for value in values {
        match *value {
            Value::Text(text) => arguments.add(text),
            Value::Moment(moment) => arguments.add(moment),
            Value::Number(number) => arguments.add(number),
            Value::Null => arguments.add(None::<&str>),
        }
        .expect("all of these can be written");
    }
    arguments
}

impl Peer for mysql_async::Conn {
    async fn rows<T: Row>(&mut self, sql: &'static str, values: &[Value<'_>]) -> Vec<T> {
        self.exec(sql, positional(values)).await.expect("mysql_async reads")
    }

    async fn number(&mut self, sql: &'static str, values: &[Value<'_>]) -> usize {
        let number: Option<i64> = self.exec_first(sql, positional(values)).await.expect("mysql_async reads");
        number.expect("one row") as usize
    }

    async fn execute(&mut self, sql: &'static str, values: &[Value<'_>]) -> usize {
        self.exec_drop(sql, positional(values)).await.expect("mysql_async writes");
        self.affected_rows() as usize
    }

    async fn control(&mut self, text: &'static str) {
        self.query_drop(text).await.expect("mysql_async runs it");
    }
}

fn positional(values: &[Value<'_>]) -> mysql_async::Params {
    if values.is_empty() {
        return mysql_async::Params::Empty;
    }
    let values = values.iter().map(|value| match *value {
        Value::Text(text) => text.into(),
        Value::Moment(moment) => moment.into(),
        Value::Number(number) => number.into(),
        Value::Null => mysql_async::Value::NULL,
    });
    mysql_async::Params::Positional(values.collect())
}

/// Returns the SQL that Staka sends under this name for a number of values. Panics if the library has none; before that,
/// `staka-core/tests/it/peers.rs` fails.
pub fn sql(name: &str, values: usize) -> &'static str {
    let all = [repo::catalogue(), stats::catalogue()].concat();
    let texts = all.into_iter().filter(|statement| statement.name == name).map(|statement| statement.text());
    let mut fitting = texts.filter(|text| text.matches('?').count() == values);
    fitting.next().unwrap_or_else(|| panic!("the catalogue has no {name} of {values} values"))
}
