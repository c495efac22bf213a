//! The server's own counters: statements, rows read, and time.

use std::time::{Duration, Instant};

use mysql_async::Conn;
use mysql_async::prelude::Queryable;

use crate::Result;
use crate::data;
use crate::figures::median;
use crate::peers::{Look, Peer};
use crate::question::{Of, Query};
use server::Server;

/// Each of these is one round trip; `Questions` counts neither preparing nor pings.
const TRIPS: [&str; 3] = ["Questions", "Com_stmt_prepare", "Com_admin_commands"];
const ROWS: &str = "Handler_read_";
/// Slow calls are measured fewer times.
const PATIENCE: Duration = Duration::from_secs(2);

pub(crate) struct Counters {
    conn: Conn,
    /// The amount that reading the counters adds to them.
    own: Counted,
}

#[derive(Clone, Copy, Default)]
pub(crate) struct Counted {
    pub(crate) trips: i64,
    pub(crate) rows: i64,
    /// The CPU time of the client.
    pub(crate) cpu: Duration,
}

impl Counters {
    pub(crate) async fn open(server: &Server) -> Result<Self> {
        let mut counters = Self { conn: data::connect(server, "").await?, own: Counted::default() };
        // Another connection may be closing, so the smallest value is used; it is never less than this connection's
        // own.
        let mut before = counters.read().await?;
        let mut least = Counted { trips: i64::MAX, rows: i64::MAX, cpu: Duration::ZERO };
        for _ in 0..9 {
            let after = counters.read().await?;
            least.trips = least.trips.min(after.trips - before.trips);
            least.rows = least.rows.min(after.rows - before.rows);
            before = after;
        }
        counters.own = least;
        Ok(counters)
    }

    async fn read(&mut self) -> Result<Counted> {
        let names = TRIPS.map(|name| format!("'{name}'")).join(", ");
        let sql = format!("SHOW GLOBAL STATUS WHERE Variable_name IN ({names}) OR Variable_name LIKE '{ROWS}%'");
        let all: Vec<(String, String)> = self.conn.query(sql).await?;
        let sum = |of: &dyn Fn(&str) -> bool| -> i64 {
            all.iter().filter(|(name, _)| of(name)).filter_map(|(_, value)| value.parse::<i64>().ok()).sum()
        };
        let (trips, rows) = (sum(&|name| TRIPS.contains(&name)), sum(&|name| name.starts_with(ROWS)));
        Ok(Counted { trips, rows, cpu: Duration::ZERO })
    }

    /// Measures one call of a warm peer. BEGIN and ROLLBACK of a write are not counted.
    pub(crate) async fn of(&mut self, peer: &mut Peer, query: Query, of: &Of) -> Result<Counted> {
        let before = self.read().await?;
        let cpu = peer.cpu(query, of, 1).await?;
        peer.settle().await;
        let after = self.read().await?;
        let around = if query == Query::MarkAllRead { 2 } else { 0 };
        Ok(Counted {
            trips: after.trips - before.trips - self.own.trips - around,
            rows: after.rows - before.rows - self.own.rows,
            cpu,
        })
    }
}

/// Returns the server's part of a query's time in milliseconds, from SHOW PROFILES for Staka's statements. It includes
/// writing the rows to the socket. For a write, the list contains each statement of its triggers and may have dropped
/// the first ones.
pub(crate) async fn server_share(peer: &mut Peer, query: Query, of: &Of, runs: usize) -> Result<Option<f64>> {
    if query == Query::MarkAllRead {
        return Ok(None);
    }
    let mut shares = Vec::with_capacity(runs);
    // The list also contains earlier statements.
    let Some(mut seen) = profiles(peer).await?.map(|all| all.last().map_or(0, |last| last.0)) else { return Ok(None) };
    let begun = Instant::now();
    while shares.len() < runs && (shares.is_empty() || begun.elapsed() < PATIENCE) {
        said(peer, "SET profiling = 1").await?;
        peer.ask(query, of, Look::Away).await?;
        said(peer, "SET profiling = 0").await?;
        let all = profiles(peer).await?.unwrap_or_default();
        let new = all.iter().filter(|(id, _, text)| *id > seen && !text.starts_with("SET"));
        shares.push(new.map(|(_, seconds, _)| seconds * 1000.0).sum());
        seen = all.last().map_or(seen, |last| last.0);
    }
    Ok(Some(median(&shares)))
}

/// Returns number, seconds and text of each statement; `None` if the server does not support profiles.
async fn profiles(peer: &mut Peer) -> Result<Option<Vec<(u64, f64, String)>>> {
    let Some(conn) = peer.connection() else { return Ok(None) };
    Ok(conn.query("SHOW PROFILES").await.ok())
}

async fn said(peer: &mut Peer, text: &'static str) -> Result {
    let conn = peer.connection().ok_or("only a connection of mysql_async is asked")?;
    Ok(conn.query_drop(text).await?)
}
