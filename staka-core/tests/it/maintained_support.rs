//! What the tests of the tables that triggers maintain share: plain SQL as Prisma writes it, the proof, and the answers.

use std::collections::BTreeMap;
use std::sync::Arc;

use sqlx::mysql::MySqlDatabaseError;
use sqlx::{AssertSqlSafe, MySqlConnection};
use staka_core::db::PlanLog;
use staka_core::db::migrate::{self as verbs, MigrationReport};
use staka_core::model::UserId;
use staka_core::{Day, Page, PeriodUnit, Staka, StakaBuilder};

use crate::migrate_support::script;

/// The four tables, in the order in which they are told.
pub const TABLES: [&str; 4] =
    ["staka_notification_counts", "staka_conversations", "staka_message_hours", "staka_user_counts"];

/// Runs statements; the error is the server's number.
pub async fn attempt(conn: &mut MySqlConnection, sql: &str) -> Result<(), u16> {
    match sqlx::raw_sql(AssertSqlSafe(sql.to_owned())).execute(conn).await {
        Ok(_) => Ok(()),
        Err(error) => match error.as_database_error().and_then(|e| e.try_downcast_ref::<MySqlDatabaseError>()) {
            Some(refused) => Err(refused.number()),
            None => panic!("{error}: {sql}"),
        },
    }
}

/// Which entries of the four tables are wrong, as `table: entry kept/counted`.
pub async fn wrong(conn: &mut MySqlConnection) -> Vec<String> {
    let all = verbs::recount(conn).await.expect("counted");
    let told = |table: &str, entry: &str, kept: &Option<String>, counted: &Option<String>| {
        let say = |what: &Option<String>| what.clone().unwrap_or_else(|| "-".to_owned());
        format!("{table}: {entry}: {} / {}", say(kept), say(counted))
    };
    for one in &all {
        assert_eq!(one.differing, one.differences.len() as u64, "few enough to be told");
    }
    let differences = all.iter().flat_map(|one| one.differences.iter().map(|d| (one.table, d)));
    differences.map(|(table, d)| told(table, &d.entry, &d.kept, &d.counted)).collect()
}

/// All four tables stand and are true.
pub async fn assert_exact(conn: &mut MySqlConnection, when: &str) {
    let standing: Vec<&str> = verbs::recount(conn).await.expect("counted").iter().map(|one| one.table).collect();
    assert_eq!(standing, TABLES, "{when}");
    assert_eq!(wrong(conn).await, [""; 0], "{when}");
}

/// Makes users of plain ids.
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

/// `rows` are `(id, userId, isRead, isDeleted, expiresAt)`.
pub fn notifications(rows: &str) -> String {
    let rows = rows.trim().replace("),", ")#");
    let rows: Vec<String> = rows.split('#').map(|row| row.replacen('(', "('t', 'm', UTC_TIMESTAMP(3), ", 1)).collect();
    format!(
        "INSERT INTO `notifications` (`title`, `message`, `updatedAt`, `id`, `userId`, `isRead`, `isDeleted`, `expiresAt`) VALUES {}",
        rows.join(", ")
    )
}

/// A message from one to the other, `NULL` or quoted, in a conversation at a moment of 2026-05-01.
pub fn message(id: &str, conversation: &str, from: &str, to: &str, at: &str) -> String {
    format!(
        "INSERT INTO `messages` (`id`, `conversationId`, `senderId`, `receiverId`, `content`, `createdAt`, `updatedAt`) \
         VALUES ('{id}', '{conversation}', {from}, {to}, 'bonjour', '2026-05-01 {at}', UTC_TIMESTAMP(3))"
    )
}

/// What the four queries say, and for each whether it read a table that triggers maintain.
#[derive(Debug, PartialEq)]
pub struct Answers {
    pub unread: u64,
    /// Newest message, messages, unread.
    pub conversations: Vec<(String, i64, i64)>,
    pub roles: BTreeMap<(String, bool), i64>,
    /// Messages by the year; none where a migration stopped before the tables of other figures.
    pub years: Option<Vec<i64>>,
}

pub async fn answers(staka: &Staka, user: &str) -> Answers {
    let (session, user) = (staka.as_system(), user.parse::<UserId>().unwrap());
    let mut conversations = Vec::new();
    let mut page = Page::of(3);
    loop {
        let listing = session.messages().conversations(&user, page).await.unwrap();
        let told = listing.items.iter().map(|c| (c.last_message.id.to_string(), c.message_count, c.unread_count));
        conversations.extend(told);
        let Some(next) = listing.next else { break };
        page = Page::of(3).after(next);
    }
    let roles = session.stats().users_by_role().await.unwrap();
    let (from, to): (Day, Day) = ("2024-01-01".parse().unwrap(), "2100-01-01".parse().unwrap());
    let years = session.stats().series(from, to, PeriodUnit::Year).await.ok();
    Answers {
        unread: session.notifications().unread_count(&user).await.unwrap(),
        conversations,
        roles: roles.into_iter().map(|row| ((row.role.to_string(), row.is_active), row.count)).collect(),
        years: years.map(|years| years.iter().map(|year| year.figures.messages).collect()),
    }
}

/// Which of the four tables a new handle reads, and that its answers are those of one that counts.
pub async fn believed(builder: &StakaBuilder, user: &str) -> [bool; 4] {
    let log = Arc::new(PlanLog::default());
    let staka = builder.clone().record_plans(Arc::clone(&log)).connect().await.unwrap();
    log.take();
    let kept = answers(&staka, user).await;
    let names: Vec<&str> = log.take().iter().map(|plan| plan.statement).collect();
    let counting = builder.clone().maintained(false).connect().await.unwrap();
    assert_eq!(kept, answers(&counting, user).await);
    let queries =
        ["notifications.unread_count", "messages.conversations", "stats.series/messages", "stats.users_by_role"];
    let figures = kept.years.is_some();
    queries.map(|name| {
        if name.starts_with("stats.series") && !figures {
            return false;
        }
        let (kept, counted) = (names.contains(&name), names.iter().any(|it| *it == format!("{name}/one_by_one")));
        assert!(kept != counted, "{name} by one way: {names:?}");
        kept
    })
}

/// The tables that a migration left out, in the order in which tables are told.
pub fn refused(report: &MigrationReport) -> Vec<&'static str> {
    let mut tables: Vec<&str> = report.refused.iter().map(|refusal| refusal.table).collect();
    tables.sort_by_key(|table| TABLES.iter().position(|it| it == table));
    tables
}
