//! Cancelled statements and transactions.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use rand::{RngExt, SeedableRng};
use rand_pcg::Pcg64Mcg;
use staka_core::base::Args;
use staka_core::db::Statement;
use staka_core::{ErrorKind, Staka, StakaBuilder};

use crate::handle::somebody;
use crate::support::{long_tests, on_both};

/// Returns the number after computing a number of hashes, about ten each microsecond. It does not sleep: MariaDB's KILL
/// takes two seconds if it meets the end of a SLEEP, as it tries 20 times, every 100 ms, to lock what that holds.
static ECHO: Statement = Statement::fixed("test.echo", "SELECT CAST(? AS SIGNED) + BENCHMARK(?, SHA2('x', 256))", &[]);

/// Runs 400 queries on a pool of four, each with its own timeout: at least 40 answer and at least 40 are cancelled.
/// With `STAKA_LONG_TESTS=1` these are 3,008 and 300. A wrong answer panics.
async fn storm(builder: StakaBuilder) {
    let total: u64 = if long_tests() { 3_008 } else { 400 };
    let staka = builder.max_connections(4).acquire_timeout(Duration::from_secs(30)).connect().await.unwrap();
    let (answered, cut) = (Arc::new(AtomicU64::new(0)), Arc::new(AtomicU64::new(0)));
    let tasks: Vec<_> = (0..16_u64)
        .map(|task| {
            let (staka, answered, cut) = (staka.clone(), Arc::clone(&answered), Arc::clone(&cut));
            tokio::spawn(async move {
                let mut rng = Pcg64Mcg::seed_from_u64(task);
                for n in 0..total / 16 {
                    let number = i64::try_from(task * 1_000_000 + n).unwrap();
                    let hashes: u64 = rng.random_range(0..20_000);
                    // Every tenth has enough time, however busy the machine is.
                    let patience = if n % 10 == 0 { 10_000_000 } else { rng.random_range(0..3_000) };
                    let patience = Duration::from_micros(patience);
                    let mut conn = staka.acquire().await.unwrap();
                    let asking = conn.one::<i64>(&ECHO, Args::new().with(number).with(hashes));
                    match tokio::time::timeout(patience, asking).await {
                        Ok(answer) => {
                            assert_eq!(answer.unwrap(), number);
                            answered.fetch_add(1, Ordering::Relaxed);
                        }
                        Err(_) => {
                            cut.fetch_add(1, Ordering::Relaxed);
                        }
                    }
                }
            })
        })
        .collect();
    for task in tasks {
        tokio::time::timeout(Duration::from_secs(120), task).await.expect("none hangs").expect("none panics");
    }
    // Every slot still exists and works.
    let mut held = Vec::new();
    for number in 0..4_i64 {
        let mut conn = staka.acquire().await.unwrap();
        assert_eq!(conn.one::<i64>(&ECHO, Args::new().with(number).with(0_u64)).await.unwrap(), number);
        held.push(conn);
    }
    assert_eq!(staka.pool().size(), (4, 4));
    let (answered, cut) = (answered.load(Ordering::Relaxed), cut.load(Ordering::Relaxed));
    assert_eq!(answered + cut, total);
    assert!(answered >= total / 10 && cut >= total / 10, "{answered} answered, {cut} cut off");
}

on_both! {
    async fn random_time_outs_over_tcp(server: &Server) {
        let db = server.database().await;
        storm(Staka::builder(&db.url).unwrap()).await;
    }

    async fn random_time_outs_over_the_socket(server: &Server) {
        let db = server.database().await;
        storm(Staka::builder(&db.socket_url).unwrap()).await;
    }

    async fn an_abandoned_statement_is_killed_on_the_server(server: &Server) {
        let db = server.database().await;
        let staka = db.builder().max_connections(2).connect().await.unwrap();
        let mut conn = staka.acquire().await.unwrap();
        let long = Statement::fixed("test.long", "SELECT SLEEP(97)", &[]);
        tokio::time::timeout(Duration::from_millis(100), conn.execute(&long, Args::new())).await.unwrap_err();
        let id = conn.id();
        drop(conn);
        let mut watching = staka.acquire().await.unwrap();
        let alive = Statement::fixed("test.alive", "SELECT COUNT(*) FROM information_schema.processlist WHERE id = ?", &[]);
        for _ in 0..100 {
            if watching.one::<i64>(&alive, Args::new().with(id)).await.unwrap() == 0 {
                assert_eq!(staka.metrics().discards.load(Ordering::Relaxed), 1);
                return;
            }
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
        panic!("SLEEP(97) goes on");
    }

    async fn a_statement_that_takes_too_long_is_stopped(server: &Server) {
        let db = server.database().await;
        let staka = db.builder().max_connections(1).statement_timeout(Duration::from_millis(150)).connect().await.unwrap();
        let mut conn = staka.acquire().await.unwrap();
        let long = Statement::fixed("test.long", "SELECT SLEEP(98)", &[]);
        let error = conn.execute(&long, Args::new()).await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Timeout);
        assert_eq!(conn.one::<i64>(&ECHO, Args::new().with(1_i64).with(0_u64)).await.unwrap_err().kind(), ErrorKind::Cancelled);
        drop(conn);
        assert_eq!(staka.acquire().await.unwrap().one::<i64>(&ECHO, Args::new().with(2_i64).with(0_u64)).await.unwrap(), 2);
    }

    async fn a_dropped_transaction_is_rolled_back_at_once(server: &Server) {
        let (db, staka) = server.staka().await;
        let user = somebody(&staka, 5).await;
        let other = db.builder().connect().await.unwrap();
        let tx = staka.as_system().begin().await.unwrap();
        assert_eq!(tx.notifications().mark_all_read(&user).await.unwrap(), 5);
        drop(tx);
        // The other handle waits for the locks only until the rollback; the server's limit is 50 s.
        let marking = other.as_system();
        let marked = tokio::time::timeout(Duration::from_secs(10), marking.notifications().mark_all_read(&user)).await;
        assert_eq!(marked.expect("the locks are gone").unwrap(), 5);
    }

    async fn a_transaction_cut_off_in_the_middle_of_a_statement_leaves_nothing(server: &Server) {
        let (db, staka) = server.staka().await;
        let user = somebody(&staka, 5).await;
        let mut tx = staka_core::db::OwnedTx::begin(staka.pool()).await.unwrap();
        staka_core::repo::notifications::mark_some_read(tx.conn(), &user, staka.clock().now()).await.unwrap();
        let long = Statement::fixed("test.long", "SELECT SLEEP(99)", &[]);
        tokio::time::timeout(Duration::from_millis(50), tx.conn().execute(&long, Args::new())).await.unwrap_err();
        drop(tx);
        let other = db.builder().connect().await.unwrap().as_system();
        let marked = tokio::time::timeout(Duration::from_secs(10), other.notifications().mark_all_read(&user)).await;
        assert_eq!(marked.expect("the locks are gone").unwrap(), 5);
    }
}
