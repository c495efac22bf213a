//! Counter tables that cannot be maintained: missing privileges, incompatible databases, interrupted migrations.

use std::time::Duration;

use staka_core::db::migrate::{self as verbs, MigrateOptions};
use staka_core::{Config, Migrator, Staka};
use staka_local::Engine;

use crate::counters::{some_rows, some_writes};
use crate::counters_support::{TABLES, assert_exact, attempt, message, notifications, refused, trusted};
use crate::migrate_races::stopped;
use crate::migrate_support::{REFERENCE, migrate, script, texts};
use crate::support::{TestDb, on_both};

/// All privileges that a migration may need.
const ALL: [&str; 11] = [
    "SELECT",
    "INSERT",
    "UPDATE",
    "DELETE",
    "CREATE",
    "DROP",
    "INDEX",
    "ALTER",
    "REFERENCES",
    "TRIGGER",
    "LOCK TABLES",
];

/// Creates an account with these privileges; returns the database's URL for it and its name.
async fn account(db: &TestDb, privileges: &[&str]) -> (String, String) {
    let mut conn = db.connect().await;
    let database = texts(&mut conn, "SELECT CAST(DATABASE() AS CHAR)").await.remove(0);
    let name = database.replace("staka_test", "may");
    script(
        &mut conn,
        &format!("CREATE USER '{name}'@'%'; GRANT {} ON `{database}`.* TO '{name}'@'%'", privileges.join(", ")),
    )
    .await;
    (db.url.replace("root@", &format!("{name}@")), name)
}

on_both! {
    async fn an_account_without_privileges(server: &Server) {
        if staka_cases::left_out("a test that creates accounts on the server") {
            return;
        }
        for (missing, left_out) in [("TRIGGER", &TABLES[..]), ("LOCK TABLES", &TABLES[..]), ("REFERENCES", &TABLES[..3])] {
            // MariaDB does not require this privilege.
            let left_out = if missing == "REFERENCES" && server.engine == Engine::MariaDb { &[] } else { left_out };
            let db = server.database().await;
            let mut root = db.connect().await;
            script(&mut root, REFERENCE).await;
            some_rows(&mut root).await;
            let privileges: Vec<&str> = ALL.into_iter().filter(|privilege| *privilege != missing).collect();
            let (url, name) = account(&db, &privileges).await;
            for attempt in 0..2 {
                let mut migrator = Migrator::connect(&Config::from_url(&url).unwrap()).await.unwrap();
                let report = migrator.migrate(&MigrateOptions::default(), &mut |_| ()).await.expect("done all the same");
                assert_eq!(refused(&report), left_out, "{missing}, attempt {attempt}");
                assert!(report.refused.iter().all(|refusal| refusal.reason.contains("denied")), "{:?}", report.refused);
                let builder = Staka::builder(&url).unwrap();
                assert_eq!(trusted(&builder, "a").await, TABLES.map(|table| !left_out.contains(&table)), "{missing}");
                let mut conn = connect_as(&url).await;
                some_writes(&mut conn, 1 + attempt).await;
                assert_eq!(trusted(&builder, "a").await, TABLES.map(|table| !left_out.contains(&table)), "{missing}");
            }
            let report = migrate(&mut root).await.expect("completed");
            assert_eq!(refused(&report), [""; 0]);
            assert!(report.already_current == left_out.is_empty() && verbs::status(&mut root).await.expect("status").current);
            assert_exact(&mut root, missing).await;
            some_writes(&mut connect_as(&url).await, 3).await;
            assert_exact(&mut root, missing).await;
            assert_eq!(trusted(&Staka::builder(&url).unwrap(), "a").await, [true; 5], "{missing}");
            script(&mut root, &format!("DROP USER '{name}'@'%'")).await;
        }
    }

    async fn an_account_that_sees_no_triggers(server: &Server) {
        if staka_cases::left_out("a test that creates accounts on the server") {
            return;
        }
        let (db, _staka) = server.staka().await;
        let mut root = db.connect().await;
        some_rows(&mut root).await;
        let (url, name) = account(&db, &ALL[..4]).await;
        let mut conn = connect_as(&url).await;
        some_writes(&mut conn, 1).await;
        assert_exact(&mut root, "written by the account").await;
        assert_eq!(trusted(&Staka::builder(&url).unwrap(), "a").await, [true; 5]);
        script(&mut root, &format!("DROP USER '{name}'@'%'")).await;
    }

    async fn incompatible_databases(server: &Server) {
        let general = REFERENCE.replace("utf8mb4_unicode_ci", "utf8mb4_general_ci");
        let bytes = "ALTER TABLE `messages` MODIFY `conversationId` VARCHAR(191) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin NOT NULL";
        let without = |key: &str| format!("ALTER TABLE `messages` DROP FOREIGN KEY `{key}`");
        let (no_sender, no_receiver) = (without("messages_senderId_fkey"), without("messages_receiverId_fkey"));
        for (reference, change, left_out, word) in [
            (general.as_str(), "", &TABLES[..], "utf8mb4_general_ci"),
            (REFERENCE, bytes, &TABLES[1..4], "utf8mb4_bin"),
            (REFERENCE, no_sender.as_str(), &TABLES[1..4], "messages_senderId_fkey"),
            (REFERENCE, no_receiver.as_str(), &TABLES[1..4], "messages_receiverId_fkey"),
        ] {
            let db = server.database().await;
            let mut conn = db.connect().await;
            script(&mut conn, reference).await;
            if !change.is_empty() {
                script(&mut conn, change).await;
            }
            some_rows(&mut conn).await;
            assert_eq!(verbs::plan(&mut conn).await.expect("plan").refused.len(), left_out.len());
            let report = migrate(&mut conn).await.expect("adopted");
            assert_eq!(refused(&report), left_out, "{change}");
            assert!(report.refused.iter().all(|refusal| refusal.reason.contains(word)), "{:?}", report.refused);
            some_writes(&mut conn, 1).await;
            if word.contains("fkey") {
                let (from, to) = if word.contains("sender") { ("'ghost'", "'a'") } else { ("'a'", "'ghost'") };
                script(&mut conn, &message("g", "one", from, to, "15:00")).await;
                script(&mut conn, "UPDATE `messages` SET `createdAt` = '2026-05-04' WHERE `id` = 'g'").await;
            }
            assert_eq!(trusted(&db.builder(), "a").await, TABLES.map(|table| !left_out.contains(&table)), "{change}");
            let again = migrate(&mut conn).await.expect("again");
            assert_eq!((refused(&again), again.already_current), (left_out.to_vec(), true));
        }
    }

    async fn rows_without_their_user(server: &Server) {
        let db = server.database().await;
        let mut conn = db.connect().await;
        script(&mut conn, REFERENCE).await;
        some_rows(&mut conn).await;
        script(&mut conn, "SET foreign_key_checks = 0").await;
        script(&mut conn, &message("g", "air", "'ghost'", "'a'", "15:00")).await;
        script(&mut conn, &notifications("('g', 'ghost', FALSE, FALSE, NULL)")).await;
        script(&mut conn, "SET foreign_key_checks = 1").await;
        let report = migrate(&mut conn).await.expect("adopted");
        assert_eq!(refused(&report), TABLES[..3], "{:?}", report.refused);
        assert_eq!(trusted(&db.builder(), "a").await, [false, false, false, true, true]);
        for sql in [
            "UPDATE `messages` SET `isRead` = TRUE WHERE `id` = 'g'",
            "UPDATE `messages` SET `createdAt` = '2026-05-04', `conversationId` = 'moved' WHERE `id` = 'g'",
            "UPDATE `notifications` SET `isRead` = TRUE WHERE `id` = 'g'",
            "UPDATE `notifications` SET `isRead` = FALSE, `expiresAt` = '2999-03-03' WHERE `id` = 'g'",
        ] {
            assert_eq!(attempt(&mut conn, sql).await, Ok(()), "{sql}");
        }
        some_writes(&mut conn, 1).await;
        assert_eq!(trusted(&db.builder(), "a").await, [false, false, false, true, true]);
        script(&mut conn, "DELETE FROM `messages` WHERE `id` = 'g'; DELETE FROM `notifications` WHERE `id` = 'g'").await;
        assert_eq!(refused(&migrate(&mut conn).await.expect("completed")), [""; 0]);
        assert_exact(&mut conn, "completed").await;
        assert_eq!(trusted(&db.builder(), "a").await, [true; 5]);
    }

    async fn stopped_between_tables_triggers_and_fill(server: &Server) {
        let whole = server.database().await;
        let mut conn = whole.connect().await;
        script(&mut conn, REFERENCE).await;
        let steps = verbs::plan(&mut conn).await.expect("plan").steps;
        let is_wanted = |sql: &str| {
            ["TABLE `staka_notification_counts`", "TRIGGER `staka_notifications_insert`", "TRIGGER `staka_messages_update`",
                "TRIGGER `staka_users_messages`", "TRIGGER `staka_users_delete`"].iter().any(|made| sql.contains(made)) || sql.starts_with("LOCK TABLES")
        };
        let stops: Vec<usize> = steps.iter().enumerate().filter(|(_, step)| is_wanted(&step.sql)).map(|(n, _)| n).collect();
        assert_eq!(stops.len(), 10);
        for (round, stop) in stops.into_iter().enumerate() {
            let db = server.database().await;
            let mut conn = db.connect().await;
            script(&mut conn, REFERENCE).await;
            some_rows(&mut conn).await;
            stopped(&db, stop, Duration::from_millis(round as u64 % 3), false).await;
            // Whatever exists now, writes work and answers are right.
            some_writes(&mut conn, 1).await;
            trusted(&db.builder(), "a").await;
            let report = migrate(&mut conn).await.expect("goes on");
            assert_eq!(refused(&report), [""; 0]);
            assert_exact(&mut conn, &format!("stopped at {stop}")).await;
            some_writes(&mut conn, 2).await;
            assert_exact(&mut conn, &format!("stopped at {stop}, and written after")).await;
            assert_eq!(trusted(&db.builder(), "a").await, [true; 5]);
        }
    }
}

/// Opens a plain connection for an account.
async fn connect_as(url: &str) -> sqlx::MySqlConnection {
    use sqlx::ConnectOptions;
    let options: sqlx::mysql::MySqlConnectOptions = url.parse().unwrap();
    options.collation("utf8mb4_unicode_ci").connect().await.unwrap()
}
