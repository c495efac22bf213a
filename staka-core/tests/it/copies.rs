//! Copies of databases: a migrated or seeded one in a fraction of the time that migrating or seeding takes. A migrated one
//! is used by several tests, one after the other, because creating its tables takes MySQL half a second.

use std::collections::VecDeque;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use sqlx::mysql::MySqlConnectOptions;
use sqlx::{AssertSqlSafe, ConnectOptions, MySqlConnection, Row};
use staka_local::Engine;
use tokio::sync::OnceCell;

use crate::migrate_support::{script, texts};
use crate::support::{Server, TestDb, server};

/// The migrated databases that no test uses any more.
static FREE: Mutex<VecDeque<(Engine, String)>> = Mutex::new(VecDeque::new());

/// How often to look, every 10 ms, whether the connections of the last test are closed.
const CLOSE_CHECKS: u32 = 10;

/// A migrated database, of which the others are copies.
struct Template {
    db: TestDb,
    schema: Schema,
}

/// What a database consists of.
struct Schema {
    tables: Vec<Table>,
    /// In the order in which they run.
    triggers: Vec<String>,
}

struct Table {
    name: String,
    create: String,
    has_rows: bool,
}

impl Server {
    /// Returns a migrated database: one that another test has left, as it was after the migration, or a new copy.
    pub async fn migrated(&'static self) -> TestDb {
        static MARIADB: OnceCell<Template> = OnceCell::const_new();
        static MYSQL: OnceCell<Template> = OnceCell::const_new();
        let cell = if self.engine == Engine::MariaDb { &MARIADB } else { &MYSQL };
        let template = cell
            .get_or_init(|| async {
                let db = self.database().await;
                db.migrate().await;
                let schema = Schema::read(&mut db.connect().await).await.unwrap();
                Template { db, schema }
            })
            .await;
        while let Some(name) = take_free(self.engine) {
            let mut db = self.named(name);
            if template.restore(&db).await.unwrap_or(false) {
                db.is_reusable = true;
                return db;
            }
            // Dropped here: its test has changed the schema, or has left a connection.
        }
        let mut db = self.database().await;
        script(&mut db.connect().await, &template.schema.copying(&template.db.name)).await;
        db.is_reusable = true;
        db
    }
}

/// Keeps a migrated database for another test.
pub fn keep(db: &TestDb) {
    let mut free = FREE.lock().unwrap_or_else(PoisonError::into_inner);
    free.push_back((db.server.engine, db.name.clone()));
}

/// Takes the database that has been free for the longest time.
fn take_free(engine: Engine) -> Option<String> {
    let mut free = FREE.lock().unwrap_or_else(PoisonError::into_inner);
    let place = free.iter().position(|(of, _)| *of == engine)?;
    free.remove(place).map(|(_, name)| name)
}

impl Template {
    /// Makes the rows of a database those of the template. Returns false if somebody still uses it, or if its schema is
    /// another one.
    async fn restore(&self, db: &TestDb) -> Result<bool, sqlx::Error> {
        let options: MySqlConnectOptions = db.url.parse()?;
        let conn = &mut options.collation("utf8mb4_unicode_ci").connect().await?;
        let others =
            "SELECT COUNT(*) FROM information_schema.processlist WHERE db = DATABASE() AND id <> CONNECTION_ID()";
        let mut checks = 0;
        while sqlx::query_scalar::<_, i64>(others).fetch_one(&mut *conn).await? > 0 {
            checks += 1;
            if checks == CLOSE_CHECKS {
                return Ok(false);
            }
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
        let found = Schema::read(conn).await?;
        let same = |one: &[Table], other: &[Table]| {
            one.iter().map(|table| &table.create).eq(other.iter().map(|table| &table.create))
        };
        if !same(&found.tables, &self.schema.tables) || found.triggers != self.schema.triggers {
            return Ok(false);
        }
        let mut all = "SET SESSION lock_wait_timeout = 2, SESSION innodb_lock_wait_timeout = 2;\n\
                       SET SESSION TRANSACTION ISOLATION LEVEL READ COMMITTED;\n\
                       SET SESSION foreign_key_checks = 0, SESSION unique_checks = 0;\n"
            .to_owned();
        // The triggers of the other tables write into Staka's, which are emptied after them.
        let (owned, others): (Vec<&Table>, Vec<&Table>) =
            found.tables.iter().partition(|table| table.name.starts_with("staka_"));
        for table in others.into_iter().filter(|table| table.has_rows).chain(owned) {
            all += &format!("DELETE FROM `{}`;\n", table.name);
        }
        all += &self.schema.filling(&self.db.name);
        sqlx::raw_sql(AssertSqlSafe(all + "DO 0")).execute(conn).await?;
        Ok(true)
    }
}

impl Schema {
    async fn read(conn: &mut MySqlConnection) -> Result<Self, sqlx::Error> {
        let mut schema = Self { tables: Vec::new(), triggers: Vec::new() };
        let names =
            "SELECT CAST(TABLE_NAME AS CHAR) FROM information_schema.TABLES WHERE TABLE_SCHEMA = DATABASE() ORDER BY 1";
        for name in sqlx::query_scalar::<_, String>(names).fetch_all(&mut *conn).await? {
            let create = shown(conn, format!("SHOW CREATE TABLE `{name}`"), 1).await?;
            let any = AssertSqlSafe(format!("SELECT 'a row' FROM `{name}` LIMIT 1"));
            let has_rows = sqlx::raw_sql(any).fetch_optional(&mut *conn).await?.is_some();
            schema.tables.push(Table { name, create, has_rows });
        }
        // Triggers of the same event are created in the order in which they run.
        let triggers = "SELECT CAST(TRIGGER_NAME AS CHAR) FROM information_schema.TRIGGERS WHERE TRIGGER_SCHEMA = DATABASE() \
                        ORDER BY EVENT_OBJECT_TABLE, ACTION_ORDER";
        for name in sqlx::query_scalar::<_, String>(triggers).fetch_all(&mut *conn).await? {
            schema.triggers.push(shown(conn, format!("SHOW CREATE TRIGGER `{name}`"), 2).await?);
        }
        Ok(schema)
    }

    /// Returns the statements that copy the rows of a database with this schema.
    fn filling(&self, from: &str) -> String {
        let filled = self.tables.iter().filter(|table| table.has_rows);
        filled.map(|Table { name, .. }| format!("INSERT INTO `{name}` SELECT * FROM `{from}`.`{name}`;\n")).collect()
    }

    /// Returns the statements that copy a database into an empty one: tables, rows, and then triggers, which would count
    /// the rows once more.
    fn copying(&self, from: &str) -> String {
        // Other tests may hold locks on the rows that are read.
        let mut all = "SET SESSION TRANSACTION ISOLATION LEVEL READ COMMITTED;\n\
                       SET SESSION foreign_key_checks = 0, SESSION unique_checks = 0;\n"
            .to_owned();
        for table in &self.tables {
            all += &format!("{};\n", table.create);
        }
        all += &self.filling(from);
        for trigger in &self.triggers {
            all += &format!("{trigger};\n");
        }
        all + "SET SESSION foreign_key_checks = 1, SESSION unique_checks = 1"
    }
}

impl TestDb {
    /// Copies this database with its rows.
    pub async fn copy(&self) -> Self {
        let schema = Schema::read(&mut self.connect().await).await.unwrap();
        let db = self.server.database().await;
        script(&mut db.connect().await, &schema.copying(&self.name)).await;
        db
    }
}

/// Drops the databases that the tests have left on an owner's server: those that several tests share live as long as
/// the program.
#[tokio::test]
#[ignore = "`cargo xtask test --database-url` runs it at the end"]
async fn the_databases_of_this_run_are_dropped() {
    let prefix = std::env::var("STAKA_TEST_PREFIX").expect("the command has set it");
    assert!(prefix.starts_with("staka_test_") && prefix.len() > "staka_test_".len(), "{prefix}");
    for server in Engine::ALL.into_iter().filter_map(server) {
        let options: MySqlConnectOptions = format!("{}/", server.url()).parse().unwrap();
        let conn = &mut options.connect().await.unwrap();
        let escaped = prefix.replace('_', "\\_");
        let names = format!(
            "SELECT CAST(SCHEMA_NAME AS CHAR) FROM information_schema.SCHEMATA WHERE SCHEMA_NAME LIKE '{escaped}\\_%'"
        );
        for name in texts(conn, &names).await {
            script(conn, &format!("DROP DATABASE `{name}`")).await;
        }
    }
}

/// Returns a column of what a `SHOW CREATE` returns.
async fn shown(conn: &mut MySqlConnection, sql: String, column: usize) -> Result<String, sqlx::Error> {
    sqlx::raw_sql(AssertSqlSafe(sql)).fetch_one(conn).await?.try_get_unchecked(column)
}
