//! Concurrent writers over several pools, while connections are killed and the server crashes: nothing is lost, doubled
//! or half-written, and no caller sees a deadlock.

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use rand::{RngExt, SeedableRng};
use rand_pcg::Pcg64Mcg;
use serde_json::{Value, json};
use sqlx::mysql::MySqlConnection;
use staka_core::model::Role;
use staka_core::{Caller, Session, Staka};
use staka_local::Engine;

use crate::counters_support::assert_exact;
use crate::migrate_support::{script, texts};
use crate::storm_world::{Outcome, Storm, bare, destroy};

const WRITERS: u32 = 64;
const POOLS: usize = 4;
const OPERATIONS: u32 = 5_000;
const KILLS: u32 = 200;
const CRASHES: u32 = 2;

const ADMINS: u32 = 6;
const CLIENTS: u32 = 12;
const SLOTS: u32 = 40;
const VISITORS: u32 = 24;

/// What the writers remember: for each key, how many operations succeeded and how many have an unknown outcome.
#[derive(Default)]
struct Memory {
    /// For each order: updates that succeeded, and unknown ones.
    updates: BTreeMap<String, [u32; 2]>,
    /// For each slot: bookings that succeeded, and unknown ones.
    bookings: BTreeMap<String, [u32; 2]>,
    /// For each visitor: claims that succeeded, and unknown ones.
    claims: BTreeMap<String, [u32; 2]>,
    /// For each token: its user, the passwords that were set with it, and those with an unknown outcome.
    tokens: BTreeMap<String, (u32, [Vec<String>; 2])>,
}

impl Memory {
    fn record(counts: &mut BTreeMap<String, [u32; 2]>, key: &str, outcome: Outcome) {
        let counts = counts.entry(key.to_owned()).or_default();
        match outcome {
            Outcome::Done => counts[0] += 1,
            Outcome::Unknown => counts[1] += 1,
            Outcome::Refused => {}
        }
    }
}

struct Writer {
    storm: Arc<Storm>,
    staka: Staka,
    memory: Arc<Mutex<Memory>>,
    rng: Pcg64Mcg,
    number: u32,
    step: u32,
}

fn admin(staka: &Staka, number: u32) -> Session {
    staka.as_caller(Caller::user(format!("admin{number}").parse().unwrap(), Role::Admin))
}

fn client(staka: &Staka, number: u32) -> Session {
    staka.as_caller(Caller::user(format!("client{number}").parse().unwrap(), Role::User))
}

impl Writer {
    fn below(&mut self, end: u32) -> u32 {
        self.rng.random_range(0..end)
    }

    async fn call(&self, session: &Session, operation: &str, input: Value) -> (Outcome, Value) {
        self.storm.call(session, operation, input).await
    }

    async fn run(mut self, over: Arc<AtomicBool>) {
        while !over.load(Ordering::Relaxed) {
            self.next_operation().await;
        }
    }

    async fn next_operation(&mut self) {
        self.step += 1;
        match self.below(20) {
            0..4 => self.last_admin().await,
            4..6 => self.reset().await,
            6..9 => self.notify_and_read().await,
            9..11 => self.write_and_read().await,
            11..14 => self.update().await,
            14..16 => self.order().await,
            16..18 => self.book().await,
            _ => self.claim().await,
        }
    }

    /// Administrators lose and regain their rights, by themselves or by each other.
    async fn last_admin(&mut self) {
        let (actor, target) = (self.below(ADMINS), self.below(ADMINS));
        let (session, system) = (admin(&self.staka, actor), self.staka.as_system());
        let (own, id) = (format!("admin{actor}"), format!("admin{target}"));
        match self.below(6) {
            0 => self.call(&session, "users.set_active", json!({"id": id, "active": false})).await,
            1 => self.call(&session, "users.set_role", json!({"id": id, "role": "CORRECTOR"})).await,
            2 => self.call(&session, "users.set_role", json!({"id": id, "role": "USER"})).await,
            3 => self.call(&session, "accounts.deactivate", json!({"user": own})).await,
            4 => self.call(&system, "users.set_role", json!({"id": id, "role": "ADMIN"})).await,
            _ => self.call(&system, "users.set_active", json!({"id": id, "active": true})).await,
        };
    }

    /// Requests a token for a new password, or uses one of the newest, which other writers use at the same time.
    async fn reset(&mut self) {
        let system = self.staka.as_system();
        let known: Vec<String> = self.memory.lock().unwrap().tokens.keys().rev().take(6).cloned().collect();
        if known.is_empty() || self.below(4) == 0 {
            let number = self.below(CLIENTS);
            let email = format!("client{number}@example.org");
            let (outcome, answer) = self.call(&system, "password_resets.request", json!({"email": email})).await;
            if outcome == Outcome::Done {
                let token = answer["token"].as_str().unwrap().to_owned();
                self.memory.lock().unwrap().tokens.insert(token, (number, Default::default()));
            }
            return;
        }
        let token = known[self.below(known.len() as u32) as usize].clone();
        let password = format!("Mot-de-passe-{}-{}", self.number, self.step);
        let input = json!({"token": token, "password": password});
        let (outcome, _) = self
            .call(&self.staka.as_caller(Caller::new(staka_core::Actor::Anonymous)), "password_resets.consume", input)
            .await;
        let mut memory = self.memory.lock().unwrap();
        let (_, passwords) = memory.tokens.get_mut(&token).unwrap();
        match outcome {
            Outcome::Done => passwords[0].push(password),
            Outcome::Unknown => passwords[1].push(password),
            Outcome::Refused => {}
        }
    }

    async fn notify_and_read(&mut self) {
        let number = self.below(CLIENTS);
        let (user, session) = (format!("client{number}"), client(&self.staka, number));
        if self.below(3) > 0 {
            // Two notifications with the same key are stored once.
            let key = format!("{user}-{}", self.below(60));
            let input = json!({"user": user, "notification": {"title": "Titre", "message": "…"}, "key": key});
            self.call(&self.staka.as_system(), "notifications.create", input).await;
        } else {
            self.call(&session, "notifications.mark_all_read", json!({"user": user})).await;
        }
    }

    async fn write_and_read(&mut self) {
        let number = self.below(CLIENTS);
        let (session, content) = (client(&self.staka, number), format!("{} {}", self.number, self.step));
        if self.below(3) > 0 {
            let input = json!({"message": {"content": content, "receiver": "admin0"}});
            self.call(&session, "messages.send", input).await;
        } else {
            let conversation = format!("thread_admin0_client{number}");
            self.call(&admin(&self.staka, 0), "messages.mark_read", json!({"conversation": conversation})).await;
        }
    }

    /// Reads an order and increments the number in its note, if the order's version is still the same.
    async fn update(&mut self) {
        let id = format!("order{}", self.below(8));
        let system = self.staka.as_system();
        let (outcome, order) = self.call(&system, "commandes.get", json!({"id": id})).await;
        if outcome != Outcome::Done {
            return;
        }
        let count: u32 = order["noteClient"].as_str().unwrap().parse().unwrap();
        let update = json!({"noteClient": (count + 1).to_string()});
        let input = json!({"id": id, "update": update, "expectedUpdatedAt": order["updatedAt"]});
        let (outcome, _) = self.call(&system, "commandes.update", input).await;
        Memory::record(&mut self.memory.lock().unwrap().updates, &id, outcome);
    }

    async fn order(&mut self) {
        let number = self.below(CLIENTS);
        let titre = format!("Manuscrit {} {}", self.number, self.step);
        self.call(&client(&self.staka, number), "commandes.create", json!({"commande": {"titre": titre}})).await;
    }

    async fn book(&mut self) {
        let number = self.below(CLIENTS);
        let slot = format!("slot{}", self.below(SLOTS));
        let input = json!({"booking": {"slot": slot}});
        let (outcome, _) = self.call(&client(&self.staka, number), "consultations.book", input).await;
        Memory::record(&mut self.memory.lock().unwrap().bookings, &slot, outcome);
    }

    async fn claim(&mut self) {
        let (visitor, number) = (self.below(VISITORS), self.below(CLIENTS));
        let email = format!("visitor{visitor}@example.org");
        let input = json!({"visitorEmail": email, "user": format!("client{number}")});
        let (outcome, _) = self.call(&self.staka.as_system(), "messages.claim", input).await;
        Memory::record(&mut self.memory.lock().unwrap().claims, &email, outcome);
    }
}

/// Hash of the password `Manuscrit-2026!`.
const HASH: &str = "$2b$04$FETWR93IJqm33JQdjFSkcub9b1bvJINzf7QwL1KzjcAX3JYtWaSlm";

async fn fill(conn: &mut MySqlConnection) {
    let many = |end: u32, row: &dyn Fn(u32) -> String| (0..end).map(row).collect::<Vec<_>>().join(", ");
    let user = |name: &str, role: &str, n: u32| {
        format!(
            "('{name}{n}', 'A', 'B', '{name}{n}@example.org', '{HASH}', '{role}', TRUE, '2026-01-01', '2026-01-01')"
        )
    };
    let users = "INSERT INTO users (id, prenom, nom, email, password, role, isActive, createdAt, updatedAt) VALUES";
    script(conn, &format!("{users} {}", many(ADMINS, &|n| user("admin", "ADMIN", n)))).await;
    script(conn, &format!("{users} {}", many(CLIENTS, &|n| user("client", "USER", n)))).await;
    let orders = many(8, &|n| format!("('order{n}', 'client{n}', 'Titre', '0', '2026-01-01', '2026-01-01')"));
    script(
        conn,
        &format!("INSERT INTO commandes (id, userId, titre, noteClient, createdAt, updatedAt) VALUES {orders}"),
    )
    .await;
    let slots = many(SLOTS, &|n| {
        format!("('slot{n}', '2099-01-01 10:00:00' + INTERVAL {n} HOUR, 30, TRUE, '2026-01-01', '2026-01-01')")
    });
    let into = "INSERT INTO staka_consultation_slots (id, startsAt, minutes, isOpen, createdAt, updatedAt) VALUES";
    script(conn, &format!("{into} {slots}")).await;
    let visits = many(VISITORS * 3, &|n| {
        let (visitor, conversation) = (n / 3, n / 2);
        format!(
            "('visit{n}', 'visit-{visitor}-{conversation}', 'admin1', 'visitor{visitor}@example.org', 'V', TRUE, '…', '2026-01-01', '2026-01-01')"
        )
    });
    let into = "INSERT INTO messages (id, conversationId, receiverId, visitorEmail, visitorName, isFromVisitor, content, createdAt, updatedAt) VALUES";
    script(conn, &format!("{into} {visits}")).await;
}

/// Checks all the time that there is an active administrator; returns the number of checks.
async fn watch(storm: Arc<Storm>, over: Arc<AtomicBool>) -> u32 {
    let (mut checks, mut conn) = (0, bare(&storm.url).await);
    while !over.load(Ordering::Relaxed) {
        let admins = "SELECT COUNT(*) FROM users WHERE role = 'ADMIN' AND isActive = TRUE";
        match sqlx::query_scalar::<_, i64>(admins).fetch_one(&mut conn).await {
            Ok(0) => storm.wrong.lock().unwrap().push("no administrator was left".into()),
            Ok(_) => checks += 1,
            Err(_) => conn = bare(&storm.url).await,
        }
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    checks
}

async fn count(conn: &mut MySqlConnection, sql: &str) -> u32 {
    texts(conn, &format!("SELECT CAST(({sql}) AS CHAR)")).await[0].parse().unwrap()
}

/// Checks that the number in the database is at least that of the successes, and at most that with the unknown ones.
fn assert_consistent(what: &str, found: u32, [done, unknown]: [u32; 2]) {
    assert!((done..=done + unknown).contains(&found), "{what}: {found} found, {done} succeeded, {unknown} unknown");
}

async fn nothing_is_lost_doubled_or_half_written(storm: &Storm, memory: &Memory) {
    let mut conn = bare(&storm.url).await;
    let staka = storm.handle().await;
    let both =
        |operation: &str| [storm.tally.of(operation, Outcome::Done), storm.tally.of(operation, Outcome::Unknown)];

    // The counters that triggers maintain.
    assert_exact(&mut conn, "after the storm").await;
    for n in 0..CLIENTS {
        let user = format!("client{n}");
        let rows = count(
            &mut conn,
            &format!(
                "SELECT COUNT(*) FROM notifications WHERE userId = '{user}' AND isRead = FALSE AND isDeleted = FALSE"
            ),
        )
        .await;
        let badge = staka
            .as_system()
            .notifications()
            .unread_count(user.parse::<staka_core::model::UserId>().unwrap())
            .await
            .unwrap();
        assert_eq!(badge, u64::from(rows), "{user}");
    }
    // One notification for each key.
    let keyed = count(&mut conn, "SELECT COUNT(*) FROM notifications WHERE title = 'Titre'").await;
    assert_eq!(keyed, count(&mut conn, "SELECT COUNT(*) FROM staka_notification_keys").await);

    for (order, counts) in &memory.updates {
        let version = texts(&mut conn, &format!("SELECT noteClient FROM commandes WHERE id = '{order}'")).await;
        assert_consistent(order, version[0].parse().unwrap(), *counts);
    }

    // An order and its notifications are written together.
    assert_consistent(
        "orders",
        count(&mut conn, "SELECT COUNT(*) FROM commandes WHERE titre LIKE 'Manuscrit %'").await,
        both("commandes.create"),
    );
    let notified = "SELECT COUNT(*) FROM notifications n WHERE JSON_VALUE(n.data, '$.id') = c.id AND n.userId";
    let incomplete = format!(
        "SELECT COUNT(*) FROM commandes c WHERE c.titre LIKE 'Manuscrit %' AND (({notified} = c.userId) <> 1 OR ({notified} LIKE 'admin%') NOT BETWEEN 1 AND {ADMINS})"
    );
    assert_eq!(count(&mut conn, &incomplete).await, 0, "orders without their notifications");

    // A slot has at most one booking, and each request has one.
    for n in 0..SLOTS {
        let slot = format!("slot{n}");
        let booked =
            count(&mut conn, &format!("SELECT COUNT(*) FROM staka_consultation_bookings WHERE slotId = '{slot}'"))
                .await;
        assert_consistent(&slot, booked, memory.bookings.get(&slot).copied().unwrap_or_default());
        assert!(booked <= 1);
    }
    let requests = count(&mut conn, "SELECT COUNT(*) FROM messages WHERE type = 'CONSULTATION_REQUEST'").await;
    let with_booking = "SELECT COUNT(*) FROM staka_consultation_bookings b JOIN messages m ON m.id = b.messageId WHERE m.type = 'CONSULTATION_REQUEST'";
    assert_eq!(requests, count(&mut conn, with_booking).await, "requests and bookings");

    // All messages of a visitor belong to one account, or all to none.
    for n in 0..VISITORS {
        let email = format!("visitor{n}@example.org");
        let claims = count(
            &mut conn,
            &format!("SELECT COUNT(*) FROM staka_claims WHERE visitorEmail = '{email}' AND undoneAt IS NULL"),
        )
        .await;
        assert_consistent(&email, claims, memory.claims.get(&email).copied().unwrap_or_default());
        let senders = texts(
            &mut conn,
            &format!("SELECT DISTINCT COALESCE(senderId, '-') FROM messages WHERE visitorEmail = '{email}'"),
        )
        .await;
        assert_eq!((senders.len(), senders[0] != "-"), (1, claims == 1), "{email}: {senders:?}");
    }

    // A token is used at most once, and the password is changed in the same transaction.
    let anonymous = staka.as_caller(Caller::new(staka_core::Actor::Anonymous));
    for n in 0..CLIENTS {
        let mut candidates = vec!["Manuscrit-2026!".to_owned()];
        for (token, (user, [done, unknown])) in &memory.tokens {
            if *user == n {
                assert!(done.len() <= 1, "{token} was used {} times", done.len());
                candidates.extend(done.iter().chain(unknown).cloned());
            }
        }
        let mut valid = 0;
        for password in &candidates {
            let input = json!({"email": format!("client{n}@example.org"), "password": password});
            valid += u32::from(anonymous.call("accounts.authenticate", &input.to_string()).await.is_ok());
        }
        assert_eq!(valid, 1, "client{n} signs in with one of {} passwords", candidates.len());
    }
    let set = count(&mut conn, "SELECT COUNT(*) FROM audit_logs WHERE action = 'PASSWORD_RESET_SUCCESS'").await;
    assert_consistent("password resets", set, both("password_resets.consume"));
    staka.close().await;
}

async fn run_storm(engine: Engine) {
    let Some(storm) = Storm::start(engine).await else { return };
    fill(&mut bare(&storm.url).await).await;
    let (memory, over) = (Arc::new(Mutex::new(Memory::default())), Arc::new(AtomicBool::new(false)));
    let mut handles = Vec::new();
    for _ in 0..POOLS {
        handles.push(storm.handle().await);
    }
    let began = Instant::now();
    let writers: Vec<_> = (0..WRITERS)
        .map(|number| {
            let (storm, staka, memory) =
                (Arc::clone(&storm), handles[number as usize % POOLS].clone(), Arc::clone(&memory));
            let rng = Pcg64Mcg::seed_from_u64(number.into());
            tokio::spawn(Writer { storm, staka, memory, rng, number, step: 0 }.run(Arc::clone(&over)))
        })
        .collect();
    let watching = tokio::spawn(watch(Arc::clone(&storm), Arc::clone(&over)));
    let destroying = tokio::spawn(destroy(Arc::clone(&storm), KILLS, CRASHES));
    destroying.await.unwrap();
    while storm.tally.answered() < OPERATIONS {
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    over.store(true, Ordering::Relaxed);
    for writer in writers {
        tokio::time::timeout(Duration::from_secs(60), writer).await.expect("no writer hangs").unwrap();
    }
    let checks = watching.await.unwrap();
    let (kills, crashes) = (storm.kills.load(Ordering::Relaxed), storm.crashes.load(Ordering::Relaxed));
    println!(
        "{engine}: {WRITERS} writers over {POOLS} pools, {} operations answered, {kills} kills, {crashes} crashes of the server, {checks} checks of the administrators, {:.1} s",
        storm.tally.answered(),
        began.elapsed().as_secs_f64(),
    );
    storm.tally.print();
    for staka in handles {
        staka.close().await;
    }
    assert_eq!(*storm.wrong.lock().unwrap(), Vec::<String>::new());
    assert!(storm.tally.answered() >= OPERATIONS && kills >= KILLS && crashes >= CRASHES);
    // Each kind of operation succeeded at least once.
    for operation in [
        "users.set_active",
        "password_resets.consume",
        "notifications.mark_all_read",
        "commandes.update",
        "consultations.book",
        "messages.claim",
        "messages.send",
        "messages.mark_read",
    ] {
        assert!(storm.tally.of(operation, Outcome::Done) > 0, "{operation} never succeeded");
    }
    let memory = std::mem::take(&mut *memory.lock().unwrap());
    nothing_is_lost_doubled_or_half_written(&storm, &memory).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn mariadb_survives_the_storm() {
    run_storm(Engine::MariaDb).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn mysql_survives_the_storm() {
    run_storm(Engine::MySql).await;
}
