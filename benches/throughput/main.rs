//! Many callers on few connections: requests a second through `Staka`, beside the leanest pool of raw connections of
//! sqlx and mysql_async's own pool, with 16 connections each on a runtime of two threads.
//!
//! `cargo bench --bench throughput` in this folder; `-- unread` for one request; `STAKA_BENCH_ROUNDS=5` for a quick
//! look; `-- --test` to see that it runs. The pools run in alternating blocks, in an order that rotates. A caller's time
//! runs from its request to the result, so it includes waiting for a connection.

mod load;
mod pools;

use bed::bed::Bed;
use bed::queries::{Inbox, Ping, Query, UnreadCount};
use bed::ratio::{Ratio, median};
use server::Server;
use tokio::runtime::{Builder, Runtime};

use crate::load::{Block, block};
use crate::pools::Pools;

/// Connections of each pool.
const CONNECTIONS: usize = 16;

struct Bench {
    bed: Bed,
    runtime: Runtime,
    pools: Pools,
    rounds: usize,
    wanted: Option<String>,
}

fn main() {
    let engine = server::engine().expect("mariadb or mysql");
    let bed = Bed::prepare(Server::with_new_data(engine).expect("a server can be had"));
    let runtime = Builder::new_multi_thread().worker_threads(2).enable_all().build().expect("a runtime can be had");
    let pools = runtime.block_on(Pools::connect(&bed));
    let rounds = bed::rounds(30);
    let wanted = std::env::args().skip(1).find(|argument| !argument.starts_with('-'));
    println!("{}; {rounds} rounds, {CONNECTIONS} connections\n", bed.title);
    println!(
        "| request | callers | a second: Staka | sqlx in deadpool | mysql_async | Staka ÷ sqlx | CPU ÷ sqlx | wait µs, p50: Staka | sqlx | p99: Staka | sqlx | p99 ÷ line |"
    );
    println!("|---|--:|--:|--:|--:|--:|--:|--:|--:|--:|--:|--:|");
    let bench = Bench { bed, runtime, pools, rounds, wanted };
    bench.measure::<Ping>();
    bench.measure::<UnreadCount>();
    bench.measure::<Inbox>();
}

impl Bench {
    fn measure<Q: Query>(&self) {
        if self.wanted.as_ref().is_some_and(|wanted| !Q::NAME.contains(wanted.as_str())) {
            return;
        }
        for callers in [CONNECTIONS, 4 * CONNECTIONS] {
            eprintln!("{}, {callers} callers", Q::NAME);
            self.row::<Q>(callers);
        }
    }

    fn row<Q: Query>(&self, callers: usize) {
        let run = |player: usize, requests: usize| {
            let (pools, given) = (self.pools.clone(), self.bed.given.clone());
            self.runtime.block_on(async {
                match player {
                    0 => block(callers, requests, move || pools.staka::<Q>(&given)).await,
                    1 => block(callers, requests, move || pools.sqlx::<Q>(&given)).await,
                    _ => block(callers, requests, move || pools.mysql_async::<Q>(&given)).await,
                }
            })
        };
        // The first rounds open the connections and show how many requests take 100 ms.
        let requests = {
            let first = if bed::is_smoke_test() { 2 } else { 40 } * callers;
            let slowest =
                (0..3).map(|player| run(player, first)).map(|block| block.per_second).fold(f64::MAX, f64::min);
            if bed::is_smoke_test() { first } else { ((slowest / 10.0) as usize).max(10 * callers) }
        };
        let mut blocks: [Vec<Block>; 3] = Default::default();
        for round in 0..self.rounds {
            for turn in 0..3 {
                let player = (round + turn) % 3;
                blocks[player].push(run(player, requests));
            }
        }
        let of = |player: usize, figure: fn(&Block) -> f64| blocks[player].iter().map(figure).collect::<Vec<f64>>();
        let middle = |player, figure| median(of(player, figure));
        let per_second = |player| middle(player, |block| block.per_second);
        let speed = Ratio::of(&of(0, |block| block.per_second), &of(1, |block| block.per_second));
        let cpu = Ratio::of(&of(0, |block| block.cpu), &of(1, |block| block.cpu));
        let p99 = middle(0, |block| block.p99);
        println!(
            "| {} | {callers} | {:.0} | {:.0} | {:.0} | {:.2} ({:.2}–{:.2}) | {:.2} ({:.2}–{:.2}) | {:.0} | {:.0} | {p99:.0} | {:.0} | {:.1} |",
            Q::NAME,
            per_second(0),
            per_second(1),
            per_second(2),
            speed.median,
            speed.low,
            speed.high,
            cpu.median,
            cpu.low,
            cpu.high,
            middle(0, |block| block.p50),
            middle(1, |block| block.p50),
            middle(1, |block| block.p99),
            // The waiting time of a caller until all callers before it are served, at the speed of this run.
            p99 / (callers as f64 / per_second(0) * 1e6),
        );
    }
}
