//! Databases that Staka cannot work with are refused with the reasons, and nothing is changed.

use staka_core::ErrorKind;
use staka_core::db::migrate::{self as verbs, DriftKind};

use crate::migrate_support::{REFERENCE, difference, migrate, script, snapshot};
use crate::support::{TestDb, on_both};

/// Creates the Prisma schema with `change`, and expects an error that contains `words`.
async fn refused(db: TestDb, change: &str, words: &[&str]) {
    let mut conn = db.connect().await;
    script(&mut conn, REFERENCE).await;
    script(&mut conn, change).await;
    let before = snapshot(&mut conn).await;
    for attempt in 0..2 {
        let error = match attempt {
            0 => verbs::plan(&mut conn).await.expect_err(change),
            _ => migrate(&mut conn).await.expect_err(change),
        };
        assert_eq!(error.kind(), ErrorKind::Conflict);
        for word in words {
            assert!(error.message().contains(word), "{change}: {error}");
        }
    }
    assert_eq!(difference(&before, &snapshot(&mut conn).await), [""; 0]);
    let status = verbs::status(&mut conn).await.expect("status never refuses");
    assert!(!status.current);
    assert!(status.drift.iter().any(|drift| drift.kind.is_incompatible()));
}

on_both! {
    async fn a_missing_column(server: &Server) {
        refused(server.database().await, "ALTER TABLE `users` DROP COLUMN `telephone`",
            &["`users`.`telephone` does not exist", "varchar(20) NULL", "nothing was changed"]).await;
    }
}

on_both! {
    async fn another_family_of_types(server: &Server) {
        let change = "ALTER TABLE `commandes` MODIFY `amount` DECIMAL(10, 2) NULL, MODIFY `statut` VARCHAR(50) NOT NULL;
            ALTER TABLE `files` MODIFY `size` INTEGER UNSIGNED NOT NULL, MODIFY `createdAt` TIMESTAMP(3) NOT NULL";
        let words = ["`commandes`.`amount` is decimal(10,2) NULL; the Prisma schema has int NULL", "`commandes`.`statut` is varchar(50)",
            "`files`.`size` is int unsigned", "`files`.`createdAt` is timestamp(3)"];
        refused(server.database().await, change, &words).await;
    }
}

on_both! {
    async fn another_nullability(server: &Server) {
        let change = "ALTER TABLE `users` MODIFY `nom` VARCHAR(100) NULL, MODIFY `bio` TEXT NOT NULL";
        refused(server.database().await, change, &["`users`.`nom` is varchar(100) NULL", "`users`.`bio` is text NOT NULL"]).await;
    }
}

on_both! {
    async fn an_enum_without_a_value(server: &Server) {
        let change = "ALTER TABLE `commandes` MODIFY `statut` ENUM('EN_ATTENTE', 'EN_COURS', 'TERMINE', 'ANNULEE') NOT NULL";
        refused(server.database().await, change, &["`commandes`.`statut` lacks the values 'SUSPENDUE'"]).await;
    }
}

on_both! {
    async fn an_unknown_column_without_a_default(server: &Server) {
        let change = "ALTER TABLE `tarifs` ADD COLUMN `tva` INTEGER NOT NULL";
        refused(server.database().await, change, &["`tarifs`.`tva`", "every INSERT would fail"]).await;
    }
}

on_both! {
    async fn missing_tables(server: &Server) {
        let change = "DROP TABLE `faqs`; SET FOREIGN_KEY_CHECKS = 0; DROP TABLE `commandes`; SET FOREIGN_KEY_CHECKS = 1";
        refused(server.database().await, change, &["`commandes` does not exist; `faqs` does not exist"]).await;
    }
}

on_both! {
    async fn a_view_in_place_of_a_table(server: &Server) {
        let change = "RENAME TABLE `faqs` TO `old_faqs`; CREATE VIEW `faqs` AS SELECT * FROM `old_faqs`";
        refused(server.database().await, change, &["`faqs` is a view"]).await;
    }
}

on_both! {
    async fn an_index_of_stakas_name_on_other_columns(server: &Server) {
        let db = server.database().await;
        let mut conn = db.connect().await;
        script(&mut conn, REFERENCE).await;
        script(&mut conn, "CREATE INDEX `staka_users_role` ON `users` (`isActive`, `role`)").await;
        let before = snapshot(&mut conn).await;
        let error = migrate(&mut conn).await.expect_err("refused");
        assert_eq!(error.kind(), ErrorKind::Conflict);
        for word in ["staka_users_role", "`users`", "(`isActive`, `role`)", "(`role`, `isActive`)"] {
            assert!(error.message().contains(word), "{error}");
        }
        assert_eq!(snapshot(&mut conn).await, before);
        let status = verbs::status(&mut conn).await.expect("status");
        assert!(!status.current && status.drift.iter().any(|drift| drift.kind == DriftKind::TakenName));
        // An index of Staka's name on the same columns is accepted.
        script(&mut conn, "DROP INDEX `staka_users_role` ON `users`; CREATE INDEX `staka_users_role` ON `users` (`role`, `isActive`)").await;
        let report = migrate(&mut conn).await.expect("adopted");
        assert!(!report.applied.iter().any(|step| step.sql.contains("INDEX `staka_users_role`")));
    }
}

on_both! {
    async fn tables_dropped_after_staka_created_them(server: &Server) {
        let db = server.database().await;
        let mut conn = db.connect().await;
        migrate(&mut conn).await.expect("migrated");
        script(&mut conn, "DROP TABLE `faqs`").await;
        let error = migrate(&mut conn).await.expect_err("refused");
        assert_eq!(error.kind(), ErrorKind::Conflict);
        assert!(error.message().contains("`faqs` does not exist"), "{error}");
        verbs::reset(&mut conn).await.expect("reset");
        migrate(&mut conn).await.expect("migrated again");
    }
}

on_both! {
    async fn a_connection_without_a_database(server: &Server) {
        let db = server.database().await;
        let mut conn = db.connect().await;
        let name = crate::migrate_support::texts(&mut conn, "SELECT CAST(DATABASE() AS CHAR)").await.remove(0);
        script(&mut conn, &format!("DROP DATABASE `{name}`")).await;
        let error = migrate(&mut conn).await.expect_err("refused");
        assert_eq!(error.kind(), ErrorKind::Invalid);
        script(&mut conn, &format!("CREATE DATABASE `{name}`")).await;
    }
}
