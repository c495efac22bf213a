//! A thousand rows of a table: what is left is decoding.

use chrono::NaiveDateTime;
use mysql_async::prelude::Queryable;
use sqlx::MySqlConnection;
use staka_core::Staka;
use staka_core::base::{Args, Table};
use staka_core::db::{Conn, Statement};
use staka_core::model::Notification;

use crate::bed::Light;
use crate::peers::Query;
use crate::table::row;

row! {
    struct Whole {
        id: String,
        user_id: String,
        title: String,
        message: String,
        kind: String,
        priority: String,
        data: Option<String>,
        action_url: Option<String>,
        is_read: bool,
        is_deleted: bool,
        read_at: Option<NaiveDateTime>,
        expires_at: Option<NaiveDateTime>,
        created_at: NaiveDateTime,
        updated_at: NaiveDateTime,
    }
}

pub(crate) struct Thousand {
    sql: &'static str,
    statement: Statement,
}

impl Thousand {
    pub(crate) fn new() -> Self {
        let sql = format!("SELECT {} FROM notifications ORDER BY id LIMIT 1000", Notification::SELECT).leak();
        Self { sql, statement: Statement::fixed("bench.thousand", sql, &[]) }
    }
}

impl Query for Thousand {
    async fn staka(&self, staka: &Staka, light: &Light) -> usize {
        let mut conn = staka.acquire().await.expect("a connection is free");
        self.conn(&mut conn, light).await
    }

    async fn conn(&self, conn: &mut Conn, _: &Light) -> usize {
        conn.all::<Notification>(&self.statement, Args::new()).await.expect("Staka reads").len()
    }

    async fn sqlx(&self, conn: &mut MySqlConnection, _: &Light) -> usize {
        sqlx::query_as::<_, Whole>(self.sql).fetch_all(conn).await.expect("sqlx reads").len()
    }

    async fn mysql_async(&self, conn: &mut mysql_async::Conn, _: &Light) -> usize {
        conn.exec::<Whole, _, _>(self.sql, ()).await.expect("mysql_async reads").len()
    }
}
