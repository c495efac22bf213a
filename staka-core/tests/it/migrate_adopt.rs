//! Adoption of databases that existed before Staka.

use sqlx::MySqlConnection;
use staka_core::ErrorKind;
use staka_core::db::migrate::{self as verbs, Drift, DriftKind, Progress};

use crate::migrate_support::{
    REFERENCE, SIX, checksums, difference, migrate, revision_a, revision_h, script, snapshot, snapshot_of_prisma, texts,
};
use crate::support::on_both;

fn summary(drift: &[Drift]) -> Vec<(DriftKind, &str, &str)> {
    drift.iter().map(|drift| (drift.kind, drift.table.as_str(), drift.object.as_deref().unwrap_or(""))).collect()
}

fn six() -> Vec<(DriftKind, &'static str, &'static str)> {
    let mut six: Vec<_> = SIX.iter().map(|(table, index)| (DriftKind::MissingIndex, *table, *index)).collect();
    // By table in the Prisma schema's order, then in the order of the table's indexes.
    let order = [
        "messages_type_idx",
        "messages_isRead_idx",
        "messages_createdAt_idx",
        "payment_methods_isActive_idx",
        "notifications_priority_idx",
        "password_resets_tokenHash_idx",
    ];
    six.sort_by_key(|(_, _, index)| order.iter().position(|name| name == index));
    six
}

async fn prismas(conn: &mut MySqlConnection) -> Vec<String> {
    texts(conn, "SELECT CAST(CONCAT_WS(' ', `id`, `checksum`, `migration_name`, `finished_at`, `started_at`) AS CHAR) FROM `_prisma_migrations`").await
}

on_both! {
    async fn the_database_of_july_2025(server: &Server) {
        let (db, clean) = (server.database().await, server.database().await);
        let (mut conn, mut clean) = (db.connect().await, clean.connect().await);
        revision_a(&mut conn).await;
        let (rows, record) = (checksums(&mut conn).await, prismas(&mut conn).await);
        let plan = verbs::plan(&mut conn).await.expect("planned");
        assert!(plan.adopts);
        let report = migrate(&mut conn).await.expect("adopted");
        assert!(report.adopted && !report.already_current);
        assert_eq!(report.applied, plan.steps);
        assert_eq!(summary(&report.drift), six());
        assert_eq!(checksums(&mut conn).await, rows);
        assert_eq!(prismas(&mut conn).await, record);
        let guides: Vec<&str> = report.applied.iter().filter(|s| s.version == 1 && s.sql.contains("INDEX")).map(|s| s.sql.as_str()).collect();
        assert_eq!(guides.len(), 6);
        assert!(guides.contains(&"CREATE INDEX `messages_type_idx` ON `messages` (`type`) ALGORITHM=INPLACE LOCK=NONE"), "{guides:?}");
        script(&mut clean, REFERENCE).await;
        let extra = difference(&snapshot(&mut clean).await, &snapshot_of_prisma(&mut conn).await);
        assert!(extra.iter().all(|line| line.starts_with("+ _prisma_migrations")), "{extra:?}");

        let status = verbs::status(&mut conn).await.expect("status");
        assert!(status.adopted && status.prisma && status.current);
        assert_eq!(status.migrations[0].state, Progress::Adopted);
        assert!(status.migrations[0].finished_at.is_some());
        assert!(status.migrations[1..].iter().all(|state| state.state == Progress::Applied));
        assert_eq!(status.drift, []);
        let again = migrate(&mut conn).await.expect("migrated again");
        assert!(again.already_current && !again.adopted);
        let error = verbs::reset(&mut conn).await.expect_err("refused");
        assert_eq!(error.kind(), ErrorKind::Conflict);
        assert_eq!(checksums(&mut conn).await, rows);
    }
}

on_both! {
    async fn the_database_of_january_2026(server: &Server) {
        let db = server.database().await;
        let mut conn = db.connect().await;
        revision_h(&mut conn).await;
        let (rows, before) = (checksums(&mut conn).await, snapshot(&mut conn).await);
        let report = migrate(&mut conn).await.expect("adopted");
        assert!(report.adopted);
        let columns = ["packType", "pagesDeclarees", "pagesVerifiees", "prixEstime", "prixFinal"];
        let mut expected = vec![(DriftKind::UnknownEnumValue, "commandes", "statut")];
        expected.extend(columns.map(|column| (DriftKind::UnknownColumn, "commandes", column)));
        expected.push((DriftKind::UnknownColumn, "messages", "visitorPhone"));
        expected.extend(six());
        expected.push((DriftKind::UnknownTable, "pending_commandes", ""));
        assert_eq!(summary(&report.drift), expected);
        let message = &report.drift[0].message;
        assert!(message.ends_with("'EN_ATTENTE_VERIFICATION', 'EN_ATTENTE_CONSULTATION', 'ESTIMATION_ENVOYEE', 'PAYEE'"), "{message}");
        assert_eq!(checksums(&mut conn).await, rows);
        let changed = difference(&before, &snapshot_of_prisma(&mut conn).await);
        assert_eq!(changed.len(), 6, "{changed:?}");
        assert!(changed.iter().all(|line| SIX.iter().any(|(table, index)| line.starts_with(&format!("+ {table} {index} ")))), "{changed:?}");
        let statut = texts(&mut conn, "SELECT CAST(`statut` AS CHAR) FROM `commandes` ORDER BY `id`").await;
        assert_eq!(statut, ["EN_COURS", "PAYEE"]);
        assert!(migrate(&mut conn).await.expect("migrated again").already_current);
    }
}

on_both! {
    async fn a_dump_without_prismas_history(server: &Server) {
        let db = server.database().await;
        let mut conn = db.connect().await;
        script(&mut conn, REFERENCE).await;
        let before = snapshot(&mut conn).await;
        let report = migrate(&mut conn).await.expect("adopted");
        assert!(report.adopted);
        assert_eq!(report.drift, []);
        assert_eq!(snapshot_of_prisma(&mut conn).await, before);
        assert_eq!(verbs::reset(&mut conn).await.expect_err("refused").kind(), ErrorKind::Conflict);
        // Dropped together with the history, as by `prisma db push`: recreated.
        script(&mut conn, "DROP TABLE `staka_migrations`").await;
        script(&mut conn, "DROP INDEX `staka_messages_thread` ON `messages`").await;
        let report = migrate(&mut conn).await.expect("adopted again");
        assert!(report.adopted);
        assert_eq!(report.applied.iter().filter(|step| step.sql.contains("INDEX")).count(), 1);
    }
}

on_both! {
    async fn compatible_differences_are_reported(server: &Server) {
        let db = server.database().await;
        let mut conn = db.connect().await;
        script(&mut conn, REFERENCE).await;
        for change in [
            "ALTER TABLE `users` MODIFY `prenom` VARCHAR(60) NOT NULL, MODIFY `bio` VARCHAR(191) NULL",
            "ALTER TABLE `faqs` MODIFY `categorie` VARCHAR(100) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin NOT NULL",
            "ALTER TABLE `tarifs` MODIFY `ordre` INTEGER NOT NULL DEFAULT 7, MODIFY `prix` BIGINT NOT NULL",
            "ALTER TABLE `pages` MODIFY `updatedAt` DATETIME(3) NOT NULL DEFAULT CURRENT_TIMESTAMP(3) ON UPDATE CURRENT_TIMESTAMP(3)",
            "ALTER TABLE `audit_logs` MODIFY `severity` ENUM('CRITICAL', 'HIGH', 'MEDIUM', 'LOW') NOT NULL DEFAULT 'MEDIUM'",
            "ALTER TABLE `files` ADD COLUMN `note` VARCHAR(10) NOT NULL DEFAULT 'x', ADD INDEX `files_note`(`note`)",
            "DROP INDEX `faqs_ordre_idx` ON `faqs`",
            "CREATE INDEX `faqs_by_order` ON `faqs` (`ordre`)",
            "DROP INDEX `faqs_visible_idx` ON `faqs`",
            "CREATE INDEX `faqs_visible_idx` ON `faqs` (`visible`, `ordre`)",
            "ALTER TABLE `invoices` DROP FOREIGN KEY `invoices_commandeId_fkey`",
            "ALTER TABLE `password_resets` DROP FOREIGN KEY `password_resets_userId_fkey`",
            "ALTER TABLE `password_resets` ADD CONSTRAINT `password_resets_userId_fkey` FOREIGN KEY (`userId`) REFERENCES `users`(`id`)",
            "CREATE TRIGGER `theirs` BEFORE INSERT ON `faqs` FOR EACH ROW SET @a = 1",
        ] {
            script(&mut conn, change).await;
        }
        let before = snapshot(&mut conn).await;
        let report = migrate(&mut conn).await.expect("adopted");
        assert_eq!(summary(&report.drift), [
            (DriftKind::DifferingType, "users", "prenom"),
            (DriftKind::DifferingType, "users", "bio"),
            (DriftKind::UnknownColumn, "files", "note"),
            (DriftKind::UnknownIndex, "files", "files_note"),
            (DriftKind::DifferingDefault, "pages", "updatedAt"),
            (DriftKind::DifferingCollation, "faqs", "categorie"),
            (DriftKind::DifferingIndex, "faqs", "faqs_visible_idx"),
            (DriftKind::DifferingIndex, "faqs", "faqs_ordre_idx"),
            (DriftKind::DifferingType, "tarifs", "prix"),
            (DriftKind::DifferingDefault, "tarifs", "ordre"),
            (DriftKind::DifferingType, "audit_logs", "severity"),
            (DriftKind::MissingForeignKey, "invoices", "invoices_commandeId_fkey"),
            (DriftKind::DifferingForeignKey, "password_resets", "password_resets_userId_fkey"),
            (DriftKind::UnknownTrigger, "faqs", "theirs"),
        ]);
        assert_eq!(snapshot_of_prisma(&mut conn).await, before);
        assert!(migrate(&mut conn).await.expect("migrated again").already_current);
    }
}

on_both! {
    async fn a_foreign_keys_own_index_is_replaced_by_the_prisma_schemas(server: &Server) {
        let db = server.database().await;
        let mut conn = db.connect().await;
        // Without the Prisma schema's index, the server creates its own, and drops it when another can serve.
        script(&mut conn, &REFERENCE.replace("    INDEX `commandes_userId_idx`(`userId`),\n", "")).await;
        let report = migrate(&mut conn).await.expect("adopted");
        assert_eq!(summary(&report.drift), [(DriftKind::MissingIndex, "commandes", "commandes_userId_idx")]);
        let indexes = "SELECT DISTINCT CAST(INDEX_NAME AS CHAR) FROM information_schema.STATISTICS
            WHERE TABLE_SCHEMA = DATABASE() AND TABLE_NAME = 'commandes'";
        let indexes = texts(&mut conn, indexes).await;
        for name in ["commandes_userId_idx", "staka_commandes_recent"] {
            assert!(indexes.iter().any(|index| index == name), "{indexes:?}");
        }
        let keys = "SELECT CAST(CONSTRAINT_NAME AS CHAR) FROM information_schema.REFERENTIAL_CONSTRAINTS
            WHERE CONSTRAINT_SCHEMA = DATABASE() AND TABLE_NAME = 'commandes'";
        assert_eq!(texts(&mut conn, keys).await, ["commandes_userId_fkey"]);
        assert!(migrate(&mut conn).await.expect("migrated again").already_current);
    }
}

on_both! {
    async fn a_missing_unique_index_is_added_when_the_rows_allow(server: &Server) {
        let db = server.database().await;
        let mut conn = db.connect().await;
        script(&mut conn, REFERENCE).await;
        script(&mut conn, "DROP INDEX `tarifs_actif_idx` ON `tarifs`; DROP INDEX `pages_slug_key` ON `pages`").await;
        let page = "INSERT INTO `pages` (`id`, `title`, `slug`, `content`, `updatedAt`) VALUES";
        script(&mut conn, &format!("{page} ('1', 'a', 'meme', 'x', NOW(3)), ('2', 'b', 'MEME', 'x', NOW(3))")).await;
        let before = snapshot(&mut conn).await;
        let error = migrate(&mut conn).await.expect_err("refused");
        assert_eq!((error.kind(), error.key()), (ErrorKind::Conflict, Some("pages_slug_key")));
        assert_eq!(snapshot(&mut conn).await, before);
        script(&mut conn, "DELETE FROM `pages` WHERE `id` = '2'").await;
        migrate(&mut conn).await.expect("adopted");
        assert_eq!(verbs::status(&mut conn).await.expect("status").drift, []);
    }
}
