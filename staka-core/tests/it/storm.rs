//! Many writers over several pools, while connections are killed and the server crashes: nothing is lost, doubled or
//! half-written, and no caller sees a deadlock.

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use rand::{RngExt, SeedableRng};
use rand_pcg::Pcg64Mcg;
use serde_json::{Value, json};
use sqlx::mysql::MySqlConnection;
use staka_core::model::Role;
use staka_core::{Ctx, Session, Staka};
use staka_local::Engine;

use crate::maintained_support::assert_exact;
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

/// What the writers remember: which of their acts were done, and of which they do not know.
#[derive(Default)]
struct Memory {
    /// Acts on each order's version that were done, and that may have been.
    updates: BTreeMap<String, [u32; 2]>,
    /// For each slot: bookings that were done, and that may have been.
    bookings: BTreeMap<String, [u32; 2]>,
    /// For each visitor: claims that were done, and that may have been.
    claims: BTreeMap<String, [u32; 2]>,
    /// For each token: its user, then each password that was set by it, and each that may have been.
    tokens: BTreeMap<String, (u32, [Vec<String>; 2])>,
}

impl Memory {
    fn note(counts: &mut BTreeMap<String, [u32; 2]>, key: &str, outcome: Outcome) {
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
    random: Pcg64Mcg,
    who: u32,
    turn: u32,
}

fn admin(staka: &Staka, number: u32) -> Session {
    staka.as_actor(Ctx::user(format!("admin{number}").parse().unwrap(), Role::Admin))
}

fn client(staka: &Staka, number: u32) -> Session {
    staka.as_actor(Ctx::user(format!("client{number}").parse().unwrap(), Role::User))
}

impl Writer {
    fn below(&mut self, end: u32) -> u32 {
        self.random.random_range(0..end)
    }

    async fn call(&self, session: &Session, operation: &str, input: Value) -> (Outcome, Value) {
        self.storm.call(session, operation, input).await
    }

    async fn go_on(mut self, over: Arc<AtomicBool>) {
        while !over.load(Ordering::Relaxed) {
            self.step().await;
        }
    }

    async fn step(&mut self) {
        self.turn += 1;
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

    /// Administrators take each other's and their own rights away, and give them back.
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

    /// A token is asked for, or one that somebody asked for is used, by several at once.
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
        let password = format!("Mot-de-passe-{}-{}", self.who, self.turn);
        let input = json!({"token": token, "password": password});
        let (outcome, _) = self
            .call(&self.staka.as_actor(Ctx::new(staka_core::Actor::Anonymous)), "password_resets.consume", input)
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
            // The same key twice is one notification.
            let key = format!("{user}-{}", self.below(60));
            let input = json!({"user": user, "notification": {"title": "Titre", "message": "…"}, "key": key});
            self.call(&self.staka.as_system(), "notifications.create", input).await;
        } else {
            self.call(&session, "notifications.mark_all_read", json!({"user": user})).await;
        }
    }

    async fn write_and_read(&mut self) {
        let number = self.below(CLIENTS);
        let (session, content) = (client(&self.staka, number), format!("{} {}", self.who, self.turn));
        if self.below(3) > 0 {
            let input = json!({"message": {"content": content, "receiver": "admin0"}});
            self.call(&session, "messages.send", input).await;
        } else {
            let conversation = format!("thread_admin0_client{number}");
            self.call(&admin(&self.staka, 0), "messages.mark_read", json!({"conversation": conversation})).await;
        }
    }

    /// The version of an order is read, and written with one more in its note.
    async fn update(&mut self) {
        let id = format!("order{}", self.below(8));
        let system = self.staka.as_system();
        let (outcome, order) = self.call(&system, "commandes.get", json!({"id": id})).await;
        if outcome != Outcome::Done {
            return;
        }
        let count: u32 = order["noteClient"].as_str().unwrap().parse().unwrap();
        let change = json!({"noteClient": (count + 1).to_string()});
        let input = json!({"id": id, "change": change, "expected": order["updatedAt"]});
        let (outcome, _) = self.call(&system, "commandes.update", input).await;
        Memory::note(&mut self.memory.lock().unwrap().updates, &id, outcome);
    }

    async fn order(&mut self) {
        let number = self.below(CLIENTS);
        let titre = format!("Manuscrit {} {}", self.who, self.turn);
        self.call(&client(&self.staka, number), "commandes.create", json!({"commande": {"titre": titre}})).await;
    }

    async fn book(&mut self) {
        let number = self.below(CLIENTS);
        let slot = format!("slot{}", self.below(SLOTS));
        let input = json!({"booking": {"slot": slot}});
        let (outcome, _) = self.call(&client(&self.staka, number), "consultations.book", input).await;
        Memory::note(&mut self.memory.lock().unwrap().bookings, &slot, outcome);
    }

    async fn claim(&mut self) {
        let (visitor, number) = (self.below(VISITORS), self.below(CLIENTS));
        let email = format!("visitor{visitor}@example.org");
        let input = json!({"visitorEmail": email, "user": format!("client{number}")});
        let (outcome, _) = self.call(&self.staka.as_system(), "messages.claim", input).await;
        Memory::note(&mut self.memory.lock().unwrap().claims, &email, outcome);
    }
}

/// The password `Manuscrit-2026!`.
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

/// There is an administrator at every moment.
async fn watch(storm: Arc<Storm>, over: Arc<AtomicBool>) -> u32 {
    let (mut looks, mut conn) = (0, bare(&storm.url).await);
    while !over.load(Ordering::Relaxed) {
        let admins = "SELECT COUNT(*) FROM users WHERE role = 'ADMIN' AND isActive = TRUE";
        match sqlx::query_scalar::<_, i64>(admins).fetch_one(&mut conn).await {
            Ok(0) => storm.wrong.lock().unwrap().push("no administrator was left".into()),
            Ok(_) => looks += 1,
            Err(_) => conn = bare(&storm.url).await,
        }
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    looks
}

async fn count(conn: &mut MySqlConnection, sql: &str) -> u32 {
    texts(conn, &format!("SELECT CAST(({sql}) AS CHAR)")).await[0].parse().unwrap()
}

/// Whether what is there is what was done, and no more than what may have been.
fn fits(what: &str, there: u32, [done, unknown]: [u32; 2]) {
    assert!((done..=done + unknown).contains(&there), "{what}: {there} are there, {done} were done, {unknown} unknown");
}

async fn nothing_is_lost_doubled_or_half_written(storm: &Storm, memory: &Memory) {
    let mut conn = bare(&storm.url).await;
    let staka = storm.handle().await;
    let both =
        |operation: &str| [storm.tally.of(operation, Outcome::Done), storm.tally.of(operation, Outcome::Unknown)];

    // What triggers keep.
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
        fits(order, version[0].parse().unwrap(), *counts);
    }

    // An order and what its client and the administrators are told are one.
    fits(
        "orders",
        count(&mut conn, "SELECT COUNT(*) FROM commandes WHERE titre LIKE 'Manuscrit %'").await,
        both("commandes.create"),
    );
    let told = "SELECT COUNT(*) FROM notifications n WHERE JSON_VALUE(n.data, '$.id') = c.id AND n.userId";
    let alone = format!(
        "SELECT COUNT(*) FROM commandes c WHERE c.titre LIKE 'Manuscrit %' AND (({told} = c.userId) <> 1 OR ({told} LIKE 'admin%') NOT BETWEEN 1 AND {ADMINS})"
    );
    assert_eq!(count(&mut conn, &alone).await, 0, "orders without their notifications");

    // A slot, its request and its booking.
    for n in 0..SLOTS {
        let slot = format!("slot{n}");
        let booked =
            count(&mut conn, &format!("SELECT COUNT(*) FROM staka_consultation_bookings WHERE slotId = '{slot}'"))
                .await;
        fits(&slot, booked, memory.bookings.get(&slot).copied().unwrap_or_default());
        assert!(booked <= 1);
    }
    let requests = count(&mut conn, "SELECT COUNT(*) FROM messages WHERE type = 'CONSULTATION_REQUEST'").await;
    let held = "SELECT COUNT(*) FROM staka_consultation_bookings b JOIN messages m ON m.id = b.messageId WHERE m.type = 'CONSULTATION_REQUEST'";
    assert_eq!(requests, count(&mut conn, held).await, "requests and bookings");

    // A visitor's messages all have one account, or none.
    for n in 0..VISITORS {
        let email = format!("visitor{n}@example.org");
        let claims = count(
            &mut conn,
            &format!("SELECT COUNT(*) FROM staka_claims WHERE visitorEmail = '{email}' AND undoneAt IS NULL"),
        )
        .await;
        fits(&email, claims, memory.claims.get(&email).copied().unwrap_or_default());
        let senders = texts(
            &mut conn,
            &format!("SELECT DISTINCT COALESCE(senderId, '-') FROM messages WHERE visitorEmail = '{email}'"),
        )
        .await;
        assert_eq!((senders.len(), senders[0] != "-"), (1, claims == 1), "{email}: {senders:?}");
    }

    // A token is used once, together with the change.
    let anonymous = staka.as_actor(Ctx::new(staka_core::Actor::Anonymous));
    for n in 0..CLIENTS {
        let mut candidates = vec!["Manuscrit-2026!".to_owned()];
        for (token, (user, [done, unknown])) in &memory.tokens {
            if *user == n {
                assert!(done.len() <= 1, "{token} was used {} times", done.len());
                candidates.extend(done.iter().chain(unknown).cloned());
            }
        }
        let mut right = 0;
        for password in &candidates {
            let input = json!({"email": format!("client{n}@example.org"), "password": password});
            right += u32::from(anonymous.call("accounts.authenticate", &input.to_string()).await.is_ok());
        }
        assert_eq!(right, 1, "client{n} signs in by one of {}", candidates.len());
    }
    let set = count(&mut conn, "SELECT COUNT(*) FROM audit_logs WHERE action = 'PASSWORD_RESET_SUCCESS'").await;
    fits("password resets", set, both("password_resets.consume"));
    staka.close().await;
}

async fn rage(engine: Engine) {
    let Some(storm) = Storm::start(engine).await else { return };
    fill(&mut bare(&storm.url).await).await;
    let (memory, over) = (Arc::new(Mutex::new(Memory::default())), Arc::new(AtomicBool::new(false)));
    let mut handles = Vec::new();
    for _ in 0..POOLS {
        handles.push(storm.handle().await);
    }
    let began = Instant::now();
    let writers: Vec<_> = (0..WRITERS)
        .map(|who| {
            let (storm, staka, memory) =
                (Arc::clone(&storm), handles[who as usize % POOLS].clone(), Arc::clone(&memory));
            let random = Pcg64Mcg::seed_from_u64(who.into());
            tokio::spawn(Writer { storm, staka, memory, random, who, turn: 0 }.go_on(Arc::clone(&over)))
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
    let looks = watching.await.unwrap();
    let (kills, crashes) = (storm.kills.load(Ordering::Relaxed), storm.crashes.load(Ordering::Relaxed));
    println!(
        "{engine}: {WRITERS} writers over {POOLS} pools, {} operations answered, {kills} kills, {crashes} crashes of the server, {looks} looks at the administrators, {:.1} s",
        storm.tally.answered(),
        began.elapsed().as_secs_f64(),
    );
    storm.tally.print();
    for staka in handles {
        staka.close().await;
    }
    assert_eq!(*storm.wrong.lock().unwrap(), Vec::<String>::new());
    assert!(storm.tally.answered() >= OPERATIONS && kills >= KILLS && crashes >= CRASHES);
    // Each kind was done, and most more often than not.
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
        assert!(storm.tally.of(operation, Outcome::Done) > 0, "{operation} was never done");
    }
    let memory = std::mem::take(&mut *memory.lock().unwrap());
    nothing_is_lost_doubled_or_half_written(&storm, &memory).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn mariadb_weathers_the_storm() {
    rage(Engine::MariaDb).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn mysql_weathers_the_storm() {
    rage(Engine::MySql).await;
}
