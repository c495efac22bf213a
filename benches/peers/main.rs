//! The 16 queries of the specification and a mixed load, measured by criterion: through `Staka`, and the same SQL on
//! one connection of sqlx and of mysql_async, on one thread; each with the target time of the specification.
//!
//! `cargo bench --bench peers` in this folder; `-- unread_count` for one query; `-- --test` to see that it runs.
//! `STAKA_BENCH_ENGINE=mysql` measures on MySQL instead of MariaDB, `STAKA_BENCH_TRANSPORT=tcp` over TCP instead of the
//! unix socket. Ratios come from `--bench layer`: criterion measures one after the other, while the speed of the machine
//! varies.

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
    targets: Vec<Target>,
}

/// The median time of a query and the time that the specification allows.
struct Target {
    name: String,
    median_ms: f64,
    target_ms: u32,
}

fn main() {
    let bed = Bed::prepare();
    let runtime = one_thread();
    let (staka, sqlx, mysql_async) = runtime.block_on(async {
        (bed.staka().connect().await.expect("Staka connects"), bed.sqlx().await, bed.mysql_async().await)
    });
    // Enough for medians; the run takes five minutes instead of twenty.
    let criterion = Criterion::default()
        .warm_up_time(Duration::from_millis(500))
        .measurement_time(Duration::from_secs(2))
        .sample_size(50)
        .configure_from_args();
    let mut peers = Peers { criterion, bed, runtime, staka, sqlx, mysql_async, targets: Vec::new() };
    peers.visit::<Ping>();
    queries::each(&mut peers);
    peers.visit::<Mixed>();
    peers.visit::<Thousand>();
    peers.criterion.final_summary();
    if bed::is_smoke_test() {
        return;
    }
    println!("{}; medians of Staka\n\n| query | median ms | target ms | met |\n|---|--:|--:|---|", peers.bed.title);
    for Target { name, median_ms, target_ms } in &peers.targets {
        let met = if *median_ms < f64::from(*target_ms) { "yes" } else { "NO" };
        println!("| {name} | {median_ms:.3} | < {target_ms} | {met} |");
    }
}

impl Visit for Peers {
    fn visit<Q: Query>(&mut self) {
        let name = Q::NUMBER.map_or_else(|| Q::NAME.to_owned(), |number| format!("{number}. {}", Q::NAME));
        let Self { criterion, bed, runtime, staka, sqlx, mysql_async, targets } = self;
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
        group.bench_function("sqlx, one connection", |b| {
            b.iter_custom(|times| runtime.block_on(ask::peer::<Q>(times, sqlx, given)));
        });
        group.bench_function("mysql_async, one connection", |b| {
            b.iter_custom(|times| runtime.block_on(ask::peer::<Q>(times, mysql_async, given)));
        });
        group.finish();
        // None if the command line selects other benches, or a list.
        if !medians.is_empty() && !bed::is_smoke_test() {
            let median_ms = median(medians);
            let met = if median_ms < f64::from(Q::TARGET_MS) { "met" } else { "MISSED" };
            println!("{name}: {median_ms:.3} ms, target < {} ms: {met}\n", Q::TARGET_MS);
            targets.push(Target { name, median_ms, target_ms: Q::TARGET_MS });
        }
    }
}
