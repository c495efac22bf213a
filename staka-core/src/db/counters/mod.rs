//! Counter tables: tables owned by Staka that triggers keep consistent with tables of the Prisma schema, whichever
//! program writes. A table that is not trusted is not read: queries then count by an index, and a warning is logged.
//! `docs/counters.md` contains the measurements behind this design.

mod check;
mod status;

use super::{ServerKind, Statement};

pub(super) use check::check;
pub use check::{CounterCheck, Difference};
pub(super) use status::CounterStatus;

/// The value of `group_concat_max_len` with which a statement runs whose rows the triggers do not count. The triggers name
/// it too.
const UNCOUNTED: u32 = 419_102_019;

/// Returns an UPDATE with which the triggers do not count. Nothing remains set after it, even if it fails or is killed,
/// because the server sets the value for this statement only.
pub(super) fn uncounted(update: &Statement, server: ServerKind) -> Statement {
    let text = update.text();
    update.with_text(match (server, text.strip_prefix("UPDATE ")) {
        (ServerKind::MySql, Some(rest)) => {
            format!("UPDATE /*+ SET_VAR(group_concat_max_len = {UNCOUNTED}) */ {rest}")
        }
        _ => format!("SET STATEMENT group_concat_max_len = {UNCOUNTED} FOR {text}"),
    })
}

/// A counter table, maintained by triggers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Counter {
    /// The unread notifications of a user by the day on which they expire.
    NotificationCounts,
    /// The conversations of a user: newest message, number of messages, number of unread ones.
    Conversations,
    /// The correspondents of a user: newest message, number of messages, number of unread ones.
    Correspondents,
    /// Messages by the hour (UTC) in which they were written, without drafts.
    MessageHours,
    /// Accounts by role and state.
    UserCounts,
}

impl Counter {
    /// All counter tables.
    pub const ALL: [Self; 5] =
        [Self::NotificationCounts, Self::Conversations, Self::Correspondents, Self::MessageHours, Self::UserCounts];

    /// Returns the table's name.
    pub const fn table(self) -> &'static str {
        self.tables()[0]
    }

    /// Returns the tables that its statements read: itself, and the one that says whether it is filled.
    const fn tables(self) -> &'static [&'static str; 2] {
        match self {
            Self::NotificationCounts => &["staka_notification_counts", "staka_counter_status"],
            Self::Conversations => &["staka_conversations", "staka_counter_status"],
            Self::Correspondents => &["staka_correspondents", "staka_counter_status"],
            Self::UserCounts => &["staka_user_counts", "staka_counter_status"],
            Self::MessageHours => &["staka_message_hours", "staka_counter_status"],
        }
    }

    /// Returns the table that it is computed from.
    pub const fn source(self) -> &'static str {
        match self {
            Self::NotificationCounts => "notifications",
            Self::Conversations | Self::Correspondents | Self::MessageHours => "messages",
            Self::UserCounts => "users",
        }
    }

    /// Returns the triggers that maintain it.
    pub const fn triggers(self) -> &'static [&'static str] {
        match self {
            Self::NotificationCounts => {
                &["staka_notifications_insert", "staka_notifications_update", "staka_notifications_delete"]
            }
            Self::Conversations => &[
                "staka_messages_insert",
                "staka_messages_update",
                "staka_messages_delete",
                "staka_users_messages",
                "staka_users_replaced",
            ],
            Self::Correspondents => &[
                "staka_correspondents_insert",
                "staka_correspondents_update",
                "staka_correspondents_delete",
                "staka_correspondents_users",
                "staka_correspondents_replaced",
                "staka_correspondents_renamed",
            ],
            Self::UserCounts => &["staka_users_insert", "staka_users_update", "staka_users_delete"],
            Self::MessageHours => &[
                "staka_message_hours_insert",
                "staka_message_hours_update",
                "staka_message_hours_delete",
                "staka_message_hours_users",
                "staka_message_hours_replaced",
            ],
        }
    }

    /// Returns the table's columns and the query that computes its rows from the source.
    const fn counted(self) -> (&'static str, &'static str) {
        match self {
            Self::NotificationCounts => (
                "`userId`, `expiresOn`, `slot`, `unread`",
                "SELECT n.`userId`, CAST(COALESCE(DATE(n.`expiresAt`), '9999-12-31') AS DATE) AS `expiresOn`, 0 AS `slot`, COUNT(*) AS `unread` \
                 FROM `notifications` n WHERE n.`isRead` = FALSE AND n.`isDeleted` = FALSE GROUP BY n.`userId`, 2",
            ),
            // Time and id of the newest message form one text: 23 characters of time, then the id.
            Self::Conversations => (
                "`userId`, `conversationId`, `messages`, `unread`, `newestAt`, `newestId`",
                "SELECT c.`userId`, c.`conversationId`, c.`messages`, c.`unread`, \
                   CAST(LEFT(c.`newest`, 23) AS DATETIME(3)) AS `newestAt`, SUBSTRING(c.`newest`, 24) AS `newestId` FROM (\
                   SELECT p.`userId`, CAST(p.`conversationId` AS BINARY) AS `conversationId`, COUNT(*) AS `messages`, \
                     CAST(SUM(p.`fresh`) AS SIGNED) AS `unread`, MAX(CONCAT(p.`createdAt`, p.`id`)) AS `newest` FROM (\
                     SELECT s.`senderId` AS `userId`, s.`conversationId`, s.`createdAt`, s.`id`, \
                       (s.`receiverId` <=> s.`senderId` AND s.`isRead` = FALSE AND s.`deletedByAdmin` = FALSE) AS `fresh` \
                     FROM `messages` s WHERE s.`senderId` IS NOT NULL \
                     UNION ALL \
                     SELECT r.`receiverId`, r.`conversationId`, r.`createdAt`, r.`id`, \
                       (r.`isRead` = FALSE AND r.`deletedByAdmin` = FALSE) \
                     FROM `messages` r WHERE r.`receiverId` IS NOT NULL AND NOT (r.`senderId` <=> r.`receiverId`)\
                   ) p GROUP BY p.`userId`, CAST(p.`conversationId` AS BINARY)\
                 ) c",
            ),
            Self::Correspondents => (
                "`userId`, `correspondent`, `messages`, `unread`, `waiting`, `newestAt`, `newestId`",
                "SELECT c.`userId`, c.`correspondent`, c.`messages`, c.`unread`, (c.`unread` > 0) AS `waiting`, \
                   CAST(LEFT(c.`newest`, 23) AS DATETIME(3)) AS `newestAt`, SUBSTRING(c.`newest`, 24) AS `newestId` FROM (\
                   SELECT p.`userId`, p.`correspondent`, COUNT(*) AS `messages`, \
                     CAST(SUM(p.`fresh`) AS SIGNED) AS `unread`, MAX(CONCAT(p.`createdAt`, p.`id`)) AS `newest` FROM (\
                     SELECT r.`receiverId` AS `userId`, CAST(LOWER(COALESCE(r.`visitorEmail`, r.`senderId`, '')) AS BINARY) AS `correspondent`, \
                       r.`createdAt`, r.`id`, (r.`isRead` = FALSE) AS `fresh` \
                     FROM `messages` r WHERE r.`receiverId` IS NOT NULL AND r.`deletedByAdmin` = FALSE \
                     UNION ALL \
                     SELECT s.`senderId`, IF(s.`visitorEmail` IS NULL AND s.`receiverId` IS NULL, CONCAT(0x00, CAST(s.`conversationId` AS BINARY)), \
                         CAST(LOWER(COALESCE(s.`visitorEmail`, s.`receiverId`)) AS BINARY)), s.`createdAt`, s.`id`, FALSE \
                     FROM `messages` s WHERE s.`senderId` IS NOT NULL AND NOT (s.`senderId` <=> s.`receiverId`) \
                       AND s.`deletedByAdmin` = FALSE AND s.`statut` <> 'BROUILLON'\
                   ) p GROUP BY p.`userId`, p.`correspondent`\
                 ) c",
            ),
            Self::UserCounts => (
                "`role`, `isActive`, `slot`, `users`",
                "SELECT CAST(u.`role` AS CHAR) AS `role`, u.`isActive`, 0 AS `slot`, COUNT(*) AS `users` \
                 FROM `users` u GROUP BY u.`role`, u.`isActive`",
            ),
            Self::MessageHours => (
                "`hour`, `slot`, `messages`",
                "SELECT CAST(DATE_FORMAT(m.`createdAt`, '%Y-%m-%d %H:00:00') AS DATETIME) AS `hour`, 0 AS `slot`, COUNT(*) AS `messages` \
                 FROM `messages` m WHERE m.`statut` <> 'BROUILLON' GROUP BY 1",
            ),
        }
    }

    /// Returns the tables that [`Counter::counted`] reads, in the syntax of LOCK TABLES.
    const fn locks(self) -> &'static str {
        match self {
            Self::NotificationCounts => "`notifications` AS n READ",
            Self::Conversations | Self::Correspondents => "`messages` AS s READ, `messages` AS r READ",
            Self::UserCounts => "`users` AS u READ",
            Self::MessageHours => "`messages` AS m READ",
        }
    }

    /// Returns the statements that refill the table while its source is locked, and record it as filled.
    pub(in crate::db) fn fill(self) -> String {
        let (table, locks, (columns, counted)) = (self.table(), self.locks(), self.counted());
        format!(
            "LOCK TABLES `{table}` WRITE, `staka_counter_status` WRITE, {locks};\n\
             DELETE FROM `staka_counter_status` WHERE `name` = '{table}';\n\
             DELETE FROM `{table}`;\n\
             INSERT INTO `{table}` ({columns}) {counted};\n\
             INSERT INTO `staka_counter_status` (`name`, `filledAt`) VALUES ('{table}', UTC_TIMESTAMP(3));\n\
             UNLOCK TABLES"
        )
    }
}
