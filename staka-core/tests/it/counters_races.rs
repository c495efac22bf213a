//! Concurrent writers and counter tables: counts stay exact, nothing is lost, and few wait for each other.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU32, Ordering};
use std::time::Duration;

use rand::{RngExt, SeedableRng};
use rand_pcg::Pcg64Mcg;
use sqlx::MySqlConnection;
use staka_core::db::migrate::{self as verbs, MigrateOptions};
use tokio::time::{sleep, timeout};

use crate::counters::some_rows;
use crate::counters_support::{assert_exact, attempt, message, notifications, refused, trusted, user, users};
use crate::migrate_support::{REFERENCE, migrate, script, texts};
use crate::support::{TestDb, on_both};

const READ_COMMITTED: &str = "SET SESSION TRANSACTION ISOLATION LEVEL READ COMMITTED";
const REPEATABLE_READ: &str = "SET SESSION TRANSACTION ISOLATION LEVEL REPEATABLE READ";
/// Errors that are retried: deadlock, lock wait timeout, MariaDB's changed snapshot.
const AGAIN: [u16; 3] = [1213, 1205, 1020];
/// Expected errors: a message has replies, a key is taken, a user was deleted.
const USUAL: [u16; 3] = [1451, 1062, 1452];

/// One of many writers.
struct Writer {
    conn: MySqlConnection,
    random: Pcg64Mcg,
    who: u32,
    /// The most statements of a transaction.
    most: u32,
    made: u32,
    /// Rows that are never deleted.
    lasting: Vec<String>,
}

impl Writer {
    async fn new(db: &TestDb, who: u32, most: u32) -> Self {
        let mut conn = db.connect().await;
        script(&mut conn, if who.is_multiple_of(2) { READ_COMMITTED } else { REPEATABLE_READ }).await;
        script(&mut conn, "SET SESSION innodb_lock_wait_timeout = 10").await;
        let random = Pcg64Mcg::seed_from_u64(u64::from(who));
        Self { conn, random, who, most, made: 0, lasting: Vec::new() }
    }

    fn one_of(&mut self, all: &[&str]) -> String {
        all[self.random.random_range(0..all.len())].to_owned()
    }

    fn statement(&mut self) -> String {
        self.made += 1;
        let id = format!("{}-{}", self.who, self.made);
        let (one, other) = (self.one_of(&["a", "b", "c"]), self.one_of(&["a", "b", "c", "d"]));
        let (thread, second) = (self.one_of(&["one", "two"]), self.random.random_range(10..40));
        match self.random.random_range(0..16) {
            0..3 => notifications(&format!("('k{id}', '{one}', FALSE, FALSE, NULL)")),
            3 => format!("UPDATE `notifications` SET `isRead` = NOT `isRead` WHERE `userId` = '{one}' LIMIT 3"),
            4 => format!("DELETE FROM `notifications` WHERE `userId` = '{one}' AND `id` LIKE 'n%' LIMIT 1"),
            5..8 => message(
                &format!("m{id}"),
                &thread,
                &format!("'{one}'"),
                &format!("'{other}'"),
                &format!("12:00:{second}"),
            ),
            // The newest message of a conversation.
            8..11 => format!(
                "DELETE FROM `messages` WHERE `conversationId` = '{thread}' ORDER BY `createdAt` DESC, `id` DESC LIMIT 1"
            ),
            11 => format!(
                "UPDATE `messages` SET `isRead` = NOT `isRead` WHERE `receiverId` = '{one}' AND `conversationId` = '{thread}' LIMIT 2"
            ),
            12 => format!(
                "UPDATE `messages` SET `conversationId` = '{thread}', `createdAt` = '2026-05-01 12:00:{second}' WHERE `senderId` = '{one}' LIMIT 1"
            ),
            13 => format!(
                "UPDATE `messages` SET `receiverId` = '{other}' WHERE `senderId` = '{one}' ORDER BY `createdAt` DESC LIMIT 1"
            ),
            14 => format!("UPDATE `users` SET `isActive` = NOT `isActive` WHERE `id` = '{one}'"),
            // A user who is created, writes, and is deleted later.
            _ => match self.random.random_range(0..3) {
                0 => user(&format!("t{}", self.random.random_range(0..4))),
                1 => message(
                    &format!("m{id}"),
                    &thread,
                    &format!("'t{}'", self.random.random_range(0..4)),
                    &format!("'{one}'"),
                    "12:00:50",
                ),
                _ => format!("DELETE FROM `users` WHERE `id` = 't{}'", self.random.random_range(0..4)),
            },
        }
    }

    /// Runs a short transaction, committed or not; retried after a deadlock.
    async fn transaction(&mut self) {
        let statements: Vec<String> = (0..self.random.random_range(1..=self.most)).map(|_| self.statement()).collect();
        let end = if self.random.random_range(0..4) == 0 { "ROLLBACK" } else { "COMMIT" };
        let mut met = Vec::new();
        for _ in 0..200 {
            script(&mut self.conn, "START TRANSACTION").await;
            let mut again = false;
            for sql in &statements {
                match attempt(&mut self.conn, sql).await {
                    Err(number) if AGAIN.contains(&number) => {
                        met.push(number);
                        again = true;
                    }
                    Err(number) => assert!(USUAL.contains(&number), "{number}: {sql}"),
                    Ok(()) => {}
                }
                if again {
                    break;
                }
            }
            if !again {
                script(&mut self.conn, end).await;
                if end == "COMMIT" {
                    let made = statements
                        .iter()
                        .filter_map(|sql| sql.split_once("('t', 'm', UTC_TIMESTAMP(3), '")?.1.split_once('\''));
                    self.lasting.extend(made.map(|(id, _)| id.to_owned()));
                }
                return;
            }
            script(&mut self.conn, "ROLLBACK").await;
            // Without a pause the same transaction could be rolled back forever.
            let pause = self.random.random_range(0..2 + 5 * met.len() as u64);
            sleep(Duration::from_millis(pause.min(100))).await;
        }
        panic!("never came through: {statements:?}, {met:?}");
    }
}

/// Writes on `count` connections, until `stop` or for a number of transactions each with a maximum of statements;
/// returns the lasting rows.
fn write(
    db: &Arc<TestDb>,
    count: u32,
    transactions: u32,
    most: u32,
    stop: &Arc<AtomicBool>,
    done: &Arc<AtomicU32>,
) -> tokio::task::JoinSet<Vec<String>> {
    let mut tasks = tokio::task::JoinSet::new();
    for who in 0..count {
        let (db, stop, done) = (Arc::clone(db), Arc::clone(stop), Arc::clone(done));
        tasks.spawn(async move {
            let mut writer = Writer::new(&db, who, most).await;
            for _ in 0..transactions {
                if stop.load(Ordering::Relaxed) {
                    break;
                }
                writer.transaction().await;
                done.fetch_add(1, Ordering::Relaxed);
            }
            writer.lasting
        });
    }
    tasks
}

async fn nothing_was_lost(conn: &mut MySqlConnection, lasting: &[Vec<String>]) {
    let there = texts(conn, "SELECT `id` FROM `notifications` WHERE `id` LIKE 'k%' ORDER BY `id`").await;
    let mut made: Vec<String> = lasting.concat();
    made.sort();
    assert_eq!(there, made);
}

async fn slot(conn: &mut MySqlConnection) -> String {
    texts(conn, "SELECT CAST(CONNECTION_ID() & 7 AS CHAR)").await.remove(0)
}

on_both! {
    async fn many_at_once(server: &Server) {
        let db = Arc::new(server.migrated().await);
        let mut conn = db.connect().await;
        some_rows(&mut conn).await;
        users(&mut conn, &["d"]).await;
        let (stop, done) = (Arc::default(), Arc::default());
        let lasting = timeout(Duration::from_secs(120), write(&db, 14, 40, 3, &stop, &done).join_all()).await.expect("in time");
        assert_eq!(done.load(Ordering::Relaxed), 14 * 40);
        nothing_was_lost(&mut conn, &lasting).await;
        assert_exact(&mut conn, "afterwards").await;
        assert_eq!(trusted(&db.builder(), "a").await, [true; 5]);
    }

    async fn filled_while_others_write(server: &Server) {
        let db = Arc::new(server.database().await);
        let mut conn = db.connect().await;
        script(&mut conn, REFERENCE).await;
        some_rows(&mut conn).await;
        users(&mut conn, &["d"]).await;
        let (stop, done) = (Arc::new(AtomicBool::new(false)), Arc::new(AtomicU32::new(0)));
        let tasks = write(&db, 6, 100_000, 1, &stop, &done);
        let filling = async {
            let report = migrate(&mut conn).await.expect("migrated");
            assert_eq!(refused(&report), [""; 0]);
            for _ in 0..3 {
                let before = done.load(Ordering::Relaxed);
                sleep(Duration::from_millis(100)).await;
                verbs::refill_counters(&mut conn, &MigrateOptions::default(), &mut |_| ()).await.expect("filled");
                while done.load(Ordering::Relaxed) < before + 20 {
                    sleep(Duration::from_millis(5)).await;
                }
            }
        };
        timeout(Duration::from_secs(120), filling).await.expect("in time");
        stop.store(true, Ordering::Relaxed);
        let lasting = tasks.join_all().await;
        nothing_was_lost(&mut conn, &lasting).await;
        assert_exact(&mut conn, "afterwards").await;
        assert_eq!(trusted(&db.builder(), "a").await, [true; 5]);
    }

    async fn the_newest_is_deleted_after_a_snapshot(server: &Server) {
        let (db, _staka) = server.staka().await;
        let (mut one, mut other) = (db.connect().await, db.connect().await);
        for isolation in [READ_COMMITTED, REPEATABLE_READ] {
            // What another connection commits while the transaction that deletes the newest is open.
            for (others, newest) in [
                (message("m2b", "one", "'b'", "'a'", "10:30"), "m2b"),
                (message("m2b", "one", "'a'", "'b'", "10:30"), "m2b"),
                ("DELETE FROM `messages` WHERE `id` = 'm1'".to_owned(), "m4"),
                ("UPDATE `messages` SET `conversationId` = 'two' WHERE `id` = 'm1'".to_owned(), "m4"),
                ("UPDATE `messages` SET `createdAt` = '2026-05-01 10:40' WHERE `id` = 'm5'".to_owned(), "m5"),
                ("UPDATE `messages` SET `id` = 'm9' WHERE `id` = 'm1'".to_owned(), "m9"),
            ] {
                for change in ["DELETE FROM `messages` WHERE `id` = 'm2'", "UPDATE `messages` SET `conversationId` = 'other' WHERE `id` = 'm2'",
                    "UPDATE `messages` SET `createdAt` = '2026-05-01 07:00' WHERE `id` = 'm2'", "DELETE FROM `users` WHERE `id` = 'b'"] {
                    script(&mut one, "DELETE FROM `users`; DELETE FROM `messages`").await;
                    some_rows(&mut one).await;
                    script(&mut one, &format!("{isolation}; START TRANSACTION; SELECT COUNT(*) FROM `messages`; SELECT COUNT(*) FROM `staka_conversations`")).await;
                    script(&mut other, &others).await;
                    match attempt(&mut one, change).await {
                        Ok(()) => script(&mut one, "COMMIT").await,
                        Err(number) => {
                            // MariaDB can be configured to refuse rows changed since the snapshot.
                            assert!(AGAIN.contains(&number), "{number}: {change}");
                            script(&mut one, &format!("ROLLBACK; {change}")).await;
                        }
                    }
                    let when = format!("{isolation}: {others}; {change}");
                    assert_exact(&mut one, &when).await;
                    if change.contains("`id` = 'm2'") {
                        let kept = texts(&mut one, "SELECT `newestId` FROM `staka_conversations` WHERE `userId` = 'a' AND `conversationId` = 'one'").await;
                        assert_eq!(kept, [newest], "{when}");
                    }
                }
            }
        }
    }

    async fn the_newest_is_deleted_while_others_write(server: &Server) {
        let (db, _staka) = server.staka().await;
        let (mut one, mut other, mut judge) = (db.connect().await, db.connect().await, db.connect().await);
        for isolation in [READ_COMMITTED, REPEATABLE_READ] {
            for conn in [&mut one, &mut other] {
                script(conn, isolation).await;
            }
            for others in [
                message("m6", "one", "'b'", "'a'", "10:30"),
                message("m6", "one", "'a'", "'b'", "12:30"),
                "DELETE FROM `messages` WHERE `id` = 'm1'".to_owned(),
                "UPDATE `messages` SET `createdAt` = '2026-05-01 13:00' WHERE `id` = 'm4'".to_owned(),
            ] {
                for end in ["COMMIT", "ROLLBACK"] {
                    script(&mut judge, "DELETE FROM `users`; DELETE FROM `messages`").await;
                    some_rows(&mut judge).await;
                    script(&mut other, "START TRANSACTION").await;
                    script(&mut other, &others).await;
                    let deleting = async {
                        while let Err(number) = attempt(&mut one, "DELETE FROM `messages` WHERE `id` = 'm2'").await {
                            assert!(AGAIN.contains(&number), "{number}");
                        }
                    };
                    let ending = async {
                        sleep(Duration::from_millis(30)).await;
                        // The server may have rolled it back already.
                        let _ = attempt(&mut other, end).await;
                    };
                    tokio::join!(deleting, ending);
                    assert_exact(&mut judge, &format!("{isolation}: {others}; {end}")).await;
                }
            }
        }
    }

    async fn connections_of_different_slots_do_not_wait(server: &Server) {
        let (db, _staka) = server.staka().await;
        let (mut one, mut judge) = (db.connect().await, db.connect().await);
        users(&mut judge, &["a"]).await;
        let mut other = db.connect().await;
        while slot(&mut one).await == slot(&mut other).await {
            other = db.connect().await;
        }
        // Both rows exist already.
        for (n, conn) in (0..).zip([&mut one, &mut other]) {
            script(conn, "SET SESSION innodb_lock_wait_timeout = 1").await;
            script(conn, &notifications(&format!("('first{n}', 'a', FALSE, FALSE, NULL)"))).await;
        }
        for (round, isolation) in [READ_COMMITTED, REPEATABLE_READ].into_iter().enumerate() {
            for (n, conn) in (0..).zip([&mut one, &mut other]) {
                script(conn, &format!("{isolation}; START TRANSACTION")).await;
                script(conn, &notifications(&format!("('n{round}{n}', 'a', FALSE, FALSE, NULL)"))).await;
                script(conn, &format!("UPDATE `notifications` SET `isRead` = TRUE WHERE `id` = 'n{round}{n}'")).await;
                script(conn, &notifications(&format!("('p{round}{n}', 'a', FALSE, FALSE, NULL)"))).await;
            }
            for conn in [&mut other, &mut one] {
                script(conn, "COMMIT").await;
            }
        }
        // A day without a row yet.
        for conn in [&mut one, &mut other] {
            script(conn, &format!("{READ_COMMITTED}; START TRANSACTION")).await;
        }
        for (n, conn) in (0..).zip([&mut one, &mut other]) {
            script(conn, &notifications(&format!("('q{n}', 'a', FALSE, FALSE, '2999-01-01')"))).await;
        }
        for conn in [&mut other, &mut one] {
            script(conn, "COMMIT").await;
        }
        assert_exact(&mut judge, "afterwards").await;
    }

    async fn two_users_who_write_to_each_other_do_not_deadlock(server: &Server) {
        let (db, _staka) = server.staka().await;
        let (mut one, mut other, mut judge) = (db.connect().await, db.connect().await, db.connect().await);
        users(&mut judge, &["a", "b"]).await;
        for (round, isolation) in [READ_COMMITTED, REPEATABLE_READ].into_iter().enumerate() {
            script(&mut one, isolation).await;
            script(&mut other, isolation).await;
            for n in 0..60 {
                // New conversations and an existing one.
                let thread = if n % 3 == 0 { format!("new{round}{n}") } else { "one".to_owned() };
                let forth = message(&format!("f{round}-{n}"), &thread, "'a'", "'b'", "10:00");
                let back = message(&format!("b{round}-{n}"), &thread, "'b'", "'a'", "10:00");
                let (forth, back) = tokio::join!(attempt(&mut one, &forth), attempt(&mut other, &back));
                assert_eq!((forth, back), (Ok(()), Ok(())), "{isolation}, {n}");
            }
        }
        assert_exact(&mut judge, "afterwards").await;
    }
}
