//! A random walk over users, notifications and messages by plain SQL: the counter tables are exact at every step.

use std::cmp::Reverse;
use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use rand::{RngExt, SeedableRng};
use rand_pcg::Pcg64Mcg;
use sqlx::MySqlConnection;
use staka_core::model::{Message, MessageStatut, Notification, User};
use staka_core::{Clock, ManualClock, PageRequest, Staka, Timestamp, Zone};

use crate::counters_support::{Answers, Thread, answers, assert_exact, attempt, user};
use crate::migrate_support::{script, texts};
use crate::seeded::table;
use crate::support::{long_tests, on_both};

const DAY: u64 = 86_400_000;
/// Ids that differ only in their bytes.
const CONVERSATIONS: [&str; 7] = ["fil", "FIL", "fil ", "fïl", "fil-2", "é", "e\u{301}"];
/// Addresses of visitors; two differ in case only, one in an accent.
const ADDRESSES: [&str; 4] = ["zoe@visite.fr", "ZOE@visite.fr", "zoé@visite.fr", "max@visite.fr"];
/// Expected errors of a statement: a message has replies, a key is taken, a parent was deleted.
const USUAL: [u16; 3] = [1451, 1062, 1452];

struct Walk {
    conn: MySqlConnection,
    random: Pcg64Mcg,
    clock: Arc<ManualClock>,
    users: Vec<String>,
    notifications: Vec<String>,
    messages: Vec<String>,
    made: u32,
}

impl Walk {
    fn below(&mut self, end: usize) -> usize {
        self.random.random_range(0..end)
    }

    fn one_of(&mut self, all: &[&str]) -> String {
        all[self.below(all.len())].to_owned()
    }

    /// Returns one of these ids, quoted; an unknown id if there is none.
    fn pick(&mut self, ids: &[String]) -> String {
        if ids.is_empty() { "'nobody'".to_owned() } else { format!("'{}'", ids[self.below(ids.len())]) }
    }

    fn user(&mut self) -> String {
        let ids = self.users.clone();
        let id = self.pick(&ids);
        // A foreign key treats another spelling as the same.
        if self.below(12) == 0 { id.to_uppercase() } else { id }
    }

    fn somebody(&mut self) -> String {
        if self.below(6) == 0 { "NULL".to_owned() } else { self.user() }
    }

    fn some(&mut self, ids: &[String]) -> String {
        let some: Vec<String> = (0..1 + self.below(4)).map(|_| self.pick(ids)).collect();
        some.join(", ")
    }

    fn id(&mut self, prefix: &str) -> String {
        self.made += 1;
        // Not in the order of creation.
        format!("'{prefix}{:08x}'", self.made.wrapping_mul(0x9e37_79b1))
    }

    fn flag(&mut self) -> &'static str {
        ["FALSE", "TRUE"][self.below(2)]
    }

    fn expiry(&mut self) -> String {
        let now = self.clock.now();
        let today = now.unix_millis() / DAY as i64 * DAY as i64;
        let at = match self.below(10) {
            0..3 => return "NULL".to_owned(),
            3 => now.unix_millis(),
            4 => now.unix_millis() + 1,
            5 => now.unix_millis() - 3 * DAY as i64,
            6 => today + DAY as i64 - 1,
            7 => today + DAY as i64,
            8 => now.unix_millis() + 3_600_000 * self.below(30) as i64,
            _ => today + DAY as i64 * self.below(40) as i64,
        };
        let at = Timestamp::from_unix_millis(at).unwrap().to_string();
        format!("'{}'", at.replace('T', " ").replace('Z', ""))
    }

    /// A visitor's address, which few messages have.
    fn address(&mut self) -> String {
        if self.below(4) == 0 { format!("'{}'", self.one_of(&ADDRESSES)) } else { "NULL".to_owned() }
    }

    /// Few different times, so that many messages share one.
    fn moment(&mut self) -> String {
        format!("'2026-05-0{} 12:00:00.00{}'", 1 + self.below(3), self.below(3))
    }

    fn notification(&mut self, id: &str) -> String {
        let (user, read, deleted, expiry) = (self.user(), self.below(3) == 0, self.below(5) == 0, self.expiry());
        format!("({id}, {user}, 't', 'm', {read}, {deleted}, {expiry}, UTC_TIMESTAMP(3))")
    }

    fn message(&mut self, id: &str) -> String {
        let (conversation, moment) = (self.one_of(&CONVERSATIONS), self.moment());
        let from = self.somebody();
        let to = if self.below(8) == 0 { from.clone() } else { self.somebody() };
        let (read, deleted) = (self.below(3) == 0, self.below(6) == 0);
        let ids = self.messages.clone();
        let parent = if self.below(10) == 0 && !ids.is_empty() { self.pick(&ids) } else { "NULL".to_owned() };
        let (address, statut) = (self.address(), self.one_of(&["BROUILLON", "ENVOYE", "ENVOYE", "LU"]));
        format!(
            "({id}, '{conversation}', {from}, {to}, {address}, '{statut}', 'x', {read}, {deleted}, {parent}, {moment}, UTC_TIMESTAMP(3))"
        )
    }

    fn write_notifications(&mut self) -> String {
        const INTO: &str = "INTO `notifications` (`id`, `userId`, `title`, `message`, `isRead`, `isDeleted`, `expiresAt`, `updatedAt`)";
        let ids = self.notifications.clone();
        let known = self.pick(&ids);
        let fresh = |walk: &mut Self| {
            let rows: Vec<String> = (0..1 + walk.below(4))
                .map(|_| {
                    let id = walk.id("n");
                    walk.notification(&id)
                })
                .collect();
            rows.join(", ")
        };
        match self.below(9) {
            0..3 => format!("INSERT {INTO} VALUES {}", fresh(self)),
            3 => {
                let (to, salt) = (self.user(), self.id(""));
                format!(
                    "INSERT {INTO} SELECT LEFT(SHA2(CONCAT(`id`, {salt}), 256), 12), {to}, 't', 'm', `isRead`, `isDeleted`, `expiresAt`, \
                    `updatedAt` FROM `notifications` ORDER BY `id` LIMIT 3"
                )
            }
            4 => {
                let row = self.notification(&known);
                format!("REPLACE {INTO} VALUES {row}, {}", fresh(self))
            }
            5 => {
                let row = self.notification(&known);
                format!(
                    "INSERT {INTO} VALUES {}, {row} ON DUPLICATE KEY UPDATE `isRead` = NOT `isRead`, `userId` = VALUES(`userId`), \
                    `expiresAt` = VALUES(`expiresAt`)",
                    fresh(self)
                )
            }
            6 => {
                let row = self.notification(&known);
                format!("INSERT IGNORE {INTO} VALUES {row}, {}", fresh(self))
            }
            7 => format!("DELETE FROM `notifications` WHERE `id` IN ({})", self.some(&ids)),
            _ => format!(
                "DELETE FROM `notifications` WHERE `userId` = {} AND `isRead` = {} LIMIT 5",
                self.user(),
                self.flag()
            ),
        }
    }

    fn change_notifications(&mut self) -> String {
        let set = match self.below(6) {
            0 => format!("`isRead` = {}", self.flag()),
            1 => format!("`isDeleted` = {}", self.flag()),
            2 | 3 => format!("`expiresAt` = {}", self.expiry()),
            4 => format!("`userId` = {}, `isRead` = {}", self.user(), self.flag()),
            _ => format!("`expiresAt` = `expiresAt` + INTERVAL {} HOUR, `isRead` = NOT `isRead`", self.below(30)),
        };
        let ids = self.notifications.clone();
        match self.below(3) {
            0 => format!("UPDATE `notifications` SET {set} WHERE `userId` = {}", self.user()),
            1 => format!("UPDATE `notifications` SET {set} WHERE `isRead` = {}", self.flag()),
            _ => format!("UPDATE `notifications` SET {set} WHERE `id` IN ({})", self.some(&ids)),
        }
    }

    fn write_messages(&mut self) -> String {
        const INTO: &str = "INTO `messages` (`id`, `conversationId`, `senderId`, `receiverId`, `visitorEmail`, `statut`, `content`, \
            `isRead`, `deletedByAdmin`, `parentId`, `createdAt`, `updatedAt`)";
        let ids = self.messages.clone();
        let known = self.pick(&ids);
        let fresh = |walk: &mut Self| {
            let rows: Vec<String> = (0..1 + walk.below(5))
                .map(|_| {
                    let id = walk.id("m");
                    walk.message(&id)
                })
                .collect();
            rows.join(", ")
        };
        match self.below(8) {
            0..4 => format!("INSERT {INTO} VALUES {}", fresh(self)),
            4 => {
                let (to, salt) = (self.somebody(), self.id(""));
                format!(
                    "INSERT {INTO} SELECT LEFT(SHA2(CONCAT(`id`, {salt}), 256), 12), `conversationId`, `receiverId`, {to}, `visitorEmail`, `statut`, 'x', `isRead`, FALSE, \
                    NULL, `createdAt`, `updatedAt` FROM `messages` ORDER BY `id` LIMIT 3"
                )
            }
            5 => {
                let row = self.message(&known);
                format!("REPLACE {INTO} VALUES {row}, {}", fresh(self))
            }
            _ => {
                let row = self.message(&known);
                format!(
                    "INSERT {INTO} VALUES {row}, {} ON DUPLICATE KEY UPDATE `senderId` = VALUES(`senderId`), \
                    `conversationId` = VALUES(`conversationId`), `isRead` = NOT `isRead`",
                    fresh(self)
                )
            }
        }
    }

    fn change_messages(&mut self) -> String {
        let set = match self.below(12) {
            9 => format!("`visitorEmail` = {}", self.address()),
            10 => "`receiverId` = NULL, `visitorEmail` = NULL".to_owned(),
            0 => format!("`isRead` = {}", self.flag()),
            1 => format!("`deletedByAdmin` = {}", self.flag()),
            2 => format!("`senderId` = {}", self.somebody()),
            3 => format!("`receiverId` = {}", self.somebody()),
            4 => "`receiverId` = `senderId`".to_owned(),
            5 => format!("`conversationId` = '{}'", self.one_of(&CONVERSATIONS)),
            6 => format!("`createdAt` = {}, `isRead` = {}", self.moment(), self.flag()),
            7 => format!(
                "`conversationId` = '{}', `senderId` = {}, `createdAt` = {}",
                self.one_of(&CONVERSATIONS),
                self.somebody(),
                self.moment()
            ),
            8 => format!("`statut` = '{}'", self.one_of(&["BROUILLON", "ENVOYE", "LU"])),
            _ => {
                let ids = self.messages.clone();
                let id = self.pick(&ids);
                let to = if self.below(3) == 0 { id.to_uppercase() } else { self.id("m") };
                return format!("UPDATE `messages` SET `id` = {to}, `isRead` = {} WHERE `id` = {id}", self.flag());
            }
        };
        format!("UPDATE `messages` SET {set} WHERE {}", self.which_messages())
    }

    fn which_messages(&mut self) -> String {
        let ids = self.messages.clone();
        let (user, conversation) = (self.user(), self.one_of(&CONVERSATIONS));
        let direction = if self.below(3) > 0 { "DESC" } else { "ASC" };
        match self.below(4) {
            // The newest or the oldest message.
            0 | 1 => format!(
                "`receiverId` = {user} OR `senderId` = {user} ORDER BY `createdAt` {direction}, `id` {direction} LIMIT {}",
                1 + self.below(2)
            ),
            2 => format!(
                "`conversationId` = '{conversation}' AND `parentId` IS NULL ORDER BY `createdAt` {direction} LIMIT 6"
            ),
            _ => format!("`id` IN ({})", self.some(&ids)),
        }
    }

    fn change_users(&mut self) -> String {
        let (one, other, flag) = (self.user(), self.user(), self.flag());
        let role = self.one_of(&["'USER'", "'ADMIN'", "'CORRECTOR'"]);
        match self.below(9) {
            0 | 1 => {
                let id = self.id("u");
                user(id.trim_matches('\''))
            }
            2 => format!("DELETE FROM `users` WHERE `id` = {one}"),
            3 => format!("DELETE FROM `users` WHERE `id` IN ({one}, {other})"),
            4 => format!(
                "DELETE FROM `users` WHERE `id` IN (SELECT `senderId` FROM `messages` WHERE `receiverId` = {other}) AND `id` = {one}"
            ),
            5 => {
                let id = self.id("u");
                format!("UPDATE `users` SET `id` = {id}, `isActive` = {flag} WHERE `id` = {one}")
            }
            6 => format!("UPDATE `users` SET `role` = {role} WHERE `id` IN ({one}, {other})"),
            7 => format!("UPDATE `users` SET `isActive` = NOT `isActive`, `role` = {role}"),
            _ => format!(
                "REPLACE INTO `users` (`id`, `prenom`, `nom`, `email`, `password`, `role`, `isActive`, `updatedAt`) \
                VALUES ({one}, 'p', 'n', CONCAT({one}, '@exemple.fr'), 'x', {role}, {flag}, UTC_TIMESTAMP(3))"
            ),
        }
    }

    fn statement(&mut self) -> String {
        match self.below(20) {
            0..4 => self.write_notifications(),
            4..7 => self.change_notifications(),
            7..11 => self.write_messages(),
            11..15 => self.change_messages(),
            15..18 => format!("DELETE FROM `messages` WHERE {}", self.which_messages()),
            _ => self.change_users(),
        }
    }

    /// Runs one statement, or several in a transaction that is committed or not. A refused one changes nothing.
    async fn step(&mut self) -> String {
        let mut sent = Vec::new();
        let transaction = self.below(6) == 0;
        for _ in 0..if transaction { 3 } else { 1 } {
            let ids = "SELECT CAST(`id` AS CHAR) FROM";
            self.users = texts(&mut self.conn, &format!("{ids} `users` ORDER BY 1")).await;
            self.notifications = texts(&mut self.conn, &format!("{ids} `notifications` ORDER BY 1")).await;
            self.messages = texts(&mut self.conn, &format!("{ids} `messages` ORDER BY 1")).await;
            let sql = if self.users.len() < 4 {
                let id = self.id("u");
                user(id.trim_matches('\''))
            } else {
                self.statement()
            };
            if transaction && sent.is_empty() {
                script(&mut self.conn, "START TRANSACTION").await;
            }
            let done = attempt(&mut self.conn, &sql).await;
            assert!(done.is_ok_and(|()| true) || done.is_err_and(|number| USUAL.contains(&number)), "{done:?}: {sql}");
            sent.push(sql);
        }
        if transaction {
            let end = ["COMMIT", "ROLLBACK"][self.below(2)];
            script(&mut self.conn, end).await;
            sent.push(end.to_owned());
        }
        sent.join(";\n")
    }
}

/// Returns a conversation's id as the collation compares it.
fn folded(id: &str) -> String {
    id.trim_end().to_lowercase().replace('ï', "i").replace('é', "e").replace('\u{301}', "")
}

/// Computes an inbox in Rust from all messages.
fn inbox(messages: &[Message], who: &str) -> Vec<Thread> {
    let key = |m: &Message| (m.created_at, m.id.as_str().to_lowercase());
    // The visitor of a message without receiver and address is the first of its conversation.
    let visitor_of = |message: &Message| {
        let conversation = folded(message.conversation_id.as_str());
        let visitors =
            messages.iter().filter(|m| m.visitor_email.is_some() && folded(m.conversation_id.as_str()) == conversation);
        visitors.min_by_key(|m| key(m)).and_then(|m| m.visitor_email.clone())
    };
    let mut threads: BTreeMap<String, Vec<(&Message, bool)>> = BTreeMap::new();
    for m in messages.iter().filter(|m| !m.deleted_by_admin) {
        let (sender, receiver) =
            (m.sender_id.as_ref().map(|id| id.as_str()), m.receiver_id.as_ref().map(|id| id.as_str()));
        let is_who = |id: Option<&str>| id.is_some_and(|id| id.eq_ignore_ascii_case(who));
        let received = is_who(receiver);
        let other = if received {
            m.visitor_email.clone().or(sender.map(str::to_owned))
        } else if is_who(sender) && m.statut != MessageStatut::Brouillon {
            m.visitor_email.clone().or(receiver.map(str::to_owned)).or_else(|| visitor_of(m))
        } else {
            continue;
        };
        threads.entry(other.unwrap_or_default().to_lowercase()).or_default().push((m, received && !m.is_read));
    }
    let mut threads: Vec<_> = threads
        .into_iter()
        .map(|(correspondent, all)| {
            let newest = all.iter().map(|(m, _)| *m).max_by_key(|m| key(m)).unwrap();
            let unread = all.iter().filter(|(_, unread)| *unread).count() as i64;
            (key(newest), (correspondent, newest.id.to_string(), all.len() as i64, unread))
        })
        .collect();
    threads.sort_by_key(|(key, _)| Reverse(key.clone()));
    threads.into_iter().map(|(_, thread)| thread).collect()
}

/// Computes the answers in Rust from all rows.
async fn expected(staka: &Staka, who: &str, now: Timestamp) -> Answers {
    let mut conn = staka.acquire().await.unwrap();
    let is_who = |id: Option<&str>| id.is_some_and(|id| id.eq_ignore_ascii_case(who));
    let notifications = table::<Notification>(&mut conn).await;
    let unread = notifications.iter().filter(|n| {
        is_who(Some(n.user_id.as_str()))
            && !n.is_read
            && !n.is_deleted
            && n.expires_at.is_none_or(|expiry| expiry > now)
    });
    let mut threads: BTreeMap<String, Vec<Message>> = BTreeMap::new();
    let mut years = vec![0; 2100 - 2024];
    for message in table::<Message>(&mut conn).await {
        let year = message.created_at.to_chrono().with_timezone(&Zone::Europe__Paris).format("%Y").to_string();
        if message.statut != MessageStatut::Brouillon {
            years[year.parse::<usize>().unwrap() - 2024] += 1;
        }
        if is_who(message.sender_id.as_ref().map(|id| id.as_str()))
            || is_who(message.receiver_id.as_ref().map(|id| id.as_str()))
        {
            threads.entry(message.conversation_id.to_string()).or_default().push(message);
        }
    }
    let key = |m: &Message| (m.created_at, m.id.as_str().to_lowercase());
    let mut conversations: Vec<_> = threads
        .into_values()
        .map(|all| {
            let fresh = all
                .iter()
                .filter(|m| is_who(m.receiver_id.as_ref().map(|id| id.as_str())) && !m.is_read && !m.deleted_by_admin)
                .count();
            let newest = all.iter().max_by_key(|m| key(m)).unwrap();
            (key(newest), (newest.id.to_string(), all.len() as i64, fresh as i64))
        })
        .collect();
    conversations.sort_by_key(|(key, _)| Reverse(key.clone()));
    let inbox = inbox(&table::<Message>(&mut conn).await, who);
    let mut roles = BTreeMap::new();
    for user in table::<User>(&mut conn).await {
        *roles.entry((user.role.to_string(), user.is_active)).or_insert(0) += 1;
    }
    Answers {
        unread: unread.count() as u64,
        conversations: conversations.into_iter().map(|(_, actual)| actual).collect(),
        waiting: inbox.iter().filter(|thread| thread.3 > 0).cloned().collect(),
        inbox,
        roles,
        years: Some(years),
    }
}

on_both! {
    /// A walk of 360 turns runs some 480 statements: at least 40 on users, and at least 60 of each other kind. With
    /// `STAKA_LONG_TESTS=1` there are three walks.
    async fn a_random_walk(server: &Server) {
        let seeds = [1_u128, 0x7e57, 2026];
        for seed in &seeds[..if long_tests() { 3 } else { 1 }] {
            let (db, first) = server.staka().await;
            first.close().await;
            let clock = Arc::new(ManualClock::new("2026-06-15T21:30:00.250Z".parse().unwrap()));
            let kept = db.builder().clock(clock.clone()).max_connections(2).connect().await.unwrap();
            let counting = db.builder().clock(clock.clone()).max_connections(2).counters(false).connect().await.unwrap();
            let mut walk = Walk {
                conn: db.connect().await,
                random: Pcg64Mcg::from_seed((*seed << 1 | 1).to_le_bytes()),
                clock: clock.clone(),
                users: Vec::new(),
                notifications: Vec::new(),
                messages: Vec::new(),
                made: 0,
            };
            let (mut since, mut most) = (Vec::new(), 0);
            for turn in 0..360 {
                since.push(walk.step().await);
                if turn % 3 == 0 {
                    assert_exact(&mut walk.conn, &format!("seed {seed}, turn {turn}:\n{}", since.join(";\n"))).await;
                    since.clear();
                }
                if turn % 24 == 23 {
                    let users = texts(&mut walk.conn, "SELECT `id` FROM `users`").await;
                    for who in &users {
                        let actual = answers(&kept, who).await;
                        assert_eq!(actual, expected(&kept, who, clock.now()).await, "seed {seed}, turn {turn}: {who}");
                        assert_eq!(actual, answers(&counting, who).await, "seed {seed}, turn {turn}: {who}");
                        most = most.max(actual.conversations.len());
                        let (user, sessions) = (who.parse().unwrap(), [kept.as_system(), counting.as_system()]);
                        let [one, other] = [
                            sessions[0].messages().list_conversations(&user, PageRequest::default()).await.unwrap(),
                            sessions[1].messages().list_conversations(&user, PageRequest::default()).await.unwrap(),
                        ];
                        assert_eq!(one.items, other.items, "with their people");
                    }
                    clock.advance(Duration::from_millis(DAY / 5 * walk.below(5) as u64 + 1));
                }
            }
            assert!(most > 3, "somebody has conversations on several pages");
        }
    }
}
