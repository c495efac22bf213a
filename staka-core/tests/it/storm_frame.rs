//! What every storm has: writers over several pools, kills and crashes, a watcher, the end and the report.

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use rand::{RngExt, SeedableRng};
use rand_pcg::Pcg64Mcg;
use serde_json::Value;
use sqlx::mysql::MySqlConnection;
use staka_core::model::Role;
use staka_core::{Caller, Session, Staka};

use crate::migrate_support::{script, texts};
use crate::storm_world::{Outcome, Storm, bare, destroy};
use crate::support::long_tests;

const WRITERS: u32 = 64;
const POOLS: usize = 4;

/// How often every operation that must succeed is answered at least.
const EACH: u32 = 20;

/// How long a storm lasts at most.
const LONGEST: Duration = Duration::from_secs(300);

/// A storm goes on until all of these have happened.
struct Size {
    /// Operations that were answered.
    operations: u32,
    kills: u32,
    crashes: u32,
}

impl Size {
    fn of_this_run() -> Self {
        if long_tests() {
            Self { operations: 5_000, kills: 200, crashes: 2 }
        } else {
            Self { operations: 2_000, kills: 60, crashes: 2 }
        }
    }
}

/// What a storm writes, remembers and checks.
pub trait Workload: Default + Send + 'static {
    /// The rule that holds at all times, for the report.
    const RULE: &'static str;
    /// Selects the number of violations of the rule.
    const VIOLATIONS: &'static str;
    /// Operations that must each succeed at least once.
    const MUST_SUCCEED: &'static [&'static str];

    /// Calls an operation, chosen at random.
    fn next_operation(writer: &mut Writer<Self>) -> impl Future<Output = ()> + Send;
}

/// A concurrent writer.
pub struct Writer<W> {
    pub storm: Arc<Storm>,
    pub staka: Staka,
    /// Shared by all writers.
    pub memory: Arc<Mutex<W>>,
    pub rng: Pcg64Mcg,
    pub number: u32,
    pub step: u32,
}

impl<W: Workload> Writer<W> {
    pub fn below(&mut self, end: u32) -> u32 {
        self.rng.random_range(0..end)
    }

    pub async fn call(&self, session: &Session, operation: &str, input: Value) -> (Outcome, Value) {
        self.storm.call(session, operation, input).await
    }

    pub fn admin(&self, number: u32) -> Session {
        self.staka.as_caller(Caller::user(format!("admin{number}").parse().unwrap(), Role::Admin))
    }

    pub fn client(&self, number: u32) -> Session {
        self.staka.as_caller(Caller::user(format!("client{number}").parse().unwrap(), Role::User))
    }

    async fn run(mut self, over: Arc<AtomicBool>) {
        while !over.load(Ordering::Relaxed) {
            self.step += 1;
            W::next_operation(&mut self).await;
        }
    }
}

/// For each key, how many operations succeeded and how many have an unknown outcome.
pub type Counts<K> = BTreeMap<K, [u32; 2]>;

pub fn record<K: Ord>(counts: &mut Counts<K>, key: K, outcome: Outcome) {
    let counts = counts.entry(key).or_default();
    match outcome {
        Outcome::Done => counts[0] += 1,
        Outcome::Unknown => counts[1] += 1,
        Outcome::Refused => {}
    }
}

/// Checks that the number in the database is at least that of the successes, and at most that with the unknown ones.
pub fn assert_consistent(what: &str, found: i64, [done, unknown]: [u32; 2]) {
    let (least, most) = (i64::from(done), i64::from(done) + i64::from(unknown));
    assert!((least..=most).contains(&found), "{what}: {found} found, {done} succeeded, {unknown} unknown");
}

pub async fn count(conn: &mut MySqlConnection, sql: &str) -> i64 {
    texts(conn, &format!("SELECT CAST(({sql}) AS CHAR)")).await[0].parse().unwrap()
}

/// Returns the rows of an `INSERT`, for each number below `end`.
pub fn rows(end: u32, row: &dyn Fn(u32) -> String) -> String {
    (0..end).map(row).collect::<Vec<_>>().join(", ")
}

/// Inserts `admin0`, `admin1`, … and `client0`, `client1`, …
pub async fn insert_users(conn: &mut MySqlConnection, admins: u32, clients: u32, password: &str) {
    for (name, role, end) in [("admin", "ADMIN", admins), ("client", "USER", clients)] {
        let users = rows(end, &|n| {
            format!(
                "('{name}{n}', 'A', 'B', '{name}{n}@example.org', '{password}', '{role}', TRUE, '2026-01-01', '2026-01-01')"
            )
        });
        let into = "INSERT INTO users (id, prenom, nom, email, password, role, isActive, createdAt, updatedAt) VALUES";
        script(conn, &format!("{into} {users}")).await;
    }
}

/// Checks all the time that the rule holds; returns the number of checks.
async fn watch<W: Workload>(storm: Arc<Storm>, over: Arc<AtomicBool>) -> u32 {
    let (mut checks, mut conn) = (0, bare(&storm.url).await);
    while !over.load(Ordering::Relaxed) {
        match sqlx::query_scalar::<_, i64>(W::VIOLATIONS).fetch_one(&mut conn).await {
            Ok(0) => checks += 1,
            Ok(violations) => storm.wrong.lock().unwrap().push(format!("{violations} violations of: {}", W::RULE)),
            Err(_) => conn = bare(&storm.url).await,
        }
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    checks
}

/// Runs the writers while connections are killed and the server crashes, and returns what the writers remember.
pub async fn run<W: Workload>(storm: &Arc<Storm>) -> W {
    let size = Size::of_this_run();
    let (memory, over) = (Arc::new(Mutex::new(W::default())), Arc::new(AtomicBool::new(false)));
    let mut handles = Vec::new();
    for _ in 0..POOLS {
        handles.push(storm.handle().await);
    }
    let began = Instant::now();
    let writers: Vec<_> = (0..WRITERS)
        .map(|number| {
            let (storm, staka) = (Arc::clone(storm), handles[number as usize % POOLS].clone());
            let (memory, rng) = (Arc::clone(&memory), Pcg64Mcg::seed_from_u64(number.into()));
            tokio::spawn(Writer { storm, staka, memory, rng, number, step: 0 }.run(Arc::clone(&over)))
        })
        .collect();
    let watching = tokio::spawn(watch::<W>(Arc::clone(storm), Arc::clone(&over)));
    destroy(Arc::clone(storm), size.kills, size.crashes).await;
    // Chance decides what is called; the checks below name what did not happen within the time.
    let answered = |operation| storm.tally.of(operation, Outcome::Done) + storm.tally.of(operation, Outcome::Refused);
    let enough = || {
        storm.tally.answered() >= size.operations && W::MUST_SUCCEED.iter().all(|operation| answered(operation) >= EACH)
    };
    while !enough() && began.elapsed() < LONGEST {
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    over.store(true, Ordering::Relaxed);
    for writer in writers {
        tokio::time::timeout(Duration::from_secs(60), writer).await.expect("no writer hangs").unwrap();
    }
    let checks = watching.await.unwrap();
    let (kills, crashes) = (storm.kills.load(Ordering::Relaxed), storm.crashes.load(Ordering::Relaxed));
    println!(
        "{}: {WRITERS} writers over {POOLS} pools, {} operations answered, {kills} kills, {crashes} crashes of the server, {checks} checks that {}, {:.1} s",
        storm.engine,
        storm.tally.answered(),
        W::RULE,
        began.elapsed().as_secs_f64(),
    );
    storm.tally.print();
    for staka in handles {
        staka.close().await;
    }
    assert_eq!(*storm.wrong.lock().unwrap(), Vec::<String>::new());
    assert!(storm.tally.answered() >= size.operations && kills >= size.kills && crashes >= size.crashes);
    assert!(checks > 0);
    for operation in W::MUST_SUCCEED {
        assert!(storm.tally.of(operation, Outcome::Done) > 0, "{operation} never succeeded");
        assert!(answered(operation) >= EACH, "{operation} was answered {} times", answered(operation));
    }
    std::mem::take(&mut *memory.lock().unwrap())
}
