//! The smallest question there is: what a round trip costs with nothing in it.

use mysql_async::prelude::Queryable;
use sqlx::MySqlConnection;
use staka_core::Staka;
use staka_core::base::Args;
use staka_core::db::{Conn, Statement};

use crate::bed::Light;
use crate::peers::Query;

const SQL: &str = "SELECT 1";
static PING: Statement = Statement::fixed("bench.ping", SQL, &[]);

pub(crate) struct Ping;

impl Query for Ping {
    async fn staka(&self, staka: &Staka, light: &Light) -> usize {
        let mut conn = staka.acquire().await.expect("a connection is free");
        self.conn(&mut conn, light).await
    }

    async fn conn(&self, conn: &mut Conn, _: &Light) -> usize {
        conn.one::<i64>(&PING, Args::new()).await.expect("Staka reads") as usize
    }

    async fn sqlx(&self, conn: &mut MySqlConnection, _: &Light) -> usize {
        sqlx::query_scalar::<_, i64>(SQL).fetch_one(conn).await.expect("sqlx reads") as usize
    }

    async fn mysql_async(&self, conn: &mut mysql_async::Conn, _: &Light) -> usize {
        conn.exec_first::<i64, _, _>(SQL, ()).await.expect("mysql_async reads").expect("one row") as usize
    }
}
