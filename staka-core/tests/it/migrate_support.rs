//! Helpers of the migration tests: the Prisma schema, databases as Prisma left them, and snapshots.

use std::time::Duration;

use sqlx::{AssertSqlSafe, MySqlConnection};
use staka_core::Error;
use staka_core::db::migrate::{self, MigrateOptions, MigrationReport};

/// The SQL that Prisma generates for its schema.
pub const REFERENCE: &str = include_str!("../data/reference.sql");

/// The Prisma schema's indexes that the live database of July 2025 lacks.
pub const SIX: [(&str, &str); 6] = [
    ("messages", "messages_createdAt_idx"),
    ("messages", "messages_isRead_idx"),
    ("messages", "messages_type_idx"),
    ("notifications", "notifications_priority_idx"),
    ("payment_methods", "payment_methods_isActive_idx"),
    ("password_resets", "password_resets_tokenHash_idx"),
];

/// Prisma's history table.
const PRISMA: &str = "CREATE TABLE `_prisma_migrations` (
    `id` VARCHAR(36) PRIMARY KEY NOT NULL,
    `checksum` VARCHAR(64) NOT NULL,
    `finished_at` DATETIME(3),
    `migration_name` VARCHAR(255) NOT NULL,
    `logs` TEXT,
    `rolled_back_at` DATETIME(3),
    `started_at` DATETIME(3) NOT NULL DEFAULT CURRENT_TIMESTAMP(3),
    `applied_steps_count` INTEGER UNSIGNED NOT NULL DEFAULT 0
) DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_unicode_ci;
INSERT INTO `_prisma_migrations` (`id`, `checksum`, `finished_at`, `migration_name`, `started_at`, `applied_steps_count`)
VALUES (UUID(), REPEAT('a', 64), UTC_TIMESTAMP(3), '99999999999999_add_audit_log', UTC_TIMESTAMP(3), 1);";

/// Additions of the backend of January 2026 to the schema of July 2025.
const LATER: &str = "ALTER TABLE `commandes`
    MODIFY `statut` ENUM('EN_ATTENTE', 'EN_ATTENTE_VERIFICATION', 'EN_ATTENTE_CONSULTATION', 'ESTIMATION_ENVOYEE', 'PAYEE',
        'EN_COURS', 'TERMINE', 'ANNULEE', 'SUSPENDUE') NOT NULL DEFAULT 'EN_ATTENTE',
    ADD COLUMN `packType` VARCHAR(100) NULL,
    ADD COLUMN `pagesDeclarees` INTEGER NULL,
    ADD COLUMN `pagesVerifiees` INTEGER NULL,
    ADD COLUMN `prixEstime` INTEGER NULL,
    ADD COLUMN `prixFinal` INTEGER NULL;
ALTER TABLE `messages` ADD COLUMN `visitorPhone` VARCHAR(20) NULL;
CREATE TABLE `pending_commandes` (
    `id` VARCHAR(191) NOT NULL,
    `email` VARCHAR(255) NOT NULL,
    `activationToken` VARCHAR(191) NULL,
    `isProcessed` BOOLEAN NOT NULL DEFAULT false,
    UNIQUE INDEX `pending_commandes_activationToken_key`(`activationToken`),
    INDEX `pending_commandes_email_idx`(`email`),
    PRIMARY KEY (`id`)
) DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_unicode_ci;
INSERT INTO `pending_commandes` (`id`, `email`) VALUES ('p1', 'invite@exemple.fr');";

/// Runs statements.
pub async fn script(conn: &mut MySqlConnection, sql: &str) {
    if let Err(error) = sqlx::raw_sql(AssertSqlSafe(sql.to_owned())).execute(conn).await {
        panic!("{error}: {sql}");
    }
}

/// Returns the first column of every row as text.
pub async fn texts(conn: &mut MySqlConnection, sql: &str) -> Vec<String> {
    match sqlx::query_scalar(AssertSqlSafe(sql.to_owned())).fetch_all(conn).await {
        Ok(rows) => rows,
        Err(error) => panic!("{error}: {sql}"),
    }
}

pub fn options(lock_wait: Duration) -> MigrateOptions {
    MigrateOptions::default().with_lock_wait(lock_wait)
}

/// Migrates without reporting steps.
pub async fn migrate(conn: &mut MySqlConnection) -> Result<MigrationReport, Error> {
    migrate::migrate(conn, &MigrateOptions::default(), &mut |_| ()).await
}

/// Creates the live database of July 2025: without six indexes of the Prisma schema, with rows.
pub async fn revision_a(conn: &mut MySqlConnection) {
    script(conn, REFERENCE).await;
    for (table, index) in SIX {
        script(conn, &format!("DROP INDEX `{index}` ON `{table}`")).await;
    }
    script(conn, PRISMA).await;
    script(conn, include_str!("../data/rows.sql")).await;
}

/// Creates the live database of January 2026: values in the middle of an enum, more columns, another table, with rows.
pub async fn revision_h(conn: &mut MySqlConnection) {
    revision_a(conn).await;
    script(conn, LATER).await;
    script(conn, "UPDATE `commandes` SET `statut` = 'PAYEE', `packType` = 'pack-integral-default' WHERE `id` = 'c2'")
        .await;
}

const TABLES: &str = "SELECT CAST(CONCAT_WS(' ', TABLE_NAME, TABLE_TYPE, ENGINE, TABLE_COLLATION) AS CHAR)
    FROM information_schema.TABLES WHERE TABLE_SCHEMA = DATABASE() ORDER BY 1";
const COLUMNS: &str = "SELECT CAST(CONCAT_WS(' ', TABLE_NAME, ORDINAL_POSITION, COLUMN_NAME, COLUMN_TYPE, IS_NULLABLE,
    IFNULL(COLUMN_DEFAULT, '-'), IFNULL(CHARACTER_SET_NAME, '-'), IFNULL(COLLATION_NAME, '-'), EXTRA) AS CHAR)
    FROM information_schema.COLUMNS WHERE TABLE_SCHEMA = DATABASE() ORDER BY TABLE_NAME, ORDINAL_POSITION";
const INDEXES: &str =
    "SELECT CAST(CONCAT_WS(' ', TABLE_NAME, INDEX_NAME, SEQ_IN_INDEX, IFNULL(COLUMN_NAME, '-'), NON_UNIQUE,
    IFNULL(COLLATION, '-'), IFNULL(SUB_PART, '-'), INDEX_TYPE) AS CHAR)
    FROM information_schema.STATISTICS WHERE TABLE_SCHEMA = DATABASE() ORDER BY TABLE_NAME, INDEX_NAME, SEQ_IN_INDEX";
const KEYS: &str = "SELECT CAST(CONCAT_WS(' ', k.TABLE_NAME, k.CONSTRAINT_NAME, k.ORDINAL_POSITION, k.COLUMN_NAME,
    r.REFERENCED_TABLE_NAME, k.REFERENCED_COLUMN_NAME, r.DELETE_RULE, r.UPDATE_RULE) AS CHAR)
    FROM information_schema.KEY_COLUMN_USAGE k JOIN information_schema.REFERENTIAL_CONSTRAINTS r
    ON r.CONSTRAINT_SCHEMA = k.CONSTRAINT_SCHEMA AND r.TABLE_NAME = k.TABLE_NAME AND r.CONSTRAINT_NAME = k.CONSTRAINT_NAME
    WHERE k.TABLE_SCHEMA = DATABASE() ORDER BY k.TABLE_NAME, k.CONSTRAINT_NAME, k.ORDINAL_POSITION";
const CHECKS: &str = "SELECT CAST(CONCAT_WS(' ', t.TABLE_NAME, c.CONSTRAINT_NAME, c.CHECK_CLAUSE) AS CHAR)
    FROM information_schema.CHECK_CONSTRAINTS c JOIN information_schema.TABLE_CONSTRAINTS t
    ON t.CONSTRAINT_SCHEMA = c.CONSTRAINT_SCHEMA AND t.CONSTRAINT_NAME = c.CONSTRAINT_NAME
    WHERE c.CONSTRAINT_SCHEMA = DATABASE() ORDER BY 1";

/// Returns the database's schema from information_schema, one line for each object.
pub async fn snapshot(conn: &mut MySqlConnection) -> Vec<String> {
    let mut all = Vec::new();
    for sql in [TABLES, COLUMNS, INDEXES, KEYS, CHECKS] {
        all.extend(texts(conn, sql).await);
    }
    all
}

/// Returns the schema without Staka's objects.
pub async fn snapshot_of_prisma(conn: &mut MySqlConnection) -> Vec<String> {
    let owned = |line: &String| line.split(' ').take(2).any(|word| word.starts_with("staka_"));
    snapshot(conn).await.into_iter().filter(|line| !owned(line)).collect()
}

/// Returns the lines that `left` and `right` do not share.
pub fn difference(left: &[String], right: &[String]) -> Vec<String> {
    let only = |sign: &str, of: &[String], from: &[String]| -> Vec<String> {
        of.iter().filter(|line| !from.contains(line)).map(|line| format!("{sign} {line}")).collect()
    };
    [only("-", left, right), only("+", right, left)].concat()
}

/// Returns a checksum of the rows of every table that Staka does not own.
pub async fn checksums(conn: &mut MySqlConnection) -> Vec<String> {
    let tables = "SELECT CAST(TABLE_NAME AS CHAR) FROM information_schema.TABLES WHERE TABLE_SCHEMA = DATABASE() \
                  AND TABLE_NAME NOT LIKE 'staka\\_%' ORDER BY TABLE_NAME";
    let mut all = Vec::new();
    for table in texts(conn, tables).await {
        let sql = format!("CHECKSUM TABLE `{table}` EXTENDED");
        let row: (String, i64) = match sqlx::query_as(AssertSqlSafe(sql)).fetch_one(&mut *conn).await {
            Ok(row) => row,
            Err(error) => panic!("{table}: {error}"),
        };
        all.push(format!("{table} {}", row.1));
    }
    all
}
