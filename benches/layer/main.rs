//! The cost of Staka's layer: every query through `Staka` and the same SQL on one connection of sqlx and of
//! mysql_async, in process CPU and in latency, on one thread.
//!
//! `cargo bench --bench layer` in this folder; `-- unread` for one query; `STAKA_BENCH_ROUNDS=20` for a quick look;
//! `-- --test` to see that it runs.
//! The peers run in alternating blocks of a few milliseconds, in an order that rotates. Ratios are computed from
//! neighbouring blocks: their median with its 95 % bootstrap interval.

mod report;

use std::hint::black_box;
use std::time::{Duration, Instant};

use bed::bed::{Bed, one_thread};
use bed::queries::{self, Mixed, Ping, Query, Thousand, Visit};
use rustix::thread::{CpuSet, sched_getaffinity, sched_setaffinity};
use rustix::time::{ClockId, clock_gettime};
use server::Server;
use sqlx::MySqlConnection;
use staka_core::Staka;
use tokio::runtime::Runtime;

use crate::report::Line;

/// The duration of a block.
const BLOCK: Duration = Duration::from_millis(5);

struct Layer {
    bed: Bed,
    runtime: Runtime,
    staka: Staka,
    sqlx: MySqlConnection,
    mysql_async: mysql_async::Conn,
    rounds: usize,
    wanted: Option<String>,
    lines: Vec<Line>,
}

/// The time of one request of a block, in microseconds.
#[derive(Clone, Copy)]
struct Cost {
    cpu: f64,
    /// The median of the block.
    latency: f64,
}

fn main() {
    stay_on_one_core();
    let engine = server::engine().expect("mariadb or mysql");
    let bed = Bed::prepare(Server::with_new_data(engine).expect("a server can be had"));
    let runtime = one_thread();
    let (staka, sqlx, mysql_async) = runtime.block_on(async {
        (bed.staka().connect().await.expect("Staka connects"), bed.sqlx().await, bed.mysql_async().await)
    });
    let rounds = bed::rounds(120);
    let wanted = std::env::args().skip(1).find(|argument| !argument.starts_with('-'));
    let mut layer = Layer { bed, runtime, staka, sqlx, mysql_async, rounds, wanted, lines: Vec::new() };
    layer.visit::<Ping>();
    queries::each(&mut layer);
    layer.visit::<Mixed>();
    layer.visit::<Thousand>();
    println!("{}", report::table(&layer.bed.title, layer.rounds, &layer.lines));
}

/// Keeps this process and the server that it starts on one core. A server's thread on another one must be woken by an
/// interrupt, which costs this process between 0 and 30 µs, depending on the scheduler.
fn stay_on_one_core() {
    let allowed = sched_getaffinity(None).expect("the kernel knows");
    let last = (0..CpuSet::MAX_CPU).rev().find(|core| allowed.is_set(*core)).expect("there is one");
    let mut one = CpuSet::new();
    one.set(last);
    sched_setaffinity(None, &one).expect("it is one of those allowed");
}

impl Visit for Layer {
    fn visit<Q: Query>(&mut self) {
        if self.wanted.as_ref().is_some_and(|wanted| !Q::NAME.contains(wanted.as_str())) {
            return;
        }
        eprintln!("{}", Q::NAME);
        let Self { bed, runtime, staka, sqlx, mysql_async, rounds, .. } = self;
        let given = &*bed.given;
        // After this, writes find no more rows to change and cost the same for all peers.
        let (begun, mut warm) = (Instant::now(), 0_u32);
        while warm < 3 || begun.elapsed() < BLOCK * 10 {
            let answers = runtime.block_on(async {
                [Q::staka(staka, given).await, Q::peer(sqlx, given).await, Q::peer(mysql_async, given).await]
            });
            assert!(answers.iter().all(|it| *it == answers[0]) || Q::WRITES, "{}: {answers:?}", Q::NAME);
            warm += 1;
        }
        let one = begun.elapsed() / (3 * warm);
        let times = (BLOCK.as_nanos() / one.as_nanos().max(1)).clamp(1, 2_000) as usize;
        let mut costs: [Vec<Cost>; 3] = Default::default();
        for round in 0..*rounds {
            for turn in 0..3 {
                let player = (round + turn) % 3;
                costs[player].push(runtime.block_on(async {
                    match player {
                        0 => block(times, async || Q::staka(staka, given).await).await,
                        1 => block(times, async || Q::peer(sqlx, given).await).await,
                        _ => block(times, async || Q::peer(mysql_async, given).await).await,
                    }
                }));
            }
        }
        self.lines.push(Line::of::<Q>(&costs));
    }
}

async fn block(times: usize, mut ask: impl AsyncFnMut() -> usize) -> Cost {
    let mut latencies = Vec::with_capacity(times);
    let before = cpu();
    for _ in 0..times {
        let begun = Instant::now();
        black_box(ask().await);
        latencies.push(begun.elapsed());
    }
    let cpu = (cpu() - before).as_secs_f64() * 1e6 / times as f64;
    latencies.sort_unstable();
    Cost { cpu, latency: latencies[times / 2].as_secs_f64() * 1e6 }
}

/// Returns the CPU time of this process so far: user and system time of all threads.
fn cpu() -> Duration {
    let time = clock_gettime(ClockId::ProcessCPUTime);
    Duration::new(time.tv_sec as u64, time.tv_nsec as u32)
}
