//! Tests with more callers than connections: waiting too long fails cleanly and does not affect other callers.

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
const ACQUIRE_TIMEOUT: Duration = Duration::from_secs(3);

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
    async fn a_waiter_times_out_with_an_error_and_others_are_not_affected(server: &Server) {
        let (db, _) = server.staka().await;
        let staka = db.builder().max_connections(2).acquire_timeout(ACQUIRE_TIMEOUT).connect().await.unwrap();
        let mut in_use = [staka.acquire().await.unwrap(), staka.acquire().await.unwrap()];

        // All wait for the two connections in use, operations included.
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

        // The two connections in use keep working.
        for (number, conn) in in_use.iter_mut().enumerate() {
            let number = i64::try_from(number).unwrap();
            assert_eq!(conn.one::<i64>(&ECHO, Args::new().with(number)).await.unwrap(), number);
        }

        // Every other caller is aborted; each of the rest gets its own answer from the connection that is checked in.
        let waiting = callers(&staka);
        while staka.pool().size().1 < 2 + waiting.len() {
            tokio::task::yield_now().await;
        }
        for caller in waiting.iter().step_by(2) {
            caller.abort();
        }
        let [first, second] = in_use;
        drop(first);
        for (number, caller) in (0..).zip(waiting) {
            match caller.await {
                Ok(answer) => assert_eq!((answer.unwrap(), number % 2), (number, 1)),
                Err(aborted) => assert!(aborted.is_cancelled() && number % 2 == 0),
            }
        }
        drop(second);
        assert_eq!(staka.pool().size(), (2, 0));

        // No further connection was opened, and none was discarded.
        let counters = staka.metrics();
        assert_eq!(counters.connects.load(Ordering::Relaxed), 2);
        assert_eq!(counters.discards.load(Ordering::Relaxed), 0);
    }

    async fn closing_a_handle_fails_its_waiting_callers(server: &Server) {
        let (db, _) = server.staka().await;
        let staka = db.builder().max_connections(1).acquire_timeout(Duration::from_secs(60)).connect().await.unwrap();
        let mut in_use = staka.acquire().await.unwrap();
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
        // A connection in use finishes its work; then the handle is closed.
        assert_eq!(in_use.one::<i64>(&ECHO, Args::new().with(7)).await.unwrap(), 7);
        assert!(!closing.is_finished());
        drop(in_use);
        closing.await.unwrap();
        assert_eq!(staka.pool().size(), (0, 0));
    }

    async fn a_dropped_handle_closes_idle_and_returned_connections(server: &Server) {
        let (db, watching) = server.staka().await;
        let staka = db.builder().max_connections(2).application_name("dropped").connect().await.unwrap();
        let mut in_use = staka.acquire().await.unwrap();
        let idle = staka.acquire().await.unwrap();
        let ids = [in_use.id(), idle.id()];
        drop(idle);
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
        assert!(is_gone(ids[1]).await, "the idle connection is closed");
        assert_eq!(in_use.one::<i64>(&ECHO, Args::new().with(8)).await.unwrap(), 8);
        drop(in_use);
        assert!(is_gone(ids[0]).await, "the returned connection is closed");
    }
}
