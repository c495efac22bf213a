//! The environment of the measurements: a private server, one seeded database, and connections of all peers.

use std::sync::Arc;
use std::time::Duration;

use chrono::NaiveDateTime;
use server::{Engine, Server};
use sqlx::mysql::MySqlConnectOptions;
use sqlx::{ConnectOptions, Executor, MySqlConnection};
use staka_core::migrate::MigrateOptions;
use staka_core::model::{ConversationId, UserId};
use staka_core::{Config, ManualClock, Migrator, PageRequest, Staka, StakaBuilder, Timestamp};
use staka_demo::{SeedOptions, seed, subjects};
use tokio::runtime::{Builder, Runtime};

const DATABASE: &str = "staka_bench";
/// The time that counts as the present, so that the same rows are expired in every run.
const ANCHOR: &str = "2026-06-15T12:00:00.000Z";
/// Staka's own session settings, so that the server does the same work for all peers.
pub const ISOLATION: &str = "SET SESSION TRANSACTION ISOLATION LEVEL READ COMMITTED";

/// A server with the demo data at scale small, and the arguments of the queries.
pub struct Bed {
    pub given: Arc<Given>,
    pub engine: Engine,
    /// The name and version of the server, and the transport.
    pub title: String,
    /// `socket`, or `tcp` with `STAKA_BENCH_TRANSPORT=tcp`.
    pub transport: &'static str,
    url: String,
    socket: Option<String>,
    _server: Server,
}

/// The arguments of the queries: the light user, and periods that end at the seed's present.
pub struct Given {
    pub user: UserId,
    /// The light user's newest conversation.
    pub conversation: ConversationId,
    pub now: Timestamp,
}

impl Given {
    pub fn days_ago(&self, days: u64) -> Timestamp {
        self.now.minus(Duration::from_secs(days * 86_400))
    }
}

/// Converts a timestamp for the drivers.
pub fn naive(moment: Timestamp) -> NaiveDateTime {
    moment.to_chrono().naive_utc()
}

/// Returns a runtime with one thread, so that no time is spent on waking another thread.
pub fn one_thread() -> Runtime {
    Builder::new_current_thread().enable_all().build().expect("a runtime can be had")
}

impl Bed {
    /// Takes the seeded database of a server, which is created unless it is there.
    pub fn prepare(server: Server) -> Self {
        let over_tcp = std::env::var("STAKA_BENCH_TRANSPORT").is_ok_and(|name| name == "tcp");
        let database = server::database(DATABASE);
        let (transport, url, socket) = match server.socket() {
            Some(socket) if !over_tcp => ("socket", server.plain_url(&database), Some(socket)),
            _ => ("tcp", server.plain_tcp_url(&database), None),
        };
        let now: Timestamp = ANCHOR.parse().expect("a constant");
        let user = subjects().light;
        let conversation = one_thread().block_on(async {
            let staka = fill(&url, now).await;
            let newest =
                staka.as_system().messages().list_conversations(&user, PageRequest::of(1)).await.expect("Staka reads");
            staka.close().await;
            newest.items.into_iter().next().expect("the light user wrote").last_message.conversation_id
        });
        let title = format!("{} over {transport}", server.title());
        let given = Arc::new(Given { user, conversation, now });
        Self { given, engine: server.engine, title, transport, url, socket, _server: server }
    }

    /// Returns a handle whose clock is fixed at the seed's present.
    pub fn staka(&self) -> StakaBuilder {
        let clock = Arc::new(ManualClock::new(self.given.now));
        Staka::builder(&self.url).expect("a good URL").clock(clock)
    }

    /// Returns sqlx's connection options, with Staka's cache size and collation.
    pub fn sqlx_options(&self) -> MySqlConnectOptions {
        let options: MySqlConnectOptions = self.url.parse().expect("a good URL");
        options.collation("utf8mb4_unicode_ci").statement_cache_capacity(512)
    }

    /// Opens a connection of sqlx.
    pub async fn sqlx(&self) -> MySqlConnection {
        let mut sqlx = self.sqlx_options().connect().await.expect("sqlx connects");
        sqlx.execute(ISOLATION).await.expect("a level that both servers know");
        sqlx
    }

    /// Returns mysql_async's connection options.
    pub fn mysql_async_options(&self) -> mysql_async::OptsBuilder {
        let server = self.url.split('?').next().unwrap_or(&self.url);
        let options = mysql_async::Opts::from_url(server).expect("a good URL");
        mysql_async::OptsBuilder::from_opts(options)
            .stmt_cache_size(512)
            // Otherwise it changes from TCP to the socket.
            .prefer_socket(false)
            .socket(self.socket.clone())
            .init(vec![ISOLATION])
    }

    /// Opens a connection of mysql_async.
    pub async fn mysql_async(&self) -> mysql_async::Conn {
        mysql_async::Conn::new(self.mysql_async_options()).await.expect("mysql_async connects")
    }
}

async fn fill(url: &str, now: Timestamp) -> Staka {
    let config = Config::from_url(url).expect("staka-local's own URL");
    Migrator::create_database(&config).await.expect("the server is ours");
    let mut migrator = Migrator::connect(&config).await.expect("the database is there");
    migrator.migrate(&MigrateOptions::default(), &mut |_| {}).await.expect("it is empty");
    let staka = Staka::connect(url).await.expect("the database is there");
    seed(staka.pool(), &SeedOptions::new(now), &mut |_| {}).await.expect("it is empty");
    staka
}
