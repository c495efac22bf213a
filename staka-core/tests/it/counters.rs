//! Counter tables: expiry, round trips, and changes by other programs.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::Duration;

use sqlx::MySqlConnection;
use staka_core::db::migrate::{self as verbs, DriftKind, MigrateOptions};
use staka_core::model::UserId;
use staka_core::{Clock, ManualClock, PageRequest, Timestamp};

use crate::counters_support::{
    TABLES, answers, assert_exact, attempt, message, notifications, refused, trusted, users, wrong,
};
use crate::migrate_support::{REFERENCE, migrate, script};
use crate::support::on_both;

/// Inserts some rows into each source table.
pub async fn some_rows(conn: &mut MySqlConnection) {
    users(conn, &["a", "b", "c"]).await;
    script(conn, "UPDATE `users` SET `role` = 'ADMIN' WHERE `id` = 'c'").await;
    let rows = "('n1', 'a', FALSE, FALSE, NULL), ('n2', 'a', FALSE, FALSE, '2999-01-01'), ('n3', 'a', TRUE, FALSE, NULL), \
                ('n4', 'b', FALSE, FALSE, NULL), ('n5', 'a', FALSE, FALSE, '2020-01-01')";
    script(conn, &notifications(rows)).await;
    for (id, from, to, at) in [
        ("m1", "'a'", "'b'", "10:00"),
        ("m2", "'b'", "'a'", "11:00"),
        ("m3", "'c'", "'a'", "12:00"),
        ("m4", "'a'", "'a'", "09:00"),
        ("m5", "NULL", "'a'", "08:00"),
    ] {
        let conversation = if from == "'c'" { "other" } else { "one" };
        script(conn, &message(id, conversation, from, to, at)).await;
    }
}

/// Writes of every kind; `n` makes their keys unique.
pub async fn some_writes(conn: &mut MySqlConnection, n: u32) {
    users(conn, &[&format!("x{n}"), &format!("y{n}")]).await;
    let rows = format!("('w{n}', 'a', FALSE, FALSE, NULL), ('v{n}', 'x{n}', FALSE, FALSE, '2999-02-02')");
    script(conn, &notifications(&rows)).await;
    script(conn, &message(&format!("p{n}"), "one", "'b'", "'a'", "13:00")).await;
    script(conn, &message(&format!("q{n}"), "two", &format!("'x{n}'"), "'a'", "13:30")).await;
    script(conn, &message(&format!("r{n}"), "two", &format!("'y{n}'"), "'a'", "13:40")).await;
    script(conn, &message(&format!("s{n}"), "two", &format!("'y{n}'"), "'a'", "13:50")).await;
    script(
        conn,
        &format!(
            "UPDATE `notifications` SET `isRead` = TRUE WHERE `id` = 'n{n}'; \
             UPDATE `messages` SET `isRead` = TRUE WHERE `id` = 'm{n}'; \
             UPDATE `messages` SET `conversationId` = 'two', `createdAt` = '2026-05-02' WHERE `id` = 'p{n}'; \
             UPDATE `users` SET `isActive` = FALSE, `role` = 'CORRECTOR' WHERE `id` = 'x{n}'; \
             DELETE FROM `messages` WHERE `id` = 'r{n}'; \
             DELETE FROM `notifications` WHERE `id` = 'v{n}'; \
             DELETE FROM `users` WHERE `id` = 'y{n}'"
        ),
    )
    .await;
}

on_both! {
    async fn expiry_passes_by_itself(server: &Server) {
        let (db, first) = server.staka().await;
        first.close().await;
        let mut conn = db.connect().await;
        users(&mut conn, &["a", "b"]).await;
        let moments = ["2026-06-14 12:00:00.000", "2026-06-15 11:59:59.999", "2026-06-15 12:00:00.000", "2026-06-15 12:00:00.001",
            "2026-06-15 23:59:59.999", "2026-06-16 00:00:00.000", "2026-06-16 00:00:00.001", "2026-06-17 12:00:00.000"];
        for (n, moment) in moments.iter().enumerate() {
            let rows = format!("('n{n}', 'a', FALSE, FALSE, '{moment}'), ('r{n}', 'a', TRUE, FALSE, '{moment}'), \
                ('d{n}', 'a', FALSE, TRUE, '{moment}'), ('b{n}', 'b', FALSE, FALSE, '{moment}')");
            script(&mut conn, &notifications(&rows)).await;
        }
        script(&mut conn, &notifications("('never', 'a', FALSE, FALSE, NULL)")).await;
        script(&mut conn, &message("m", "one", "'b'", "'a'", "10:00")).await;
        let expiries: Vec<Timestamp> = moments.iter().map(|at| format!("{}Z", at.replace(' ', "T")).parse().unwrap()).collect();
        let clock = Arc::new(ManualClock::new("2026-06-15T11:59:59.998Z".parse().unwrap()));
        let builder = db.builder().clock(clock.clone());
        let (kept, counting) = (builder.clone().connect().await.unwrap(), builder.clone().counters(false).connect().await.unwrap());
        let user: UserId = "a".parse().unwrap();
        let mut seen = Vec::new();
        for millis in [0, 1, 1, 1, 43_199_997, 1, 1, 1, 1, 43_199_999, 86_399_998, 1, 1, 86_400_000] {
            clock.advance(Duration::from_millis(millis));
            let expected = 1 + expiries.iter().filter(|expiry| **expiry > clock.now()).count() as u64;
            for staka in [&kept, &counting] {
                assert_eq!(staka.as_system().notifications().unread_count(&user).await.unwrap(), expected, "{}", clock.now());
            }
            seen.push(expected);
        }
        assert_eq!(seen, [8, 7, 6, 5, 5, 4, 3, 2, 2, 2, 2, 1, 1, 1], "each expiry was passed by a millisecond");
        assert_eq!(trusted(&builder, "a").await, [true; 5]);
    }

    async fn each_is_one_round_trip(server: &Server) {
        let (db, staka) = server.staka().await;
        some_rows(&mut db.connect().await).await;
        let session = staka.as_system();
        // An empty list takes two queries, three after a table was just filled: one that was recreated is empty too.
        for (user, expected, filled) in [("a", 3, "0"), ("nobody", 4, "'2020-01-01'"), ("nobody", 5, "UTC_TIMESTAMP(3)")] {
            if filled != "0" {
                script(&mut db.connect().await, &format!("UPDATE `staka_counter_status` SET `filledAt` = {filled}")).await;
            }
            let user: UserId = user.parse().unwrap();
            for round in 0..3 {
                let before = staka.metrics().statements.load(Ordering::Relaxed);
                session.notifications().unread_count(&user).await.unwrap();
                session.messages().list_conversations(&user, PageRequest::default()).await.unwrap();
                session.stats().users_by_role().await.unwrap();
                assert_eq!(staka.metrics().statements.load(Ordering::Relaxed) - before, expected, "{user}, round {round}");
            }
        }
        assert_eq!(trusted(&db.builder(), "a").await, [true; 5]);
    }

    async fn tables_dropped_while_a_handle_is_in_use(server: &Server) {
        let (db, staka) = server.staka().await;
        let mut conn = db.connect().await;
        some_rows(&mut conn).await;
        let (other, before) = (db.builder().connect().await.unwrap(), answers(&staka, "a").await);
        assert_eq!(answers(&other, "a").await, before);
        // As `prisma db push` does: it knows tables but no triggers.
        script(&mut conn, "DROP TABLE `staka_conversations`, `staka_correspondents`, `staka_notification_counts`, `staka_message_hours`, `staka_user_counts`, `staka_counter_status`, `staka_migrations`").await;
        assert_eq!(answers(&staka, "a").await, before);
        let tx = other.as_system().begin().await.unwrap();
        assert_eq!(tx.notifications().unread_count("a".parse::<UserId>().unwrap()).await.unwrap(), before.unread);
        assert_eq!(tx.notifications().mark_all_read("b".parse::<UserId>().unwrap()).await.unwrap(), 1);
        tx.commit().await.unwrap();
        some_writes(&mut conn, 1).await;
        let counting = db.builder().counters(false).connect().await.unwrap();
        let after = answers(&counting, "a").await;
        assert_ne!(after, before);
        assert_eq!(answers(&staka, "a").await, after);
        assert_eq!(trusted(&db.builder(), "a").await, [false; 5]);
        let report = migrate(&mut conn).await.expect("put back");
        assert_eq!(refused(&report), [""; 0]);
        assert_exact(&mut conn, "put back").await;
        some_writes(&mut conn, 2).await;
        assert_exact(&mut conn, "written after").await;
        assert_eq!(trusted(&db.builder(), "a").await, [true; 5]);
        assert_eq!(answers(&staka, "a").await, answers(&counting, "a").await);
    }

    async fn dropped_triggers(server: &Server) {
        let (db, _staka) = server.staka().await;
        let mut conn = db.connect().await;
        some_rows(&mut conn).await;
        let lost = [("staka_notifications_update", 0), ("staka_users_messages", 1), ("staka_messages_delete", 1),
            ("staka_correspondents_insert", 2), ("staka_correspondents_update", 2), ("staka_correspondents_users", 2),
            ("staka_message_hours_insert", 3), ("staka_message_hours_users", 3), ("staka_users_insert", 4)];
        for (n, (trigger, table)) in (1..).zip(lost) {
            script(&mut conn, &format!("DROP TRIGGER `{trigger}`")).await;
            let mut expected = [true; 5];
            expected[table] = false;
            assert_eq!(trusted(&db.builder(), "a").await, expected, "{trigger}");
            let status = verbs::status(&mut conn).await.expect("status");
            let stale: Vec<&str> = status.counters.iter().filter(|state| state.filled_at.is_none()).map(|state| state.table).collect();
            assert_eq!((status.current, stale), (false, vec![TABLES[table]]));
            let lost = |drift: &verbs::Drift| drift.kind == DriftKind::LostObject && drift.object.as_deref() == Some(trigger);
            assert!(status.drift.iter().any(lost), "{trigger}");
            some_writes(&mut conn, n).await;
            let astray = wrong(&mut conn).await;
            assert!(!astray.is_empty() && astray.iter().all(|line| line.starts_with(TABLES[table])), "{trigger}: {astray:?}");
            migrate(&mut conn).await.expect("put back");
            assert_exact(&mut conn, trigger).await;
            assert!(verbs::status(&mut conn).await.expect("status").current);
            assert_eq!(trusted(&db.builder(), "a").await, [true; 5], "{trigger}");
        }
    }

    async fn recreated_triggers_before_the_fill(server: &Server) {
        let (db, staka) = server.staka().await;
        let mut conn = db.connect().await;
        some_rows(&mut conn).await;
        script(&mut conn, "DROP TRIGGER `staka_notifications_insert`").await;
        script(&mut conn, &notifications("('unseen', 'a', FALSE, FALSE, NULL)")).await;
        // A migrator that is stopped before it fills the tables.
        let plan = verbs::plan(&mut conn).await.expect("planned");
        let fills = |sql: &str| sql.starts_with("LOCK TABLES");
        assert!(plan.steps.iter().any(|step| fills(&step.sql)));
        for step in plan.steps.iter().filter(|step| !fills(&step.sql)) {
            script(&mut conn, &step.sql).await;
        }
        // Neither a handle that trusted the tables before nor a new one trusts them now.
        let counting = db.builder().counters(false).connect().await.unwrap();
        assert_eq!(answers(&staka, "a").await, answers(&counting, "a").await);
        assert_eq!(trusted(&db.builder(), "a").await, [false, true, true, true, true]);
        let report = migrate(&mut conn).await.expect("migrated");
        assert!(report.applied.iter().any(|step| fills(&step.sql)), "{:?}", report.applied);
        assert_exact(&mut conn, "filled").await;
    }

    async fn rows_written_without_triggers(server: &Server) {
        let (db, _staka) = server.staka().await;
        let mut conn = db.connect().await;
        some_rows(&mut conn).await;
        script(&mut conn, "TRUNCATE TABLE `notifications`; SET @staka_counters_off = 1").await;
        script(&mut conn, &message("late", "one", "'b'", "'a'", "14:00")).await;
        users(&mut conn, &["d"]).await;
        script(&mut conn, "DELETE FROM `messages` WHERE `id` = 'm3'; SET @staka_counters_off = NULL").await;
        let newest = |messages: u32, unread: u32, at: &str, id: &str| format!("{messages} messages, {unread} unread, newest 2026-05-01 {at}.000 {id}");
        assert_eq!(wrong(&mut conn).await, [
            "staka_notification_counts: a, 2020-01-01: 1 / -".to_owned(),
            "staka_notification_counts: a, 2999-01-01: 1 / -".to_owned(),
            "staka_notification_counts: a, 9999-12-31: 1 / -".to_owned(),
            "staka_notification_counts: b, 9999-12-31: 1 / -".to_owned(),
            format!("staka_conversations: a, one: {} / {}", newest(4, 3, "11:00:00", "m2"), newest(5, 4, "14:00:00", "late")),
            format!("staka_conversations: a, other: {} / -", newest(1, 1, "12:00:00", "m3")),
            format!("staka_conversations: b, one: {} / {}", newest(2, 1, "11:00:00", "m2"), newest(3, 1, "14:00:00", "late")),
            format!("staka_conversations: c, other: {} / -", newest(1, 0, "12:00:00", "m3")),
            format!("staka_correspondents: a, b: {} / {}", newest(2, 1, "11:00:00", "m2"), newest(3, 2, "14:00:00", "late")),
            format!("staka_correspondents: a, c: {} / -", newest(1, 1, "12:00:00", "m3")),
            format!("staka_correspondents: b, a: {} / {}", newest(2, 1, "11:00:00", "m2"), newest(3, 1, "14:00:00", "late")),
            format!("staka_correspondents: c, a: {} / -", newest(1, 0, "12:00:00", "m3")),
            "staka_message_hours: 2026-05-01 12:00:00: 1 / -".to_owned(),
            "staka_message_hours: 2026-05-01 14:00:00: - / 1".to_owned(),
            "staka_user_counts: USER, 1: 2 / 3".to_owned(),
        ]);
        let steps = verbs::refill_counters(&mut conn, &MigrateOptions::default(), &mut |_| ()).await.expect("filled");
        assert_eq!(steps.iter().map(|step| step.name.as_str()).collect::<Vec<_>>(), TABLES);
        assert_exact(&mut conn, "filled").await;
        script(&mut conn, &notifications("('n1', 'a', FALSE, FALSE, NULL)")).await;
        some_writes(&mut conn, 1).await;
        assert_exact(&mut conn, "written after").await;
    }

    async fn a_deleted_status_row(server: &Server) {
        let (db, _staka) = server.staka().await;
        let mut conn = db.connect().await;
        some_rows(&mut conn).await;
        script(&mut conn, "DELETE FROM `staka_counter_status` WHERE `name` = 'staka_conversations'").await;
        assert_eq!(trusted(&db.builder(), "a").await, [true, false, true, true, true]);
        let status = verbs::status(&mut conn).await.expect("status");
        assert_eq!(status.counters.iter().map(|state| state.filled_at.is_some()).collect::<Vec<_>>(), [true, false, true, true, true]);
        let report = migrate(&mut conn).await.expect("filled");
        assert_eq!(report.applied.iter().map(|step| step.name.as_str()).collect::<Vec<_>>(), ["staka_conversations"]);
        assert_eq!(trusted(&db.builder(), "a").await, [true; 5]);
    }

    async fn a_role_added_before_others(server: &Server) {
        let (db, staka) = server.staka().await;
        let mut conn = db.connect().await;
        some_rows(&mut conn).await;
        script(&mut conn, "ALTER TABLE `users` MODIFY `role` ENUM('USER', 'MODERATOR', 'ADMIN', 'CORRECTOR') NOT NULL DEFAULT 'USER'").await;
        users(&mut conn, &["d", "e", "f"]).await;
        script(&mut conn, "UPDATE `users` SET `role` = 'MODERATOR' WHERE `id` IN ('d', 'e'); UPDATE `users` SET `role` = 'ADMIN' WHERE `id` = 'f'").await;
        assert_exact(&mut conn, "roles").await;
        let listed = staka.as_system().stats().users_by_role().await.unwrap();
        let listed: Vec<(String, i64)> = listed.iter().map(|row| (row.role.to_string(), row.count)).collect();
        assert_eq!(listed, [("USER".to_owned(), 2), ("ADMIN".to_owned(), 2), ("MODERATOR".to_owned(), 2)], "the Prisma schema's first");
        assert_eq!(trusted(&db.builder(), "a").await, [true; 5]);
    }

    async fn a_user_deleted_without_foreign_key_checks(server: &Server) {
        let (db, _staka) = server.staka().await;
        let mut conn = db.connect().await;
        some_rows(&mut conn).await;
        script(&mut conn, "SET foreign_key_checks = 0; DELETE FROM `users` WHERE `id` = 'b'; SET foreign_key_checks = 1").await;
        let left = crate::migrate_support::texts(&mut conn, "SELECT `id` FROM `messages` WHERE `senderId` = 'b'").await;
        assert_eq!(left, ["m2"], "no trigger deletes what the server would leave");
        assert_exact(&mut conn, "without checks").await;
        // Orphaned rows can still be written.
        script(&mut conn, "UPDATE `messages` SET `createdAt` = '2026-05-03' WHERE `id` = 'm2'; UPDATE `notifications` SET `isRead` = TRUE").await;
        let astray = wrong(&mut conn).await;
        assert!(astray.iter().all(|line| line.contains(": b, ")), "only of the one who is gone: {astray:?}");
    }

    async fn writes_that_use_other_tables_still_work(server: &Server) {
        let (plain, owned) = (server.database().await, server.database().await);
        let (mut plain, mut conn) = (plain.connect().await, owned.connect().await);
        for conn in [&mut plain, &mut conn] {
            script(conn, REFERENCE).await;
            some_rows(conn).await;
            // Replies to oneself, at the same time as the original.
            for id in ["k2", "k1", "k3"] {
                script(conn, &message(id, "own", "'b'", "'c'", "07:00")).await;
            }
            script(conn, "UPDATE `messages` SET `parentId` = 'k2' WHERE `id` = 'k1'; UPDATE `messages` SET `parentId` = 'm1' WHERE `id` = 'm4'").await;
        }
        migrate(&mut conn).await.expect("migrated");
        let mut outcomes = BTreeMap::new();
        for sql in [
            "DELETE FROM `users` WHERE `id` = 'c' AND `id` NOT IN (SELECT `senderId` FROM `messages` WHERE `receiverId` = 'b')",
            "DELETE `u` FROM `users` `u` JOIN `messages` `m` ON `m`.`senderId` = `u`.`id` WHERE `m`.`id` = 'm2'",
            "INSERT INTO `messages` (`id`, `conversationId`, `senderId`, `content`, `updatedAt`) SELECT CONCAT('i', `m`.`id`), 'one', `u`.`id`, 'x', `u`.`updatedAt` FROM `users` `u` JOIN `messages` `m`",
            "UPDATE `messages` `m` JOIN `users` `u` ON `u`.`id` = `m`.`receiverId` SET `m`.`isRead` = TRUE, `m`.`conversationId` = 'joined'",
            "UPDATE `notifications` SET `isRead` = TRUE WHERE `userId` IN (SELECT `receiverId` FROM `messages`)",
            "DELETE `n` FROM `notifications` `n` JOIN `users` `u` ON `u`.`id` = `n`.`userId` WHERE `n`.`isRead` = TRUE",
            "DELETE FROM `users` WHERE `id` = 'a'",
        ] {
            let outcome = (attempt(&mut plain, sql).await, attempt(&mut conn, sql).await);
            assert_eq!(outcome.0, outcome.1, "{sql}");
            outcomes.insert(sql, outcome.1.is_ok());
            let rows = "SELECT CONCAT_WS(' ', 'm', `id`, `senderId`, `receiverId`, `conversationId`) FROM `messages` UNION ALL SELECT CONCAT('u', `id`) FROM `users` \
                UNION ALL SELECT CONCAT('n', `id`) FROM `notifications` ORDER BY 1";
            let left = crate::migrate_support::texts(&mut plain, rows).await;
            assert_eq!(left, crate::migrate_support::texts(&mut conn, rows).await, "{sql}");
            assert_exact(&mut conn, sql).await;
        }
        assert!(outcomes.values().filter(|done| **done).count() >= 6, "{outcomes:?}");
    }
}
