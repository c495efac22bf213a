//! The peers, and how they are compared.

use std::hint::black_box;
use std::time::{Duration, Instant};

use criterion::Criterion;
use sqlx::MySqlConnection;
use staka_core::db::Conn;
use staka_core::{Staka, repo};

use crate::bed::{Bed, Light, Line};

/// One concern, asked in each peer's own way. All give the same number of rows, or the same count.
pub(crate) trait Query {
    /// As a program asks Staka: a connection of the pool, the actor's right, the clock.
    async fn staka(&self, staka: &Staka, light: &Light) -> usize;

    /// What Staka does on a connection that is held: the layer without its pool.
    async fn conn(&self, conn: &mut Conn, light: &Light) -> usize;

    /// The same SQL through sqlx, read into structs by position.
    async fn sqlx(&self, conn: &mut MySqlConnection, light: &Light) -> usize;

    /// The same SQL through mysql_async, read into the same structs.
    async fn mysql_async(&self, conn: &mut mysql_async::Conn, light: &Light) -> usize;
}

/// Measures all peers over both transports, in groups named `<concern> over <transport>`.
pub(crate) fn compare(criterion: &mut Criterion, bed: &mut Bed, concern: &str, query: &impl Query) {
    let Bed { lines, light, runtime, .. } = bed;
    let light = &*light;
    for Line { transport, staka, conn, sqlx, pool, mysql_async } in lines {
        let answers = runtime.block_on(async {
            [
                query.staka(staka, light).await,
                query.conn(conn, light).await,
                query.sqlx(sqlx, light).await,
                query.mysql_async(mysql_async, light).await,
            ]
        });
        assert!(answers[0] > 0 && answers.iter().all(|answer| *answer == answers[0]), "{concern}: {answers:?}");

        let mut group = criterion.benchmark_group(format!("{concern} over {transport}"));
        group.bench_function("sqlx held", |b| {
            b.iter_custom(|n| runtime.block_on(timed(n, async || query.sqlx(sqlx, light).await)));
        });
        group.bench_function("staka", |b| {
            b.iter_custom(|n| runtime.block_on(timed(n, async || query.staka(staka, light).await)));
        });
        group.bench_function("staka held", |b| {
            b.iter_custom(|n| runtime.block_on(timed(n, async || query.conn(conn, light).await)));
        });
        group.bench_function("sqlx pool", |b| {
            b.iter_custom(|n| {
                runtime.block_on(timed(n, async || {
                    let mut conn = pool.acquire().await.expect("a connection is free");
                    query.sqlx(&mut conn, light).await
                }))
            });
        });
        group.bench_function("mysql_async held", |b| {
            b.iter_custom(|n| runtime.block_on(timed(n, async || query.mysql_async(mysql_async, light).await)));
        });
        group.finish();
    }
}

async fn timed(times: u64, mut ask: impl AsyncFnMut() -> usize) -> Duration {
    let begun = Instant::now();
    for _ in 0..times {
        black_box(ask().await);
    }
    begun.elapsed()
}

/// The text that Staka sends under this name, for a list the one of its first page.
pub(crate) fn sql(name: &str) -> &'static str {
    let all = repo::catalogue();
    all.into_iter().find(|statement| statement.name == name).expect("a name of the catalogue").text()
}
