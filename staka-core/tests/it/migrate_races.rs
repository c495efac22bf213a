//! Concurrent migrators, killed migrators, and tables in use.

use std::time::Duration;

use sqlx::{Connection, MySqlConnection};
use staka_core::ErrorKind;
use staka_core::db::migrate::{self as verbs, Progress};
use tokio::sync::oneshot;
use tokio::time::{sleep, timeout};

use crate::migrate_support::{migrate, options, revision_a, script, snapshot, snapshot_of_prisma, texts};
use crate::support::{TestDb, long_tests, on_both};

/// Returns the schema after an undisturbed migration.
async fn undisturbed(db: &TestDb) -> Vec<String> {
    let mut conn = db.connect().await;
    migrate(&mut conn).await.expect("migrated");
    snapshot(&mut conn).await
}

on_both! {
    /// Three migrators at once, which meet at each of the 75 migrations; with `STAKA_LONG_TESTS=1` three times.
    async fn two_at_once_migrate_once(server: &Server) {
        let clean = undisturbed(&server.database().await).await;
        for _ in 0..if long_tests() { 3 } else { 1 } {
            let db = server.database().await;
            let (mut one, mut two, mut three) = (db.connect().await, db.connect().await, db.connect().await);
            let (a, b, c) = tokio::join!(migrate(&mut one), migrate(&mut two), migrate(&mut three));
            let reports = [a.expect("one"), b.expect("two"), c.expect("three")];
            assert_eq!(reports.iter().filter(|report| !report.already_current).count(), 1);
            assert_eq!(snapshot(&mut one).await, clean);
        }
    }
}

on_both! {
    async fn two_databases_do_not_wait_for_each_other(server: &Server) {
        let (here, there) = (server.database().await, server.database().await);
        let (mut here, mut there) = (here.connect().await, there.connect().await);
        let (begun, wait) = oneshot::channel::<()>();
        let mut begun = Some(begun);
        let slow = async {
            let mut first = |_: &verbs::Step| drop(begun.take());
            verbs::migrate(&mut here, &verbs::MigrateOptions::default(), &mut first).await
        };
        let quick = async {
            let _ = wait.await;
            verbs::migrate(&mut there, &options(Duration::ZERO), &mut |_| ()).await
        };
        let (slow, quick) = tokio::join!(slow, quick);
        slow.expect("here");
        quick.expect("there, without waiting");
    }
}

on_both! {
    async fn a_migrator_waits_no_longer_than_its_limit(server: &Server) {
        let db = server.database().await;
        let (mut holder, mut waiter) = (db.connect().await, db.connect().await);
        // While the lock's holder is between two steps, the waiter gives up.
        let (sender, receiver) = std::sync::mpsc::channel();
        let holding = verbs::MigrateOptions::default();
        let handle = tokio::runtime::Handle::current();
        let held = std::thread::spawn(move || {
            let mut first = true;
            let mut step = |_: &verbs::Step| {
                if std::mem::take(&mut first) {
                    let _ = sender.send(());
                    std::thread::sleep(Duration::from_secs(3));
                }
            };
            handle.block_on(verbs::migrate(&mut holder, &holding, &mut step)).map(drop)
        });
        tokio::task::spawn_blocking(move || receiver.recv()).await.expect("joined").expect("begun");
        let error = verbs::migrate(&mut waiter, &options(Duration::from_secs(1)), &mut |_| ()).await.expect_err("busy");
        assert_eq!(error.kind(), ErrorKind::Contention);
        let held = tokio::task::spawn_blocking(move || held.join().expect("joined")).await.expect("joined");
        held.expect("migrated");
        assert!(migrate(&mut waiter).await.expect("migrated").already_current);
    }
}

/// Starts a migration and stops it at step `stop`, by dropping the future or by killing the connection.
pub async fn stopped(db: &TestDb, stop: usize, delay: Duration, kill: bool) {
    let mut conn = db.connect().await;
    let id: u64 = sqlx::query_scalar("SELECT CONNECTION_ID()").fetch_one(&mut conn).await.expect("id");
    let (reached, wait) = oneshot::channel::<()>();
    let (mut reached, mut seen) = (Some(reached), 0);
    let mut count = |_: &verbs::Step| {
        seen += 1;
        if seen > stop
            && let Some(reached) = reached.take()
        {
            let _ = reached.send(());
        }
    };
    let options = verbs::MigrateOptions::default();
    let work = verbs::migrate(&mut conn, &options, &mut count);
    let trouble = async {
        let _ = wait.await;
        sleep(delay).await;
        if kill {
            let mut other = db.connect().await;
            // The connection may have ended already.
            let _ = sqlx::raw_sql(sqlx::AssertSqlSafe(format!("KILL {id}"))).execute(&mut other).await;
            sleep(Duration::from_secs(60)).await;
        }
    };
    tokio::select! { _ = work => {}, () = trouble => {} }
    // The server notices a dropped future only when its connection closes.
    drop(conn);
}

async fn goes_on(db: &TestDb) -> MySqlConnection {
    let mut conn = db.connect().await;
    timeout(Duration::from_secs(30), migrate(&mut conn)).await.expect("in time").expect("goes on");
    conn
}

on_both! {
    /// Stops before each kind of step, by turns by a KILL and by a dropped future. With `STAKA_LONG_TESTS=1` it stops
    /// before more steps of each kind.
    async fn a_stopped_migration_continues(server: &Server) {
        let clean = undisturbed(&server.database().await).await;
        // The first steps are the history and the baseline's tables and foreign keys, then Staka's objects.
        let (few, all) = ([0, 1, 11, 16, 30, 33, 60], [0, 1, 2, 5, 11, 16, 17, 23, 30, 32, 33, 40, 60]);
        let stops = if long_tests() { &all[..] } else { &few[..] };
        for (round, &stop) in stops.iter().enumerate() {
            let db = server.database().await;
            stopped(&db, stop, Duration::from_millis(round as u64 % 3 * 3), round % 2 == 0).await;
            let mut conn = goes_on(&db).await;
            assert_eq!(snapshot(&mut conn).await, clean, "stopped at {stop}");
            let status = verbs::status(&mut conn).await.expect("status");
            assert!(status.current && status.migrations.iter().all(|state| state.state == Progress::Applied));
            assert_eq!(status.drift, []);
            conn.close().await.expect("closed");
        }
    }
}

on_both! {
    async fn a_migration_stopped_repeatedly_at_random_continues(server: &Server) {
        let clean = undisturbed(&server.database().await).await;
        for _ in 0..4 {
            let db = server.database().await;
            for attempt in 0..4 {
                let delay = Duration::from_millis(rand::random_range(0..200));
                stopped(&db, rand::random_range(0..8), delay, attempt % 2 == 0).await;
            }
            let mut conn = goes_on(&db).await;
            assert_eq!(snapshot(&mut conn).await, clean);
        }
    }
}

on_both! {
    async fn a_stopped_adoption_stays_an_adoption(server: &Server) {
        let (whole, db) = (server.database().await, server.database().await);
        let (mut whole, mut conn) = (whole.connect().await, db.connect().await);
        revision_a(&mut whole).await;
        migrate(&mut whole).await.expect("adopted");
        revision_a(&mut conn).await;
        for stop in [1, 2, 3, 4] {
            stopped(&db, stop, Duration::ZERO, stop % 2 == 0).await;
            let status = verbs::status(&mut conn).await.expect("status");
            assert_ne!(status.migrations[0].state, Progress::Started);
            assert_eq!(verbs::reset(&mut conn).await.expect_err("refused").kind(), ErrorKind::Conflict);
        }
        let mut conn = goes_on(&db).await;
        assert_eq!(snapshot(&mut conn).await, snapshot(&mut whole).await);
        assert!(verbs::status(&mut conn).await.expect("status").adopted);
    }
}

on_both! {
    async fn after_a_stopped_reset_both_reset_and_migrate_work(server: &Server) {
        for way in 0..2 {
            let db = server.database().await;
            let mut conn = db.connect().await;
            migrate(&mut conn).await.expect("migrated");
            let clean = snapshot(&mut conn).await;
            let stop = Duration::from_millis(40 + 30 * way);
            let _ = timeout(stop, verbs::reset(&mut conn)).await;
            drop(conn);
            let mut conn = db.connect().await;
            if way == 0 {
                verbs::reset(&mut conn).await.expect("reset goes on");
                assert_eq!(snapshot(&mut conn).await, [""; 0]);
            }
            migrate(&mut conn).await.expect("migrated");
            assert_eq!(snapshot(&mut conn).await, clean);
        }
    }
}

on_both! {
    async fn a_table_in_use_is_waited_for_until_the_limit(server: &Server) {
        let db = server.database().await;
        let (mut conn, mut other) = (db.connect().await, db.connect().await);
        revision_a(&mut conn).await;
        script(&mut other, "START TRANSACTION; SELECT * FROM `messages` FOR UPDATE").await;
        let error = verbs::migrate(&mut conn, &options(Duration::from_secs(1)), &mut |_| ()).await.expect_err("held");
        assert_eq!(error.kind(), ErrorKind::Contention);
        assert!(error.message().contains("the table is still in use by other connections"), "{error}");
        let release = async {
            sleep(Duration::from_secs(2)).await;
            script(&mut other, "COMMIT").await;
        };
        let (report, ()) = tokio::join!(migrate(&mut conn), release);
        report.expect("waited");
        assert!(snapshot_of_prisma(&mut conn).await.iter().any(|line| line.starts_with("messages messages_type_idx")));
        let states = texts(&mut conn, "SELECT DISTINCT CAST(`state` AS CHAR) FROM `staka_migrations` ORDER BY 1").await;
        assert_eq!(states, ["adopted", "applied"]);
    }
}

on_both! {
    async fn statements_that_cannot_run_online_run_offline(server: &Server) {
        let db = server.database().await;
        let mut conn = db.connect().await;
        // A MyISAM table refuses LOCK=NONE on both servers.
        script(&mut conn, crate::migrate_support::REFERENCE).await;
        script(&mut conn, "ALTER TABLE `faqs` ENGINE = MyISAM").await;
        let mut heard = 0;
        let report = verbs::migrate(&mut conn, &verbs::MigrateOptions::default(), &mut |_| heard += 1).await.expect("adopted");
        let made = report.applied.iter().find(|step| step.name == "staka_faqs_visible" && step.sql.starts_with("CREATE"));
        let made = made.expect("the index");
        assert!(made.sql.ends_with("(`visible`, `categorie`)") && made.reason.contains("cannot do it online"), "{made:?}");
        let twice = report.applied.iter().filter(|step| step.reason.contains("cannot do it online")).count();
        assert_eq!(heard, report.applied.len() + twice);
        assert_eq!(report.drift.len(), 1);
    }
}

#[test]
fn the_futures_are_send() {
    fn send<T: Send>(_: &T) {}
    fn check(conn: &mut MySqlConnection, other: &mut MySqlConnection) {
        let mut heard = |_: &verbs::Step| ();
        let options = verbs::MigrateOptions::default();
        send(&verbs::migrate(conn, &options, &mut heard));
        send(&verbs::plan(other));
        send(&verbs::status(other));
        send(&verbs::reset(other));
    }
    let _ = check;
}
