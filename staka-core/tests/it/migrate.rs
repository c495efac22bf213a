//! Migrations of an empty database: plan, status and reset.

use staka_core::ErrorKind;
use staka_core::db::Counter;
use staka_core::db::migrate::{self as verbs, DriftKind, Progress};

use crate::migrate_support::{REFERENCE, difference, migrate, script, snapshot, snapshot_of_prisma, texts};
use crate::support::on_both;

on_both! {
    async fn the_baseline_equals_prismas_schema(server: &Server) {
        let (owned, prismas) = (server.database().await, server.database().await);
        let (mut owned, mut prismas) = (owned.connect().await, prismas.connect().await);
        script(&mut owned, include_str!("../../migrations/0001_prisma_schema.sql")).await;
        script(&mut prismas, REFERENCE).await;
        let (owned, prismas) = (snapshot(&mut owned).await, snapshot(&mut prismas).await);
        assert!(prismas.len() > 14 + 178 + 85 + 14);
        assert_eq!(difference(&prismas, &owned), [""; 0]);
        assert_eq!(owned.len(), prismas.len());
    }
}

on_both! {
    async fn an_empty_database_gets_prismas_schema_and_stakas_objects(server: &Server) {
        let (owned, prismas) = (server.database().await, server.database().await);
        let (mut owned, mut prismas) = (owned.connect().await, prismas.connect().await);
        let mut heard = Vec::new();
        let options = verbs::MigrateOptions::default();
        let report = verbs::migrate(&mut owned, &options, &mut |step| heard.push(step.clone())).await.expect("migrated");
        assert_eq!(heard, report.applied);
        assert!(!report.adopted && !report.already_current);
        assert_eq!(report.drift, []);
        script(&mut prismas, REFERENCE).await;
        // No index of Prisma was dropped silently, as servers do with indexes of foreign keys.
        assert_eq!(snapshot_of_prisma(&mut owned).await, snapshot(&mut prismas).await);
        let indexes = "SELECT DISTINCT CAST(INDEX_NAME AS CHAR) FROM information_schema.STATISTICS
            WHERE TABLE_SCHEMA = DATABASE() AND INDEX_NAME LIKE 'staka\\_%' AND TABLE_NAME NOT LIKE 'staka\\_%' ORDER BY 1";
        let status = verbs::status(&mut owned).await.expect("status");
        let mut names: Vec<String> = status.migrations.iter().map(|state| state.name.clone()).collect();
        names.retain(|name| name.starts_with("staka_"));
        let made = texts(&mut owned, indexes).await;
        assert!(made.len() >= 14 && made.iter().all(|index| names.contains(index)), "{made:?}");
    }
}

on_both! {
    async fn the_copies_that_tests_use_equal_a_migrated_database(server: &Server) {
        let (copied, migrated) = (server.migrated().await, server.database().await);
        migrated.migrate().await;
        let (mut copied, mut migrated) = (copied.connect().await, migrated.connect().await);
        assert_eq!(snapshot(&mut copied).await, snapshot(&mut migrated).await);
        let triggers = "SELECT CAST(CONCAT_WS(' ', TRIGGER_NAME, ACTION_ORDER, SQL_MODE, ACTION_STATEMENT) AS CHAR)
            FROM information_schema.TRIGGERS WHERE TRIGGER_SCHEMA = DATABASE() ORDER BY 1";
        assert_eq!(texts(&mut copied, triggers).await, texts(&mut migrated, triggers).await);
        assert!(migrate(&mut copied).await.expect("migrated").already_current);
    }
}

on_both! {
    async fn the_second_run_does_nothing(server: &Server) {
        let db = server.database().await;
        let mut conn = db.connect().await;
        migrate(&mut conn).await.expect("migrated");
        let (before, history) = (snapshot(&mut conn).await, recorded(&mut conn).await);
        let report = migrate(&mut conn).await.expect("migrated again");
        assert!(report.already_current);
        assert_eq!((report.applied.len(), report.drift.len()), (0, 0));
        assert_eq!(snapshot(&mut conn).await, before);
        assert_eq!(recorded(&mut conn).await, history);
    }
}

on_both! {
    async fn the_plan_changes_nothing_and_has_the_same_effect_by_hand(server: &Server) {
        let (by_hand, by_us) = (server.database().await, server.database().await);
        let (mut by_hand, mut by_us) = (by_hand.connect().await, by_us.connect().await);
        let plan = verbs::plan(&mut by_hand).await.expect("planned");
        assert!(!plan.adopts);
        assert_eq!(snapshot(&mut by_hand).await, [""; 0]);
        assert!(plan.steps.iter().all(|step| !step.reason.is_empty() && !step.sql.ends_with(';')));
        for step in &plan.steps {
            script(&mut by_hand, &step.sql).await;
        }
        migrate(&mut by_us).await.expect("migrated");
        assert_eq!(snapshot(&mut by_hand).await, snapshot(&mut by_us).await);
        assert!(verbs::plan(&mut by_hand).await.expect("planned again").steps.is_empty());
    }
}

on_both! {
    async fn the_status_shows_the_state_of_every_migration(server: &Server) {
        let db = server.database().await;
        let mut conn = db.connect().await;
        let before = verbs::status(&mut conn).await.expect("status");
        assert!(before.migrations.iter().all(|state| state.state == Progress::Pending && state.started_at.is_none()));
        assert!(!before.current && !before.adopted && !before.prisma);
        migrate(&mut conn).await.expect("migrated");
        let after = verbs::status(&mut conn).await.expect("status");
        assert!(after.current);
        for (state, version) in after.migrations.iter().zip(1..) {
            assert_eq!((state.state, state.version, state.changed), (Progress::Applied, version, false));
            assert!(state.started_at.is_some() && state.finished_at >= state.started_at);
            assert!(state.staka_version.is_some());
        }
        // A newer version was used, and a file was edited after it was applied.
        script(&mut conn, "INSERT INTO `staka_migrations` VALUES (9000, 'staka_later', 'ab', 'applied', UTC_TIMESTAMP(3), UTC_TIMESTAMP(3), '9.0.0')").await;
        script(&mut conn, "DROP INDEX `staka_users_role` ON `users`").await;
        let newer = verbs::status(&mut conn).await.expect("status");
        assert_eq!(newer.unknown.iter().map(|state| (state.version, state.name.as_str())).collect::<Vec<_>>(), [(9000, "staka_later")]);
        let kinds: Vec<DriftKind> = newer.drift.iter().map(|drift| drift.kind).collect();
        assert_eq!(kinds, [DriftKind::LostObject, DriftKind::UnknownMigration]);
        assert!(!newer.current);
        let report = migrate(&mut conn).await.expect("an older library goes on");
        assert_eq!(report.applied.iter().filter(|step| step.sql.contains("CREATE INDEX `staka_users_role`")).count(), 1);
        script(&mut conn, "UPDATE `staka_migrations` SET `checksum` = 'other' WHERE `version` = 2").await;
        let changed = verbs::status(&mut conn).await.expect("status");
        assert!(changed.migrations[1].changed && !changed.current);
        assert_eq!(changed.drift.iter().filter(|drift| drift.kind == DriftKind::ChangedMigration).count(), 1);
        let error = migrate(&mut conn).await.expect_err("refused");
        assert_eq!(error.kind(), ErrorKind::Conflict);
        assert!(error.message().contains("0002 staka_notifications_unread"), "{error}");
    }
}

on_both! {
    async fn unknown_tables_are_allowed_and_reported(server: &Server) {
        let db = server.database().await;
        let mut conn = db.connect().await;
        script(&mut conn, "CREATE TABLE `blog` (`id` INTEGER NOT NULL PRIMARY KEY, `userId` VARCHAR(191) NOT NULL)").await;
        let report = migrate(&mut conn).await.expect("migrated");
        let drift: Vec<_> = report.drift.iter().map(|drift| (drift.kind, drift.table.as_str())).collect();
        assert_eq!(drift, [(DriftKind::UnknownTable, "blog")]);
        assert!(!report.adopted);
    }
}

on_both! {
    async fn reset_drops_only_what_staka_created(server: &Server) {
        let db = server.database().await;
        let mut conn = db.connect().await;
        let nothing = verbs::reset(&mut conn).await.expect("nothing to drop");
        assert_eq!((nothing.dropped.len(), nothing.kept.len()), (0, 0));
        migrate(&mut conn).await.expect("migrated");
        script(&mut conn, include_str!("../data/rows.sql")).await;
        script(&mut conn, "CREATE TABLE `blog` (`userId` VARCHAR(191) NOT NULL, FOREIGN KEY (`userId`) REFERENCES `users`(`id`))
            DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_unicode_ci").await;
        script(&mut conn, "CREATE TABLE `staka_later` (`id` INTEGER NOT NULL PRIMARY KEY)").await;
        script(&mut conn, "CREATE TRIGGER `staka_blog` BEFORE INSERT ON `blog` FOR EACH ROW SET @staka = 1").await;
        let report = verbs::reset(&mut conn).await.expect("reset");
        assert_eq!(report.kept, ["blog"]);
        let triggers: usize = Counter::ALL.iter().map(|which| which.triggers().len()).sum();
        // The declared ones, and two of a newer version of Staka.
        let tables = staka_core::model::OWNED_TABLES.len() + 2;
        assert_eq!(report.dropped.len(), 14 + triggers + tables, "{:?}", report.dropped);
        let left = "SELECT CAST(TABLE_NAME AS CHAR) FROM information_schema.TABLES WHERE TABLE_SCHEMA = DATABASE()";
        assert_eq!(texts(&mut conn, left).await, ["blog"]);
        assert_eq!(texts(&mut conn, "SELECT CAST(@@foreign_key_checks + 0 AS CHAR)").await, ["1"]);
        migrate(&mut conn).await.expect("migrated again");
    }
}

on_both! {
    async fn the_session_is_left_as_it_was_and_the_lock_free(server: &Server) {
        let db = server.database().await;
        let mut conn = db.connect().await;
        let mariadb = texts(&mut conn, "SELECT CAST(VERSION() AS CHAR)").await[0].contains("MariaDB");
        let timeout = if mariadb { "max_statement_time" } else { "max_execution_time" };
        script(&mut conn, &format!("SET SESSION lock_wait_timeout = 77, SESSION {timeout} = 20")).await;
        migrate(&mut conn).await.expect("migrated");
        script(&mut conn, "UPDATE `staka_migrations` SET `checksum` = 'other' WHERE `version` = 2").await;
        migrate(&mut conn).await.expect_err("refused");
        let session = format!("SELECT CONCAT(@@lock_wait_timeout, ' ', TRUNCATE(@@{timeout}, 0))");
        assert_eq!(texts(&mut conn, &session).await, ["77 20"]);
        let mut other = db.connect().await;
        script(&mut other, "UPDATE `staka_migrations` SET `checksum` = 'other'").await;
        let options = verbs::MigrateOptions::default().with_lock_wait(std::time::Duration::ZERO);
        let error = verbs::migrate(&mut other, &options, &mut |_| ()).await.expect_err("refused");
        assert_eq!(error.kind(), ErrorKind::Conflict, "and not Busy");
    }
}

async fn recorded(conn: &mut sqlx::MySqlConnection) -> Vec<String> {
    texts(conn, "SELECT CONCAT_WS(' ', `version`, `name`, `state`, `started_at`, `finished_at`) FROM `staka_migrations` ORDER BY `version`").await
}
