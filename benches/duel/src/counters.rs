//! What the server itself counts: statements that came, rows that it read, and how long it was at work.

use mysql_async::Conn;
use mysql_async::prelude::Queryable;

use crate::Result;
use crate::data;
use crate::figures::median;
use crate::peers::{Look, Peer};
use crate::question::{Of, Query};
use crate::server::Server;

/// Each of these is answered before the client goes on; `Questions` holds neither preparing nor pings.
const TRIPS: [&str; 3] = ["Questions", "Com_stmt_prepare", "Com_admin_commands"];
const ROWS: &str = "Handler_read_";

pub(crate) struct Counters {
    conn: Conn,
    /// What reading the counters adds to them.
    own: Counted,
}

#[derive(Clone, Copy)]
pub(crate) struct Counted {
    pub(crate) trips: i64,
    pub(crate) rows: i64,
}

impl Counters {
    pub(crate) async fn open(server: &Server) -> Result<Self> {
        let mut counters = Self { conn: data::connect(server, "").await?, own: Counted { trips: 0, rows: 0 } };
        let before = counters.read().await?;
        let after = counters.read().await?;
        counters.own = Counted { trips: after.trips - before.trips, rows: after.rows - before.rows };
        Ok(counters)
    }

    async fn read(&mut self) -> Result<Counted> {
        let names = TRIPS.map(|name| format!("'{name}'")).join(", ");
        let sql = format!("SHOW GLOBAL STATUS WHERE Variable_name IN ({names}) OR Variable_name LIKE '{ROWS}%'");
        let all: Vec<(String, String)> = self.conn.query(sql).await?;
        let sum = |of: &dyn Fn(&str) -> bool| -> i64 {
            all.iter().filter(|(name, _)| of(name)).filter_map(|(_, value)| value.parse::<i64>().ok()).sum()
        };
        Ok(Counted { trips: sum(&|name| TRIPS.contains(&name)), rows: sum(&|name| name.starts_with(ROWS)) })
    }

    /// For one call of a peer that is warm. A write's BEGIN and ROLLBACK are not counted.
    pub(crate) async fn of(&mut self, peer: &mut Peer, query: Query, of: &Of) -> Result<Counted> {
        let before = self.read().await?;
        peer.ask(query, of, Look::Away).await?;
        peer.settle().await;
        let after = self.read().await?;
        let around = if query == Query::MarkAllRead { 2 } else { 0 };
        Ok(Counted {
            trips: after.trips - before.trips - self.own.trips - around,
            rows: after.rows - before.rows - self.own.rows,
        })
    }
}

/// The server's own share of a query, in milliseconds, by what it says of Staka's statements (SHOW PROFILES). Writing
/// the rows to the socket is in it.
pub(crate) async fn server_share(peer: &mut Peer, query: Query, of: &Of, runs: usize) -> Result<Option<f64>> {
    let mut shares = Vec::with_capacity(runs);
    for _ in 0..runs {
        let Some(conn) = peer.connection() else { return Ok(None) };
        // A server that does not know how leaves the share open.
        if conn.query_drop("SET profiling = 1").await.is_err() {
            return Ok(None);
        }
        peer.ask(query, of, Look::Away).await?;
        let Some(conn) = peer.connection() else { return Ok(None) };
        conn.query_drop("SET profiling = 0").await?;
        let profiles: Vec<(u64, f64, String)> = conn.query("SHOW PROFILES").await?;
        let statements =
            profiles.iter().filter(|(.., text)| !["SET", "BEG", "ROL"].contains(&text.get(..3).unwrap_or("")));
        shares.push(statements.map(|(_, seconds, _)| seconds * 1000.0).sum());
        // Forgets what was profiled.
        conn.query_drop("SET profiling_history_size = 0").await?;
        conn.query_drop("SET profiling_history_size = 15").await?;
    }
    Ok(Some(median(&shares)))
}
