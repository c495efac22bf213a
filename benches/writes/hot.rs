//! Many connections that notify the same user at once, like every operation that notifies the team.

use std::time::{Duration, Instant};

use crate::bed::{Bed, run};
use crate::figures::{cell, median};

const WRITERS: usize = 16;
const BLOCK: Duration = Duration::from_millis(400);
const PAIRS: usize = 9;

/// Transactions a second with the counting triggers and without, and through a single slot.
pub(crate) async fn writers(bed: &Bed) -> String {
    let mut conns = Vec::new();
    for _ in 0..WRITERS {
        conns.push(bed.connect().await);
    }
    let block = if ::bed::is_smoke_test() { BLOCK / 10 } else { BLOCK };
    let (mut with, mut without) = (Vec::new(), Vec::new());
    for pair in 0..bed.times(PAIRS) {
        for (counted, kept) in [(true, &mut with), (false, &mut without)] {
            let begun = Instant::now();
            let mut tasks = tokio::task::JoinSet::new();
            for (number, mut conn) in conns.drain(..).enumerate() {
                tasks.spawn(async move {
                    run(&mut conn, if counted { "SET @staka_counters_off = NULL" } else { "SET @staka_counters_off = 1" }).await;
                    let mut done = 0_u32;
                    while begun.elapsed() < block {
                        run(&mut conn, "START TRANSACTION").await;
                        let id = format!("hot-{pair}-{counted}-{number}-{done}");
                        run(&mut conn, format!("INSERT INTO notifications (id, userId, title, message, updatedAt) VALUES ('{id}', '00000000-0000-7000-8000-000000000001', 't', 'm', UTC_TIMESTAMP(3))")).await;
                        // The other writes of the operation.
                        run(&mut conn, "DO SLEEP(0.002)").await;
                        run(&mut conn, "COMMIT").await;
                        done += 1;
                    }
                    (conn, done)
                });
            }
            let mut all = 0;
            while let Some(done) = tasks.join_next().await {
                let (conn, done) = done.expect("no writer fails");
                conns.push(conn);
                all += done;
            }
            kept.push(f64::from(all) / begun.elapsed().as_secs_f64());
        }
    }
    format!(
        "{WRITERS} connections, each with transactions that notify the same user and take 2 ms besides: {} transactions a\n\
         second, {} where nothing is counted. (One row for all of them would allow some 450: one after the other.)\n",
        cell(median(&with)),
        cell(median(&without))
    )
}
