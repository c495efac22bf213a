//! Where it is measured: a private server, one seeded database, and every peer connected twice.

use std::path::PathBuf;
use std::sync::Arc;

use chrono::NaiveDateTime;
use sqlx::mysql::{MySqlConnectOptions, MySqlPoolOptions};
use sqlx::{ConnectOptions, Executor, MySqlConnection, MySqlPool};
use staka_core::db::Conn;
use staka_core::db::migrate::MigrateOptions;
use staka_core::maintenance::seed::{SeedOptions, seed, subjects};
use staka_core::model::UserId;
use staka_core::{Config, ManualClock, Migrator, Staka, Timestamp};
use staka_local::{Engine, LocalServer};
use tokio::runtime::{Builder, Runtime};

const DATABASE: &str = "staka_bench";
/// The present of the seeded world: what has expired is the same in every run.
const ANCHOR: &str = "2026-06-15T12:00:00.000Z";
/// Staka's own, so that the peers ask the server for the same work.
const ISOLATION: &str = "SET SESSION TRANSACTION ISOLATION LEVEL READ COMMITTED";

/// Everything that is measured, and what it stands on.
pub(crate) struct Bed {
    pub(crate) lines: [Line; 2],
    pub(crate) light: Light,
    /// One thread: no peer waits for another thread to wake up.
    pub(crate) runtime: Runtime,
    _server: LocalServer,
}

/// Whose rows are read, and when.
pub(crate) struct Light {
    pub(crate) user: UserId,
    pub(crate) now: NaiveDateTime,
}

/// All peers over one transport.
pub(crate) struct Line {
    pub(crate) transport: &'static str,
    pub(crate) staka: Staka,
    pub(crate) conn: Conn,
    pub(crate) sqlx: MySqlConnection,
    pub(crate) pool: MySqlPool,
    pub(crate) mysql_async: mysql_async::Conn,
}

impl Bed {
    /// Starts the server, seeds it and connects everybody.
    pub(crate) fn prepare() -> Self {
        let cache = std::env::var_os("STAKA_LOCAL_DIR").map_or_else(|| "../.staka".into(), PathBuf::from);
        let engine: Engine =
            std::env::var("STAKA_BENCH_ENGINE").map_or(Engine::MariaDb, |name| name.parse().expect("mariadb or mysql"));
        let server =
            LocalServer::builder().engine(engine).fast(true).cache_dir(cache).start().expect("a server can be had");
        let runtime = Builder::new_current_thread().enable_all().build().expect("a runtime can be had");
        let now: Timestamp = ANCHOR.parse().expect("a constant");
        let (socket, tcp) = runtime.block_on(async {
            fill(&server.socket_url(DATABASE), now).await;
            let tcp = format!("{}?ssl-mode=disabled", server.url(DATABASE));
            let socket = format!("{}&ssl-mode=disabled", server.socket_url(DATABASE));
            let path = server.socket().to_string_lossy().into_owned();
            (Line::connect("socket", &socket, Some(path), now).await, Line::connect("tcp", &tcp, None, now).await)
        });
        eprintln!("{engine} {}", server.version());
        let light = Light { user: subjects().light, now: now.to_chrono().naive_utc() };
        Self { lines: [socket, tcp], light, runtime, _server: server }
    }
}

async fn fill(url: &str, now: Timestamp) {
    let config = Config::from_url(url).expect("staka-local's own URL");
    Migrator::create_database(&config).await.expect("the server is ours");
    let mut migrator = Migrator::connect(&config).await.expect("the database is there");
    migrator.migrate(&MigrateOptions::default(), &mut |_| {}).await.expect("it is empty");
    let staka = Staka::connect(url).await.expect("the database is there");
    seed(staka.pool(), &SeedOptions::new(now), &mut |_| {}).await.expect("it is empty");
    staka.close().await;
}

impl Line {
    async fn connect(transport: &'static str, url: &str, socket: Option<String>, now: Timestamp) -> Self {
        let staka = Staka::builder(url).expect("a good URL").clock(Arc::new(ManualClock::new(now)));
        let staka = staka.connect().await.expect("Staka connects");
        let conn = staka.acquire().await.expect("a connection is free");

        let options: MySqlConnectOptions = url.parse().expect("a good URL");
        let options = options.collation("utf8mb4_unicode_ci").statement_cache_capacity(512);
        let mut sqlx = options.connect().await.expect("sqlx connects");
        sqlx.execute(ISOLATION).await.expect("a level that both servers know");
        let pool = MySqlPoolOptions::new()
            .after_connect(|conn, _| Box::pin(async move { conn.execute(ISOLATION).await.map(|_| ()) }))
            .connect_with(options)
            .await
            .expect("sqlx's pool connects");

        let server = url.split('?').next().unwrap_or(url);
        let options = mysql_async::Opts::from_url(server).expect("a good URL");
        let options = mysql_async::OptsBuilder::from_opts(options)
            .stmt_cache_size(512)
            // Otherwise it moves from TCP to the socket by itself.
            .prefer_socket(false)
            .socket(socket)
            .init(vec![ISOLATION]);
        let mysql_async = mysql_async::Conn::new(options).await.expect("mysql_async connects");
        Self { transport, staka, conn, sqlx, pool, mysql_async }
    }
}
