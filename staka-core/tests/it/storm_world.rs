//! Support for the storm tests: a separate server that may be killed, its handles, and the outcomes of operations.

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use rand::{RngExt, SeedableRng};
use rand_pcg::Pcg64Mcg;
use serde_json::Value;
use sqlx::mysql::{MySqlConnectOptions, MySqlConnection};
use sqlx::{AssertSqlSafe, ConnectOptions, Executor};
use staka_core::db::migrate::MigrateOptions;
use staka_core::service::passwords::PasswordSettings;
use staka_core::{Config, Error, ErrorKind, Migrator, Session, Staka};
use staka_local::{Engine, LocalServer};

/// The outcome of an operation, as its caller sees it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Outcome {
    /// It succeeded.
    Done,
    /// It was refused and changed nothing.
    Refused,
    /// The connection was lost: it was done completely or not at all.
    Unknown,
}

/// How often each operation had each outcome.
#[derive(Default)]
pub struct Tally(Mutex<BTreeMap<(String, Outcome), u32>>);

impl Tally {
    fn add(&self, operation: &str, outcome: Outcome) {
        *self.0.lock().unwrap().entry((operation.to_owned(), outcome)).or_default() += 1;
    }

    pub fn of(&self, operation: &str, outcome: Outcome) -> u32 {
        self.0.lock().unwrap().get(&(operation.to_owned(), outcome)).copied().unwrap_or(0)
    }

    /// Returns how often the operation succeeded, and how often its outcome is unknown.
    pub fn done_and_unknown(&self, operation: &str) -> [u32; 2] {
        [self.of(operation, Outcome::Done), self.of(operation, Outcome::Unknown)]
    }

    /// Returns how many operations were answered: done or refused.
    pub fn answered(&self) -> u32 {
        let tally = self.0.lock().unwrap();
        tally.iter().filter(|((_, outcome), _)| *outcome != Outcome::Unknown).map(|(_, count)| count).sum()
    }

    pub fn print(&self) {
        for ((operation, outcome), count) in &*self.0.lock().unwrap() {
            println!("  {operation:32} {outcome:8?} {count:6}");
        }
    }
}

/// A server that may be killed, and what happened to it.
pub struct Storm {
    pub engine: Engine,
    pub server: Mutex<LocalServer>,
    pub url: String,
    pub tally: Tally,
    pub kills: AtomicU32,
    pub crashes: AtomicU32,
    /// Errors that no caller should ever see.
    pub wrong: Mutex<Vec<String>>,
}

impl Storm {
    /// Starts the server and migrates the database. Prints a message and returns none if there is no server.
    pub async fn start(engine: Engine) -> Option<Arc<Self>> {
        if staka_cases::left_out(&format!("a storm on {engine}, which crashes the server")) {
            return None;
        }
        let cache = std::env::var_os("STAKA_LOCAL_DIR")
            .map_or_else(|| PathBuf::from(concat!(env!("CARGO_MANIFEST_DIR"), "/../../.staka")), PathBuf::from);
        // Only the server crashes, not the machine, so committed data is safe with the operating system.
        let started = LocalServer::builder()
            .engine(engine)
            .cache_dir(cache)
            .option("--innodb-flush-log-at-trx-commit=2")
            .option("--max-connections=400")
            .start();
        let server = match started {
            Ok(server) => server,
            Err(error) => {
                staka_cases::skip(&format!("{engine} is not available: {error}"));
                return None;
            }
        };
        let url = server.url("storm");
        let config = Config::from_url(&url).unwrap();
        Migrator::create_database(&config).await.unwrap();
        Migrator::connect(&config).await.unwrap().migrate(&MigrateOptions::default(), &mut |_| {}).await.unwrap();
        let (tally, wrong) = (Tally::default(), Mutex::default());
        let (kills, crashes) = (AtomicU32::new(0), AtomicU32::new(0));
        Some(Arc::new(Self { engine, server: Mutex::new(server), url, tally, kills, crashes, wrong }))
    }

    /// Returns a handle with its own pool and the cheapest password hashes.
    pub async fn handle(&self) -> Staka {
        loop {
            let builder =
                Staka::builder(&self.url).unwrap().max_connections(10).passwords(PasswordSettings::cheapest());
            let builder = builder.acquire_timeout(Duration::from_secs(20)).statement_timeout(Duration::from_secs(30));
            match builder.connect().await {
                Ok(staka) => return staka,
                Err(error) if error.kind() == ErrorKind::Unavailable => {
                    tokio::time::sleep(Duration::from_millis(100)).await;
                }
                Err(error) => panic!("{error:?}"),
            }
        }
    }

    /// Calls an operation and counts its outcome.
    pub async fn call(&self, session: &Session, operation: &str, input: Value) -> (Outcome, Value) {
        let answer = session.call(operation, &input.to_string()).await;
        let (outcome, value) = match answer {
            Ok(bytes) => (Outcome::Done, serde_json::from_slice(&bytes).unwrap()),
            Err(error) => (self.outcome_of(operation, &error), Value::Null),
        };
        self.tally.add(operation, outcome);
        if outcome == Outcome::Unknown {
            // Wait as a caller would when the database is unavailable.
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
        (outcome, value)
    }

    fn outcome_of(&self, operation: &str, error: &Error) -> Outcome {
        match error.kind() {
            ErrorKind::Unavailable | ErrorKind::Cancelled | ErrorKind::Timeout => Outcome::Unknown,
            ErrorKind::Conflict | ErrorKind::Precondition | ErrorKind::NotFound => Outcome::Refused,
            ErrorKind::Invalid | ErrorKind::Unauthenticated | ErrorKind::Denied => Outcome::Refused,
            // The library must retry deadlocks itself; any other error is a bug.
            _ => {
                self.wrong.lock().unwrap().push(format!("{operation}: {error:?}"));
                Outcome::Unknown
            }
        }
    }

    /// Kills the server like a crash and restarts it.
    pub async fn crash(self: &Arc<Self>) {
        let storm = Arc::clone(self);
        tokio::task::spawn_blocking(move || {
            let mut server = storm.server.lock().unwrap();
            server.kill().unwrap();
            server.restart().unwrap();
        })
        .await
        .unwrap();
        self.crashes.fetch_add(1, Ordering::Relaxed);
    }
}

/// Returns a separate connection, as soon as the server accepts one.
pub async fn bare(url: &str) -> MySqlConnection {
    let options: MySqlConnectOptions = url.parse().unwrap();
    loop {
        if let Ok(conn) = options.clone().collation("utf8mb4_unicode_ci").connect().await {
            return conn;
        }
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
}

/// Kills random connections one after the other, and crashes the server from time to time.
pub async fn destroy(storm: Arc<Storm>, all: u32, crashes: u32) {
    let mut rng = Pcg64Mcg::seed_from_u64(7);
    let mut conn = bare(&storm.url).await;
    let mut kills = 0;
    while kills < all {
        tokio::time::sleep(Duration::from_millis(rng.random_range(10..60))).await;
        let others =
            "SELECT CAST(ID AS CHAR) FROM information_schema.PROCESSLIST WHERE DB = 'storm' AND ID <> CONNECTION_ID()";
        let Ok(ids) = sqlx::query_scalar::<_, String>(others).fetch_all(&mut conn).await else {
            conn = bare(&storm.url).await;
            continue;
        };
        if ids.is_empty() {
            continue;
        }
        let id = &ids[rng.random_range(0..ids.len())];
        if conn.execute(AssertSqlSafe(format!("KILL {id}"))).await.is_ok() {
            kills += 1;
            storm.kills.store(kills, Ordering::Relaxed);
        }
        if kills == (storm.crashes.load(Ordering::Relaxed) + 1) * all / (crashes + 1) && kills < all {
            storm.crash().await;
            conn = bare(&storm.url).await;
        }
    }
}
