//! More callers than connections: who waits too long is told so, and harms nobody.

use std::sync::atomic::Ordering;
use std::time::Duration;

use staka_core::base::Args;
use staka_core::db::Statement;
use staka_core::model::UserId;
use staka_core::{ErrorKind, Staka};
use tokio::task::JoinHandle;

use crate::support::on_both;

static ECHO: Statement = Statement::fixed("test.echo", "SELECT CAST(? AS SIGNED)", &[]);

const CALLERS: i64 = 64;
const PATIENCE: Duration = Duration::from_secs(3);

async fn echo(staka: &Staka, number: i64) -> staka_core::Result<i64> {
    staka.acquire().await?.one(&ECHO, Args::new().with(number)).await
}

fn callers(staka: &Staka) -> Vec<JoinHandle<staka_core::Result<i64>>> {
    let caller = |number| {
        let staka = staka.clone();
        tokio::spawn(async move { echo(&staka, number).await })
    };
    (0..CALLERS).map(caller).collect()
}

on_both! {
    async fn a_waiter_whose_time_is_up_is_told_so_and_nobody_else_is_harmed(server: &Server) {
        let (db, _) = server.staka().await;
        let staka = db.builder().max_connections(2).acquire_timeout(PATIENCE).connect().await.unwrap();
        let mut held = [staka.acquire().await.unwrap(), staka.acquire().await.unwrap()];

        // All wait for the two that are held, an operation like anything else.
        let waiting = callers(&staka);
        let user: UserId = "nobody".parse().unwrap();
        let error = staka.as_system().notifications().unread_count(&user).await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Unavailable);
        for caller in waiting {
            let error = caller.await.unwrap().unwrap_err();
            assert_eq!(error.kind(), ErrorKind::Unavailable);
            assert!(error.retry_after().is_some());
        }
        assert_eq!(staka.pool().size(), (2, 2));

        // Those who held them go on.
        for (number, conn) in held.iter_mut().enumerate() {
            let number = i64::try_from(number).unwrap();
            assert_eq!(conn.one::<i64>(&ECHO, Args::new().with(number)).await.unwrap(), number);
        }

        // Every other one leaves the line; each that stays has its own answer from the connection that comes back.
        let waiting = callers(&staka);
        while staka.pool().size().1 < 2 + waiting.len() {
            tokio::task::yield_now().await;
        }
        for caller in waiting.iter().step_by(2) {
            caller.abort();
        }
        let [first, second] = held;
        drop(first);
        for (number, caller) in (0..).zip(waiting) {
            match caller.await {
                Ok(answer) => assert_eq!((answer.unwrap(), number % 2), (number, 1)),
                Err(aborted) => assert!(aborted.is_cancelled() && number % 2 == 0),
            }
        }
        drop(second);
        assert_eq!(staka.pool().size(), (2, 0));

        // Nothing was opened beyond the two, and nothing was given up.
        let counters = staka.counters();
        assert_eq!(counters.connects.load(Ordering::Relaxed), 2);
        assert_eq!(counters.discards.load(Ordering::Relaxed), 0);
    }

    async fn a_closed_handle_sends_those_who_wait_away(server: &Server) {
        let (db, _) = server.staka().await;
        let staka = db.builder().max_connections(1).acquire_timeout(Duration::from_secs(60)).connect().await.unwrap();
        let mut held = staka.acquire().await.unwrap();
        let waiting = callers(&staka);
        while staka.pool().size().1 < 1 + waiting.len() {
            tokio::task::yield_now().await;
        }
        let closing = tokio::spawn({
            let staka = staka.clone();
            async move { staka.close().await }
        });
        for caller in waiting {
            assert_eq!(caller.await.unwrap().unwrap_err().kind(), ErrorKind::Unavailable);
        }
        // Whoever holds a connection ends what it does; then the handle is closed.
        assert_eq!(held.one::<i64>(&ECHO, Args::new().with(7)).await.unwrap(), 7);
        assert!(!closing.is_finished());
        drop(held);
        closing.await.unwrap();
        assert_eq!(staka.pool().size(), (0, 0));
    }

    async fn a_handle_that_is_dropped_closes_what_rests_and_what_comes_back(server: &Server) {
        let (db, watching) = server.staka().await;
        let staka = db.builder().max_connections(2).application_name("dropped").connect().await.unwrap();
        let mut held = staka.acquire().await.unwrap();
        let resting = staka.acquire().await.unwrap();
        let ids = [held.id(), resting.id()];
        drop(resting);
        drop(staka);
        static ALIVE: Statement =
            Statement::fixed("test.alive", "SELECT COUNT(*) FROM information_schema.processlist WHERE id = ?", &[]);
        let is_gone = async |id: u64| {
            for _ in 0..200 {
                let mut conn = watching.acquire().await.unwrap();
                if conn.one::<i64>(&ALIVE, Args::new().with(id)).await.unwrap() == 0 {
                    return true;
                }
                tokio::time::sleep(Duration::from_millis(25)).await;
            }
            false
        };
        assert!(is_gone(ids[1]).await, "what rested is closed");
        assert_eq!(held.one::<i64>(&ECHO, Args::new().with(8)).await.unwrap(), 8);
        drop(held);
        assert!(is_gone(ids[0]).await, "what came back is closed");
    }
}
