//! Runs a query a number of times and measures it. Writes are rolled back each time; only the query is measured.

use std::hint::black_box;
use std::time::{Duration, Instant};

use bed::bed::Given;
use bed::peer::Peer;
use bed::queries::Query;
use staka_core::Staka;

pub(crate) async fn staka<Q: Query>(times: u64, staka: &Staka, given: &Given) -> Duration {
    if !Q::WRITES {
        let begun = Instant::now();
        for _ in 0..times {
            black_box(Q::staka(staka, given).await);
        }
        return begun.elapsed();
    }
    let mut took = Duration::ZERO;
    for _ in 0..times {
        let tx = staka.as_system().begin().await.expect("Staka begins");
        let begun = Instant::now();
        black_box(Q::session(&tx, given).await);
        took += begun.elapsed();
        tx.rollback().await.expect("Staka undoes it");
    }
    took
}

pub(crate) async fn peer<Q: Query>(times: u64, peer: &mut impl Peer, given: &Given) -> Duration {
    if !Q::WRITES {
        let begun = Instant::now();
        for _ in 0..times {
            black_box(Q::peer(peer, given).await);
        }
        return begun.elapsed();
    }
    let mut took = Duration::ZERO;
    for _ in 0..times {
        peer.control("START TRANSACTION").await;
        let begun = Instant::now();
        black_box(Q::peer(peer, given).await);
        took += begun.elapsed();
        peer.control("ROLLBACK").await;
    }
    took
}
