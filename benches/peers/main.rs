//! Each of the guide's 16 queries and a mixed load by criterion: through `Staka`, and the same SQL on one held connection of
//! sqlx and of mysql_async, on one thread; beside each the guide's class of time.
//!
//! `cargo bench --bench peers` in this folder; `-- unread_count` for one query. `STAKA_BENCH_ENGINE=mysql` measures on MySQL
//! instead of MariaDB, `STAKA_BENCH_TRANSPORT=tcp` over TCP instead of the unix socket. Ratios come from `--bench layer`:
//! criterion measures one after the other, and the machine drifts.

mod ask;

use std::time::Duration;

use bed::bed::{Bed, one_thread};
use bed::queries::{self, Mixed, Ping, Query, Thousand, Visit};
use bed::ratio::median;
use criterion::Criterion;
use sqlx::MySqlConnection;
use staka_core::Staka;
use tokio::runtime::Runtime;

struct Peers {
    criterion: Criterion,
    bed: Bed,
    runtime: Runtime,
    staka: Staka,
    sqlx: MySqlConnection,
    mysql_async: mysql_async::Conn,
    classes: Vec<Class>,
}

/// How a query stands to the time that the guide allows.
struct Class {
    name: String,
    median_ms: f64,
    class_ms: u32,
}

fn main() {
    let bed = Bed::prepare();
    let runtime = one_thread();
    let (staka, sqlx, mysql_async) = runtime.block_on(async {
        (bed.staka().connect().await.expect("Staka connects"), bed.sqlx().await, bed.mysql_async().await)
    });
    // Enough for medians; the whole takes five minutes instead of twenty.
    let criterion = Criterion::default()
        .warm_up_time(Duration::from_millis(500))
        .measurement_time(Duration::from_secs(2))
        .sample_size(50)
        .configure_from_args();
    let mut peers = Peers { criterion, bed, runtime, staka, sqlx, mysql_async, classes: Vec::new() };
    peers.visit::<Ping>();
    queries::each(&mut peers);
    peers.visit::<Mixed>();
    peers.visit::<Thousand>();
    peers.criterion.final_summary();
    println!("{}; medians of Staka\n\n| query | median ms | class ms | held |\n|---|--:|--:|---|", peers.bed.title);
    for Class { name, median_ms, class_ms } in &peers.classes {
        let held = if *median_ms < f64::from(*class_ms) { "yes" } else { "NO" };
        println!("| {name} | {median_ms:.3} | < {class_ms} | {held} |");
    }
}

impl Visit for Peers {
    fn visit<Q: Query>(&mut self) {
        let name = Q::NUMBER.map_or_else(|| Q::NAME.to_owned(), |number| format!("{number}. {}", Q::NAME));
        let Self { criterion, bed, runtime, staka, sqlx, mysql_async, classes } = self;
        let given = &*bed.given;
        let mut medians = Vec::new();
        let mut group = criterion.benchmark_group(&name);
        group.bench_function("staka", |b| {
            b.iter_custom(|times| {
                let took = runtime.block_on(ask::staka::<Q>(times, staka, given));
                medians.push(took.as_secs_f64() * 1e3 / times as f64);
                took
            });
        });
        group.bench_function("sqlx held", |b| {
            b.iter_custom(|times| runtime.block_on(ask::peer::<Q>(times, sqlx, given)));
        });
        group.bench_function("mysql_async held", |b| {
            b.iter_custom(|times| runtime.block_on(ask::peer::<Q>(times, mysql_async, given)));
        });
        group.finish();
        // None when the command line asks for others, or for a list.
        if !medians.is_empty() {
            let median_ms = median(medians);
            let held = if median_ms < f64::from(Q::CLASS_MS) { "held" } else { "NOT held" };
            println!("{name}: {median_ms:.3} ms, class < {} ms: {held}\n", Q::CLASS_MS);
            classes.push(Class { name, median_ms, class_ms: Q::CLASS_MS });
        }
    }
}
