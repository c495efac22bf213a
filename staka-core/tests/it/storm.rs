//! Concurrent writers over several pools, while connections are killed and the server crashes: nothing is lost, doubled
//! or half-written, and no caller sees a deadlock.

use std::collections::BTreeMap;

use serde_json::json;
use sqlx::mysql::MySqlConnection;
use staka_core::{Actor, Caller};
use staka_local::Engine;

use crate::counters_support::assert_exact;
use crate::migrate_support::{script, texts};
use crate::storm_frame::{self, Counts, Workload, assert_consistent, count, insert_users, record, rows};
use crate::storm_world::{Outcome, Storm, bare};

const ADMINS: u32 = 6;
const CLIENTS: u32 = 12;
const SLOTS: u32 = 40;
const VISITORS: u32 = 24;

/// What the writers remember: for each key, how many operations succeeded and how many have an unknown outcome.
#[derive(Default)]
struct Memory {
    /// Updates, by order.
    updates: Counts<String>,
    /// Bookings, by slot.
    bookings: Counts<String>,
    /// Claims, by visitor.
    claims: Counts<String>,
    /// For each token: its user, the passwords that were set with it, and those with an unknown outcome.
    tokens: BTreeMap<String, (u32, [Vec<String>; 2])>,
}

impl Workload for Memory {
    const RULE: &'static str = "there is an active administrator";
    const VIOLATIONS: &'static str =
        "SELECT CAST(COUNT(*) = 0 AS SIGNED) FROM users WHERE role = 'ADMIN' AND isActive = TRUE";
    const MUST_SUCCEED: &'static [&'static str] = &[
        "users.set_active",
        "password_resets.consume",
        "notifications.mark_all_read",
        "commandes.update",
        "consultations.book",
        "messages.claim",
        "messages.send",
        "messages.mark_read",
    ];

    async fn next_operation(writer: &mut Writer) {
        match writer.below(20) {
            0..4 => writer.last_admin().await,
            4..6 => writer.reset().await,
            6..9 => writer.notify_and_read().await,
            9..11 => writer.write_and_read().await,
            11..14 => writer.update().await,
            14..16 => writer.order().await,
            16..18 => writer.book().await,
            _ => writer.claim().await,
        }
    }
}

type Writer = storm_frame::Writer<Memory>;

impl Writer {
    /// Administrators lose and regain their rights, by themselves or by each other.
    async fn last_admin(&mut self) {
        let (actor, target) = (self.below(ADMINS), self.below(ADMINS));
        let (session, system) = (self.admin(actor), self.staka.as_system());
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
        let anonymous = self.staka.as_caller(Caller::new(Actor::Anonymous));
        let (outcome, _) = self.call(&anonymous, "password_resets.consume", input).await;
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
        let (user, session) = (format!("client{number}"), self.client(number));
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
        let (session, content) = (self.client(number), format!("{} {}", self.number, self.step));
        if self.below(3) > 0 {
            let input = json!({"message": {"content": content, "receiver": "admin0"}});
            self.call(&session, "messages.send", input).await;
        } else {
            let conversation = format!("thread_admin0_client{number}");
            self.call(&self.admin(0), "messages.mark_read", json!({"conversation": conversation})).await;
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
        record(&mut self.memory.lock().unwrap().updates, id, outcome);
    }

    async fn order(&mut self) {
        let number = self.below(CLIENTS);
        let titre = format!("Manuscrit {} {}", self.number, self.step);
        self.call(&self.client(number), "commandes.create", json!({"commande": {"titre": titre}})).await;
    }

    async fn book(&mut self) {
        let number = self.below(CLIENTS);
        let slot = format!("slot{}", self.below(SLOTS));
        let input = json!({"booking": {"slot": slot}});
        let (outcome, _) = self.call(&self.client(number), "consultations.book", input).await;
        record(&mut self.memory.lock().unwrap().bookings, slot, outcome);
    }

    async fn claim(&mut self) {
        let (visitor, number) = (self.below(VISITORS), self.below(CLIENTS));
        let email = format!("visitor{visitor}@example.org");
        let input = json!({"visitorEmail": email, "user": format!("client{number}")});
        let (outcome, _) = self.call(&self.staka.as_system(), "messages.claim", input).await;
        record(&mut self.memory.lock().unwrap().claims, email, outcome);
    }
}

/// Hash of the password `Manuscrit-2026!`.
const HASH: &str = "$2b$04$FETWR93IJqm33JQdjFSkcub9b1bvJINzf7QwL1KzjcAX3JYtWaSlm";

async fn fill(conn: &mut MySqlConnection) {
    insert_users(conn, ADMINS, CLIENTS, HASH).await;
    let orders = rows(8, &|n| format!("('order{n}', 'client{n}', 'Titre', '0', '2026-01-01', '2026-01-01')"));
    script(
        conn,
        &format!("INSERT INTO commandes (id, userId, titre, noteClient, createdAt, updatedAt) VALUES {orders}"),
    )
    .await;
    let slots = rows(SLOTS, &|n| {
        format!("('slot{n}', '2099-01-01 10:00:00' + INTERVAL {n} HOUR, 30, TRUE, '2026-01-01', '2026-01-01')")
    });
    let into = "INSERT INTO staka_consultation_slots (id, startsAt, minutes, isOpen, createdAt, updatedAt) VALUES";
    script(conn, &format!("{into} {slots}")).await;
    let visits = rows(VISITORS * 3, &|n| {
        let (visitor, conversation) = (n / 3, n / 2);
        format!(
            "('visit{n}', 'visit-{visitor}-{conversation}', 'admin1', 'visitor{visitor}@example.org', 'V', TRUE, '…', '2026-01-01', '2026-01-01')"
        )
    });
    let into = "INSERT INTO messages (id, conversationId, receiverId, visitorEmail, visitorName, isFromVisitor, content, createdAt, updatedAt) VALUES";
    script(conn, &format!("{into} {visits}")).await;
}

async fn nothing_is_lost_doubled_or_half_written(storm: &Storm, memory: &Memory) {
    let mut conn = bare(&storm.url).await;
    let staka = storm.handle().await;
    // The counters that triggers maintain.
    assert_exact(&mut conn, "after the storm").await;
    for n in 0..CLIENTS {
        let user = format!("client{n}");
        let unread = count(
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
        assert_eq!(i64::try_from(badge).unwrap(), unread, "{user}");
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
        storm.tally.done_and_unknown("commandes.create"),
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
    let anonymous = staka.as_caller(Caller::new(Actor::Anonymous));
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
    assert_consistent("password resets", set, storm.tally.done_and_unknown("password_resets.consume"));
    staka.close().await;
}

/// Answers 2,000 operations, each that must succeed at least 20 times, while 60 connections are killed and the server
/// crashes twice. With `STAKA_LONG_TESTS=1` there are 5,000 operations and 200 kills.
async fn run_storm(engine: Engine) {
    let Some(storm) = Storm::start(engine).await else { return };
    fill(&mut bare(&storm.url).await).await;
    let memory = storm_frame::run::<Memory>(&storm).await;
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
