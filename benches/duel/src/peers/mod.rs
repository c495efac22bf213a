//! The peers, each asked in its own way; what they answer, and how long they took.

mod diesel;
mod player;
mod raw;
mod sea;
mod staka;

use std::future::Future;
use std::hint::black_box;
use std::time::{Duration, Instant};

use serde::Serialize;
use serde_json::Value;

use crate::Result;
use crate::data;
use crate::question::{Of, Query};
use crate::same::Order;
use server::Server;
use raw::Texts;

/// Staka's own, so that all ask the server for the same work.
const ISOLATION: &str = "SET SESSION TRANSACTION ISOLATION LEVEL READ COMMITTED";
/// Texts that a connection keeps prepared.
const STATEMENTS: usize = 512;

/// What becomes of an answer.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Look {
    /// It is wanted as JSON.
    Close,
    /// It is thrown away.
    Away,
}

pub(crate) struct Asked {
    pub(crate) took: Duration,
    pub(crate) json: Value,
}

/// Awaits an answer: the time ends when it is there, before it is looked at or dropped.
async fn timed<T: Serialize, E: Into<Box<dyn std::error::Error>>>(
    look: Look,
    answer: impl Future<Output = Result<T, E>>,
) -> Result<Asked> {
    let begun = Instant::now();
    let answer = black_box(answer.await.map_err(Into::into)?);
    let took = begun.elapsed();
    let json = if look == Look::Close { serde_json::to_value(&answer)? } else { Value::Null };
    Ok(Asked { took, json })
}

/// Somebody who can be asked.
pub(crate) struct Peer {
    pub(crate) name: &'static str,
    pub(crate) database: String,
    pub(crate) order: Order,
    how: How,
}

enum How {
    Staka(staka::Asker),
    MysqlAsync(raw::Asker<mysql_async::Conn>),
    Sqlx(raw::Asker<sqlx::MySqlConnection>),
    SeaOrm(sea::Asker),
    Diesel(diesel::Asker),
    Player(player::Asker),
}

/// Whom the table shows on each database; the first is what the others are compared with.
pub(crate) const NAMES: [&str; 9] = [
    "Staka",
    "sqlx, Staka's SQL",
    "mysql_async, by hand",
    "sqlx, by hand",
    "SeaORM",
    "Diesel",
    "Prisma",
    "Drizzle",
    "SQLAlchemy",
];

impl Peer {
    pub(crate) const STAKAS_SQL: &str = NAMES[1];
    pub(crate) const PRISMA: &str = NAMES[6];

    /// Staka's SQL on a connection that can be asked what the server says of it.
    pub(crate) async fn profiled(server: &Server, database: &str) -> Result<Self> {
        let conn = data::connect_with(server, database, ISOLATION, STATEMENTS).await?;
        let how = How::MysqlAsync(raw::Asker::new(conn, Texts::staka()?));
        Ok(Self { name: "profiled", database: database.to_owned(), order: Order::Same, how })
    }

    /// Whether it writes its SQL itself; Staka does not count.
    pub(crate) const fn is_library(&self) -> bool {
        matches!(self.how, How::SeaOrm(_) | How::Diesel(_) | How::Player(_))
    }

    /// Its own connection, where it is one of mysql_async's.
    pub(crate) fn connection(&mut self) -> Option<&mut mysql_async::Conn> {
        if let How::MysqlAsync(asker) = &mut self.how { Some(asker.driver()) } else { None }
    }

    /// What a library of another language says of its version.
    pub(crate) fn versions(&mut self) -> Result<Option<String>> {
        if let How::Player(asker) = &mut self.how { asker.versions().map(Some) } else { Ok(None) }
    }

    pub(crate) async fn open(name: &'static str, server: &Server, database: &str) -> Result<Self> {
        let url = server.url(database);
        let how = match name {
            "Staka" => How::Staka(staka::Asker::open(&url).await?),
            "sqlx, Staka's SQL" => How::Sqlx(raw::Asker::sqlx(&url, Texts::staka()?).await?),
            "mysql_async, by hand" => {
                let conn = data::connect_with(server, database, ISOLATION, STATEMENTS).await?;
                How::MysqlAsync(raw::Asker::new(conn, Texts::natural()?))
            }
            "sqlx, by hand" => How::Sqlx(raw::Asker::sqlx(&url, Texts::natural()?).await?),
            "SeaORM" => How::SeaOrm(sea::Asker::open(url).await?),
            "Diesel" => How::Diesel(diesel::Asker::open(url).await?),
            other => How::Player(player::Asker::open(other, &url)?),
        };
        let order = if name == "Prisma" { Order::Open } else { Order::Same };
        Ok(Self { name, database: database.to_owned(), order, how })
    }

    /// One call. A write is rolled back, outside of the time.
    pub(crate) async fn ask(&mut self, query: Query, of: &Of, look: Look) -> Result<Asked> {
        let asked = match &mut self.how {
            How::Staka(asker) => asker.ask(query, of, look).await,
            How::MysqlAsync(asker) => asker.ask(query, of, look).await,
            How::Sqlx(asker) => asker.ask(query, of, look).await,
            How::SeaOrm(asker) => asker.ask(query, of, look).await,
            How::Diesel(asker) => asker.ask(query, of, look).await,
            How::Player(asker) => asker.ask(query, of, look),
        };
        asked.map_err(|error| format!("{} on {}, {}: {error}", self.name, self.database, query.name()).into())
    }

    /// Waits for what a call leaves to be done.
    pub(crate) async fn settle(&self) {
        if let How::SeaOrm(asker) = &self.how {
            asker.settle().await;
        }
    }

    /// CPU of a client's process, user and system, over so many calls.
    pub(crate) async fn cpu(&mut self, query: Query, of: &Of, calls: u32) -> Result<Duration> {
        if let How::Player(asker) = &mut self.how {
            return asker.cpu(query, of, calls);
        }
        let before = own_cpu();
        for _ in 0..calls {
            self.ask(query, of, Look::Away).await?;
        }
        Ok(own_cpu().saturating_sub(before))
    }
}

fn own_cpu() -> Duration {
    let used = rustix::time::clock_gettime(rustix::time::ClockId::ProcessCPUTime);
    Duration::new(used.tv_sec.unsigned_abs(), u32::try_from(used.tv_nsec).unwrap_or(0))
}
