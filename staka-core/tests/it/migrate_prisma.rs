//! After an adoption Prisma's client works as before: its forms of SQL on all 14 tables.

use sqlx::{AssertSqlSafe, MySqlConnection};

use crate::migrate_support::{checksums, migrate, revision_a, revision_h, texts};
use crate::support::on_both;

/// The 14 tables, parents first, with the columns that refer to a parent.
const TABLES: [(&str, &[(&str, &str)]); 14] = [
    ("users", &[]),
    ("commandes", &[("userId", "users")]),
    ("files", &[("uploadedById", "users"), ("commandeId", "commandes")]),
    ("messages", &[("senderId", "users"), ("receiverId", "users"), ("parentId", "")]),
    ("message_attachments", &[("messageId", "messages"), ("fileId", "files")]),
    ("payment_methods", &[("userId", "users")]),
    ("invoices", &[("commandeId", "commandes")]),
    ("notifications", &[("userId", "users")]),
    ("pages", &[]),
    ("faqs", &[]),
    ("tarifs", &[]),
    ("support_requests", &[("userId", "users"), ("assignedToId", "users")]),
    ("audit_logs", &[]),
    ("password_resets", &[("userId", "users")]),
];

struct Client<'a> {
    conn: &'a mut MySqlConnection,
    database: String,
}

impl Client<'_> {
    async fn execute(&mut self, sql: String, values: &[Option<String>]) -> u64 {
        let mut query = sqlx::query(AssertSqlSafe(sql.clone()));
        for value in values {
            query = query.bind(value.clone());
        }
        match query.execute(&mut *self.conn).await {
            Ok(done) => done.rows_affected(),
            Err(error) => panic!("{error}: {sql}"),
        }
    }

    /// Prisma qualifies every column with its table and database.
    fn full(&self, table: &str, column: &str) -> String {
        format!("`{}`.`{table}`.`{column}`", self.database)
    }

    async fn columns(&mut self, table: &str) -> Vec<(String, String)> {
        let sql = "SELECT CAST(COLUMN_NAME AS CHAR), CAST(COLUMN_TYPE AS CHAR) FROM information_schema.COLUMNS
            WHERE TABLE_SCHEMA = DATABASE() AND TABLE_NAME = ? ORDER BY ORDINAL_POSITION";
        sqlx::query_as(sql).bind(table).fetch_all(&mut *self.conn).await.expect("columns")
    }

    async fn create(&mut self, table: &str, parents: &[(&str, &str)]) {
        let columns = self.columns(table).await;
        let values: Vec<Option<String>> =
            columns.iter().map(|(name, kind)| value(table, name, kind, parents)).collect();
        let names: Vec<String> = columns.iter().map(|(name, _)| format!("`{name}`")).collect();
        let marks = vec!["?"; names.len()].join(",");
        let sql = format!("INSERT INTO `{}`.`{table}` ({}) VALUES ({marks})", self.database, names.join(","));
        assert_eq!(self.execute(sql, &values).await, 1, "{table}");
    }

    async fn find_many(&mut self, table: &str) -> usize {
        let columns = self.columns(table).await;
        let names: Vec<String> = columns.iter().map(|(name, _)| self.full(table, name)).collect();
        let id = self.full(table, "id");
        let sql = format!(
            "SELECT {} FROM `{}`.`{table}` WHERE ({id} = ? AND 1=1) ORDER BY {id} DESC LIMIT ? OFFSET ?",
            names.join(", "),
            self.database
        );
        let query = sqlx::query(AssertSqlSafe(sql)).bind(format!("prisma_{table}")).bind(10_i64).bind(0_i64);
        query.fetch_all(&mut *self.conn).await.expect("found").len()
    }

    async fn update(&mut self, table: &str, column: &str, value: &str) -> u64 {
        let id = self.full(table, "id");
        let sql = format!("UPDATE `{}`.`{table}` SET `{column}` = ? WHERE ({id} IN (?) AND 1=1)", self.database);
        self.execute(sql, &[Some(value.to_owned()), Some(format!("prisma_{table}"))]).await
    }

    async fn count(&mut self, table: &str) -> i64 {
        let (id, db) = (self.full(table, "id"), &self.database);
        let sql =
            format!("SELECT COUNT(*) FROM (SELECT {id} FROM `{db}`.`{table}` WHERE 1=1 LIMIT ? OFFSET ?) AS `sub`");
        let query = sqlx::query_scalar(AssertSqlSafe(sql)).bind(i64::MAX).bind(0_i64);
        query.fetch_one(&mut *self.conn).await.expect("counted")
    }

    async fn delete(&mut self, table: &str) -> u64 {
        let id = self.full(table, "id");
        let sql = format!("DELETE FROM `{}`.`{table}` WHERE ({id} IN (?) AND 1=1)", self.database);
        self.execute(sql, &[Some(format!("prisma_{table}"))]).await
    }
}

fn value(table: &str, column: &str, kind: &str, parents: &[(&str, &str)]) -> Option<String> {
    if column == "id" {
        return Some(format!("prisma_{table}"));
    }
    if let Some((_, parent)) = parents.iter().find(|(name, _)| *name == column) {
        return (!parent.is_empty()).then(|| format!("prisma_{parent}"));
    }
    Some(match kind.split('(').next().unwrap_or(kind) {
        "enum" => kind.split('\'').nth(1).unwrap_or_default().to_owned(),
        "datetime" => "2025-07-20 10:00:00.001".to_owned(),
        "int" | "tinyint" => "1".to_owned(),
        // MariaDB stores JSON as longtext.
        "json" | "longtext" => "{\"a\": 1}".to_owned(),
        _ => "9".to_owned(),
    })
}

/// Creates, finds, changes and deletes a row of each table as Prisma's client does.
async fn round(conn: &mut MySqlConnection) {
    let database = texts(conn, "SELECT CAST(DATABASE() AS CHAR)").await.remove(0);
    let mut client = Client { conn, database };
    for (table, parents) in TABLES {
        let before = client.count(table).await;
        client.create(table, parents).await;
        assert_eq!(client.count(table).await, before + 1, "{table}");
        assert_eq!(client.find_many(table).await, 1, "{table}");
        let columns = client.columns(table).await;
        for column in ["updatedAt", "statut", "isRead"] {
            if let Some((_, kind)) = columns.iter().find(|(name, _)| name == column) {
                let new = match kind.as_str() {
                    "datetime(3)" => "2025-07-21 10:00:00.002",
                    "tinyint(1)" => "0",
                    _ => kind.split('\'').nth(3).unwrap_or_default(),
                };
                assert_eq!(client.update(table, column, new).await, 1, "{table}.{column}");
            }
        }
    }
    // Rows of the user are deleted with it; audit_logs, pages and the like have no parent.
    for (table, parents) in TABLES.iter().rev() {
        assert_eq!(client.delete(table).await, 1, "{table} {parents:?}");
        assert_eq!(client.find_many(table).await, 0);
    }
}

on_both! {
    async fn prismas_client_works_after_an_adoption(server: &Server) {
        for later in [false, true] {
            let db = server.database().await;
            let mut conn = db.connect().await;
            if later {
                revision_h(&mut conn).await;
            } else {
                revision_a(&mut conn).await;
            }
            let before = checksums(&mut conn).await;
            round(&mut conn).await;
            migrate(&mut conn).await.expect("adopted");
            round(&mut conn).await;
            assert!(migrate(&mut conn).await.expect("migrated again").already_current);
            // `_prisma_migrations` is one of them.
            assert_eq!(checksums(&mut conn).await, before);
        }
    }
}

on_both! {
    async fn prismas_client_works_on_a_database_created_by_staka(server: &Server) {
        let db = server.database().await;
        let mut conn = db.connect().await;
        migrate(&mut conn).await.expect("migrated");
        round(&mut conn).await;
    }
}
