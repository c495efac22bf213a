//! Helpers of the tests of counter tables: SQL as Prisma writes it, comparisons, and the queries' answers.

use std::collections::BTreeMap;
use std::sync::Arc;

use sqlx::mysql::MySqlDatabaseError;
use sqlx::{AssertSqlSafe, MySqlConnection};
use staka_core::db::PlanLog;
use staka_core::db::migrate::{self as verbs, MigrationReport};
use staka_core::model::UserId;
use staka_core::{Day, InboxFilter, PageRequest, PeriodUnit, Staka, StakaBuilder};

use crate::migrate_support::script;

/// The five tables, in the order in which they are reported.
pub const TABLES: [&str; 5] = [
    "staka_notification_counts",
    "staka_conversations",
    "staka_correspondents",
    "staka_message_hours",
    "staka_user_counts",
];

/// Runs statements; the error is the server's error number.
pub async fn attempt(conn: &mut MySqlConnection, sql: &str) -> Result<(), u16> {
    match sqlx::raw_sql(AssertSqlSafe(sql.to_owned())).execute(conn).await {
        Ok(_) => Ok(()),
        Err(error) => match error.as_database_error().and_then(|e| e.try_downcast_ref::<MySqlDatabaseError>()) {
            Some(refused) => Err(refused.number()),
            None => panic!("{error}: {sql}"),
        },
    }
}

/// Returns the wrong entries of the tables, as `table: entry kept/counted`.
pub async fn wrong(conn: &mut MySqlConnection) -> Vec<String> {
    let all = verbs::check_counters(conn).await.expect("counted");
    let shown = |table: &str, entry: &str, kept: &Option<String>, counted: &Option<String>| {
        let say = |what: &Option<String>| what.clone().unwrap_or_else(|| "-".to_owned());
        format!("{table}: {entry}: {} / {}", say(kept), say(counted))
    };
    for one in &all {
        assert_eq!(one.differing, one.differences.len() as u64, "few enough to be listed");
    }
    let differences = all.iter().flat_map(|one| one.differences.iter().map(|d| (one.table, d)));
    differences.map(|(table, d)| shown(table, &d.entry, &d.kept, &d.counted)).collect()
}

/// Asserts that all tables exist and are exact.
pub async fn assert_exact(conn: &mut MySqlConnection, when: &str) {
    let standing: Vec<&str> = verbs::check_counters(conn).await.expect("counted").iter().map(|one| one.table).collect();
    assert_eq!(standing, TABLES, "{when}");
    assert_eq!(wrong(conn).await, [""; 0], "{when}");
}

/// Creates users with these ids.
pub async fn users(conn: &mut MySqlConnection, ids: &[&str]) {
    for id in ids {
        script(conn, &user(id)).await;
    }
}

pub fn user(id: &str) -> String {
    format!(
        "INSERT INTO `users` (`id`, `prenom`, `nom`, `email`, `password`, `updatedAt`) \
         VALUES ('{id}', 'Zoé', 'Petit', '{id}@exemple.fr', 'x', UTC_TIMESTAMP(3))"
    )
}

/// Returns an INSERT of notifications; `rows` are `(id, userId, isRead, isDeleted, expiresAt)`.
pub fn notifications(rows: &str) -> String {
    let rows = rows.trim().replace("),", ")#");
    let rows: Vec<String> = rows.split('#').map(|row| row.replacen('(', "('t', 'm', UTC_TIMESTAMP(3), ", 1)).collect();
    format!(
        "INSERT INTO `notifications` (`title`, `message`, `updatedAt`, `id`, `userId`, `isRead`, `isDeleted`, `expiresAt`) VALUES {}",
        rows.join(", ")
    )
}

/// Returns an INSERT of a message; sender and receiver are `NULL` or quoted, `at` is a time on 2026-05-01.
pub fn message(id: &str, conversation: &str, from: &str, to: &str, at: &str) -> String {
    format!(
        "INSERT INTO `messages` (`id`, `conversationId`, `senderId`, `receiverId`, `content`, `createdAt`, `updatedAt`) \
         VALUES ('{id}', '{conversation}', {from}, {to}, 'bonjour', '2026-05-01 {at}', UTC_TIMESTAMP(3))"
    )
}

/// The answers of the queries, and for each whether it read a counter table.
#[derive(Debug, PartialEq)]
pub struct Answers {
    pub unread: u64,
    /// Newest message, number of messages, number of unread ones.
    pub conversations: Vec<(String, i64, i64)>,
    /// Correspondent in lower case, newest message, number of messages, number of unread ones.
    pub inbox: Vec<Thread>,
    /// The same of the threads with unread messages.
    pub waiting: Vec<Thread>,
    pub roles: BTreeMap<(String, bool), i64>,
    /// Messages by year; `None` if a migration stopped before the tables of other statistics.
    pub years: Option<Vec<i64>>,
}

pub type Thread = (String, String, i64, i64);

/// Returns the threads of an inbox, read in pages of three, and asserts the total.
async fn inbox(staka: &Staka, user: &UserId, unread_only: bool) -> Vec<Thread> {
    let filter = InboxFilter::default().administrator(user.clone()).unread_only(unread_only);
    let (session, mut page, mut threads) = (staka.as_system(), PageRequest::of(3).total(true), Vec::new());
    let mut total = None;
    loop {
        let listing = session.messages().list_inbox(&filter, page).await.unwrap();
        total = total.or(listing.total);
        threads.extend(
            listing.items.into_iter().map(|row| {
                (row.key.to_lowercase(), row.last_message.id.to_string(), row.message_count, row.unread_count)
            }),
        );
        let Some(next) = listing.next else { break };
        page = PageRequest::of(3).after(next);
    }
    assert_eq!(total, Some(threads.len() as u64), "{user}");
    threads
}

pub async fn answers(staka: &Staka, user: &str) -> Answers {
    let (session, user) = (staka.as_system(), user.parse::<UserId>().unwrap());
    let mut conversations = Vec::new();
    let mut page = PageRequest::of(3);
    loop {
        let listing = session.messages().list_conversations(&user, page).await.unwrap();
        let rows = listing.items.iter().map(|c| (c.last_message.id.to_string(), c.message_count, c.unread_count));
        conversations.extend(rows);
        let Some(next) = listing.next else { break };
        page = PageRequest::of(3).after(next);
    }
    let roles = session.stats().users_by_role().await.unwrap();
    let (from, to): (Day, Day) = ("2024-01-01".parse().unwrap(), "2100-01-01".parse().unwrap());
    let years = session.stats().time_series(from, to, PeriodUnit::Year).await.ok();
    Answers {
        unread: session.notifications().unread_count(&user).await.unwrap(),
        conversations,
        inbox: inbox(staka, &user, false).await,
        waiting: inbox(staka, &user, true).await,
        roles: roles.into_iter().map(|row| ((row.role.to_string(), row.is_active), row.count)).collect(),
        years: years.map(|years| years.iter().map(|year| year.figures.messages).collect()),
    }
}

/// Returns which of the tables a new handle reads, and asserts that its answers equal those of one that counts
/// rows.
pub async fn trusted(builder: &StakaBuilder, user: &str) -> [bool; 5] {
    let log = Arc::new(PlanLog::default());
    let staka = builder.clone().record_plans(Arc::clone(&log)).connect().await.unwrap();
    log.take();
    let kept = answers(&staka, user).await;
    let names: Vec<&str> = log.take().iter().map(|plan| plan.statement).collect();
    let counting = builder.clone().counters(false).connect().await.unwrap();
    assert_eq!(kept, answers(&counting, user).await);
    let queries = [
        "notifications.unread_count",
        "messages.list_conversations",
        "messages.list_inbox",
        "stats.time_series/messages",
        "stats.users_by_role",
    ];
    let figures = kept.years.is_some();
    queries.map(|name| {
        if name.starts_with("stats.time_series") && !figures {
            return false;
        }
        let (kept, counted) = (names.contains(&name), names.iter().any(|it| *it == format!("{name}/one_by_one")));
        assert!(kept != counted, "{name} by one way: {names:?}");
        kept
    })
}

/// Returns the tables that a migration left out, in the order in which they are reported.
pub fn refused(report: &MigrationReport) -> Vec<&'static str> {
    let mut tables: Vec<&str> = report.refused.iter().map(|refusal| refusal.table).collect();
    tables.sort_by_key(|table| TABLES.iter().position(|it| it == table));
    tables
}
