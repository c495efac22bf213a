//! Servers, databases and seeded data for the tests.

use std::path::PathBuf;
use std::sync::OnceLock;

use sqlx::mysql::{MySqlConnectOptions, MySqlConnection};
use sqlx::{AssertSqlSafe, ConnectOptions, Executor};
use staka_core::base::{Args, Table};
use staka_core::db::migrate::MigrateOptions;
use staka_core::db::{Conn, Statement};
use staka_core::{Config, Migrator, Staka, StakaBuilder};
use staka_local::{Engine, LocalServer};

use crate::copies;

/// A running server that the tests may change in any way.
pub struct Server {
    pub engine: Engine,
    url: String,
    socket_url: String,
    _running: Option<LocalServer>,
}

/// Runs a test on both servers: `on_both! { async fn name(server: &Server) { … } }`.
macro_rules! on_both {
    ($($(#[$meta:meta])* async fn $name:ident($server:ident: &Server) $body:block)+) => {$(
        mod $name {
            use super::*;

            async fn body($server: &'static $crate::support::Server) $body

            $(#[$meta])*
            #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
            async fn mariadb() {
                if let Some(server) = $crate::support::server(staka_local::Engine::MariaDb) {
                    body(server).await;
                }
            }

            $(#[$meta])*
            #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
            async fn mysql() {
                if let Some(server) = $crate::support::server(staka_local::Engine::MySql) {
                    body(server).await;
                }
            }
        }
    )+};
}
pub(crate) use on_both;

/// Returns whether storms, walks and races are to run in their long form, as `STAKA_LONG_TESTS=1` asks for.
pub fn long_tests() -> bool {
    std::env::var("STAKA_LONG_TESTS").is_ok_and(|value| value == "1")
}

/// Returns the server of this kind: the one that the test command started, or a private one. If there is none, prints a
/// message and returns none; with `STAKA_REQUIRE_SERVERS=1` it panics.
pub fn server(engine: Engine) -> Option<&'static Server> {
    static MARIADB: OnceLock<Option<Server>> = OnceLock::new();
    static MYSQL: OnceLock<Option<Server>> = OnceLock::new();
    let (slot, name) = match engine {
        Engine::MariaDb => (&MARIADB, "MARIADB"),
        Engine::MySql => (&MYSQL, "MYSQL"),
    };
    slot.get_or_init(|| start(engine, name)).as_ref()
}

fn start(engine: Engine, name: &str) -> Option<Server> {
    let variable = |suffix: &str| std::env::var(format!("STAKA_TEST_{name}_{suffix}")).ok();
    if let Some(url) = variable("URL") {
        // An owner's server may be on another machine.
        let socket_url = variable("SOCKET_URL").unwrap_or_else(|| url.clone());
        return Some(Server { engine, url, socket_url, _running: None });
    }
    if staka_cases::left_out(&format!("the tests of the core on {engine}, which is not given")) {
        return None;
    }
    let cache = std::env::var_os("STAKA_LOCAL_DIR")
        .map_or_else(|| PathBuf::from(concat!(env!("CARGO_MANIFEST_DIR"), "/../../.staka")), PathBuf::from);
    match LocalServer::builder().engine(engine).fast(true).cache_dir(cache).start() {
        Ok(running) => Some(Server {
            engine,
            url: running.url("").trim_end_matches('/').to_owned(),
            socket_url: running.socket_url(""),
            _running: Some(running),
        }),
        Err(error) => {
            staka_cases::skip(&format!("{engine} is not available: {error}"));
            None
        }
    }
}

/// Returns the rows of a table that fulfil a condition, by id.
pub async fn rows_where<T: Table>(conn: &mut Conn, condition: &str, args: Args) -> Vec<T> {
    let text = format!("SELECT {} FROM `{}` WHERE {condition} ORDER BY `id`", T::SELECT, T::NAME);
    conn.all(&Statement::fixed("test.rows_where", "", &[]).with_text(text), args).await.unwrap()
}

/// Deletes the row with this id, and returns whether it was there.
pub async fn delete_row<T: Table>(conn: &mut Conn, id: &str) -> bool {
    let text = format!("DELETE FROM `{}` WHERE `id` = ?", T::NAME);
    let delete = Statement::fixed("test.delete_row", "", &[]).with_text(text);
    conn.execute(&delete, Args::new().with(id)).await.unwrap() > 0
}

/// A private database of a test, dropped with this value.
pub struct TestDb {
    /// Its URL over TCP.
    pub url: String,
    /// Its URL over the unix socket.
    pub socket_url: String,
    /// Its name.
    pub name: String,
    pub server: &'static Server,
    /// Whether another test may use it afterwards.
    pub is_reusable: bool,
}

impl Server {
    /// Returns its URL over TCP, without a database and without a slash at the end.
    pub fn url(&self) -> &str {
        &self.url
    }

    /// Creates an empty database.
    pub async fn database(&'static self) -> TestDb {
        let db = self.named(staka_cases::database_name());
        Migrator::create_database(&Config::from_url(&db.url).unwrap()).await.unwrap();
        db
    }

    /// Returns the database of this name.
    pub fn named(&'static self, name: String) -> TestDb {
        let url = format!("{}/{name}", self.url);
        let socket_url = match self.socket_url.split_once('?') {
            Some((server, parameters)) => format!("{}/{name}?{parameters}", server.trim_end_matches('/')),
            None => format!("{}/{name}", self.socket_url),
        };
        TestDb { url, socket_url, name, server: self, is_reusable: false }
    }

    /// Creates a migrated database and a handle for it.
    pub async fn staka(&'static self) -> (TestDb, Staka) {
        let db = self.migrated().await;
        let staka = db.builder().connect().await.unwrap();
        (db, staka)
    }
}

impl TestDb {
    /// Applies all migrations.
    pub async fn migrate(&self) {
        let config = Config::from_url(&self.url).unwrap();
        Migrator::connect(&config).await.unwrap().migrate(&MigrateOptions::default(), &mut |_| {}).await.unwrap();
    }

    /// Returns a builder for a handle over the unix socket, which is the fastest connection.
    pub fn builder(&self) -> StakaBuilder {
        Staka::builder(&self.socket_url).unwrap()
    }

    /// Opens a plain connection with Staka's session settings.
    pub async fn connect(&self) -> MySqlConnection {
        let options: MySqlConnectOptions = self.url.parse().unwrap();
        let mut conn = options.collation("utf8mb4_unicode_ci").connect().await.unwrap();
        conn.execute("SET SESSION sql_mode = 'ONLY_FULL_GROUP_BY,STRICT_TRANS_TABLES,NO_ZERO_IN_DATE,NO_ZERO_DATE,ERROR_FOR_DIVISION_BY_ZERO,NO_ENGINE_SUBSTITUTION'")
            .await
            .unwrap();
        conn
    }
}

impl Drop for TestDb {
    fn drop(&mut self) {
        if self.is_reusable && !std::thread::panicking() {
            return copies::keep(self);
        }
        let (url, name) = (format!("{}/", self.server.url), self.name.clone());
        // The test's runtime may be shutting down, so this uses its own thread and runtime.
        let dropping = std::thread::spawn(move || {
            let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
            runtime.block_on(async {
                let options: MySqlConnectOptions = url.parse().unwrap();
                if let Ok(mut conn) = options.connect().await {
                    let _ = conn.execute(AssertSqlSafe(format!("DROP DATABASE IF EXISTS `{name}`"))).await;
                }
            });
        });
        let _ = dropping.join();
    }
}
