//! The 16 queries of the specification and a mixed load, measured by criterion on MariaDB and on MySQL: through `Staka`,
//! and the same SQL on one connection of sqlx and of mysql_async, on one thread. Each is named after its server and its
//! class, the time that the specification allows; in the end a table says which classes are held.
//!
//! `cargo bench --bench peers` in this folder; `-- unread_count` for one query, `-- 'below 5 ms'` for a class, `-- --test`
//! to see that it runs. `STAKA_BENCH_ENGINE=mysql` measures on MySQL only, `STAKA_BENCH_TRANSPORT=tcp` over TCP instead of
//! the unix socket. Ratios come from `--bench layer`: criterion measures one after the other, while the speed of the
//! machine varies.

mod ask;
mod classes;

use std::time::Duration;

use bed::bed::{Bed, one_thread};
use bed::queries::{self, Mixed, Ping, Query, Thousand, Visit};
use bed::ratio::median;
use criterion::Criterion;
use server::Server;
use sqlx::MySqlConnection;
use staka_core::Staka;
use tokio::runtime::Runtime;

use crate::classes::{Classes, Held};

/// One server with the connections to it.
struct Peers<'c> {
    criterion: &'c mut Criterion,
    classes: &'c mut Classes,
    bed: Bed,
    runtime: Runtime,
    staka: Staka,
    sqlx: MySqlConnection,
    mysql_async: mysql_async::Conn,
}

fn main() {
    // Enough for medians; the run takes five minutes for each server instead of twenty.
    let mut criterion = Criterion::default()
        .warm_up_time(Duration::from_millis(500))
        .measurement_time(Duration::from_secs(2))
        .sample_size(50)
        .configure_from_args();
    let mut classes = Classes::default();
    for engine in server::engines().expect("mariadb or mysql") {
        let bed = Bed::prepare(Server::with_new_data(engine).expect("a server can be had"));
        let runtime = one_thread();
        let (staka, sqlx, mysql_async) = runtime.block_on(async {
            (bed.staka().connect().await.expect("Staka connects"), bed.sqlx().await, bed.mysql_async().await)
        });
        classes.servers.push(bed.title.clone());
        let criterion = &mut criterion;
        let mut peers = Peers { criterion, classes: &mut classes, bed, runtime, staka, sqlx, mysql_async };
        peers.visit::<Ping>();
        queries::each(&mut peers);
        peers.visit::<Mixed>();
        peers.visit::<Thousand>();
    }
    criterion.final_summary();
    print!("{classes}");
}

impl Visit for Peers<'_> {
    fn visit<Q: Query>(&mut self) {
        let Self { criterion, classes, bed, runtime, staka, sqlx, mysql_async } = self;
        let given = &*bed.given;
        let (engine, class_ms) = (bed.engine.title(), Q::class_ms());
        let mut medians = Vec::new();
        let mut group = criterion.benchmark_group(format!("{engine}, below {class_ms} ms: {}", Q::title()));
        group.bench_function("staka", |b| {
            b.iter_custom(|times| {
                let took = runtime.block_on(ask::staka::<Q>(times, staka, given));
                medians.push(took.as_secs_f64() * 1e3 / times as f64);
                took
            });
        });
        group.bench_function("sqlx, one connection", |b| {
            b.iter_custom(|times| runtime.block_on(ask::peer::<Q>(times, sqlx, given)));
        });
        group.bench_function("mysql_async, one connection", |b| {
            b.iter_custom(|times| runtime.block_on(ask::peer::<Q>(times, mysql_async, given)));
        });
        group.finish();
        // None if the command line selects other benches, or a list.
        if !medians.is_empty() {
            let held = Held { median_ms: median(medians), class_ms };
            println!("{engine}: {}: {held}\n", Q::title());
            classes.add(Q::title(), held);
        }
    }
}
