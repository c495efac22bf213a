//! A private server with demo data at scale small, and a connection for the measurements.

use server::{Engine, Server};
use sqlx::mysql::MySqlConnectOptions;
use sqlx::{AssertSqlSafe, ConnectOptions, Executor, MySqlConnection};
use staka_core::migrate::MigrateOptions;
use staka_core::{Config, Migrator, Staka};
use staka_demo::{SeedOptions, seed};
use tokio::runtime::Runtime;

const DATABASE: &str = "staka_writes";

pub(crate) struct Bed {
    pub(crate) server: String,
    pub(crate) cores: usize,
    engine: Engine,
    url: String,
    _running: Server,
}

impl Bed {
    pub(crate) fn prepare(runtime: &Runtime) -> Self {
        let engine = server::engine().expect("mariadb or mysql");
        let running = Server::with_new_data(engine).expect("a server can be had");
        let url = running.plain_url(&server::database(DATABASE));
        runtime.block_on(async {
            let config = Config::from_url(&url).expect("staka-local's own URL");
            Migrator::create_database(&config).await.expect("the server is ours");
            let mut migrator = Migrator::connect(&config).await.expect("the database is there");
            migrator.migrate(&MigrateOptions::default(), &mut |_| {}).await.expect("it is empty");
            let staka = Staka::connect(&url).await.expect("the database is there");
            let now = "2026-06-15T12:00:00.000Z".parse().expect("a constant");
            seed(staka.pool(), &SeedOptions::new(now), &mut |_| {}).await.expect("it is empty");
            staka.close().await;
        });
        let cores = std::thread::available_parallelism().map_or(1, usize::from);
        Self { server: running.title(), cores, engine, url, _running: running }
    }

    /// Returns how often to do what is usually done this often: once in a smoke test.
    pub(crate) fn times(&self, usual: usize) -> usize {
        if ::bed::is_smoke_test() { 1 } else { usual }
    }

    pub(crate) fn is_mariadb(&self) -> bool {
        self.engine == Engine::MariaDb
    }

    pub(crate) async fn connect(&self) -> MySqlConnection {
        let options: MySqlConnectOptions = self.url.parse().expect("staka-local's own URL");
        let mut conn = options.collation("utf8mb4_unicode_ci").connect().await.expect("the server runs");
        run(&mut conn, "SET SESSION TRANSACTION ISOLATION LEVEL READ COMMITTED").await;
        conn
    }

    /// Returns a list of Prisma's indexes that Staka's indexes make redundant.
    pub(crate) async fn redundant(&self) -> String {
        let config = Config::from_url(&self.url).expect("staka-local's own URL");
        let status = Migrator::connect(&config).await.expect("the server runs").status().await.expect("migrated");
        let line = |index: &staka_core::migrate::RedundantIndex| {
            format!("- `{}` on `{}`, by `{}`\n", index.index, index.table, index.covered_by)
        };
        status.redundant.iter().map(line).collect()
    }
}

pub(crate) async fn run(conn: &mut MySqlConnection, sql: impl Into<String>) {
    let sql = sql.into();
    conn.execute(AssertSqlSafe(sql.clone())).await.unwrap_or_else(|error| panic!("{sql}: {error}"));
}
