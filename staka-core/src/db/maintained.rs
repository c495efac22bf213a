//! Tables of ours that triggers keep true to the guide's tables, whoever writes: what they are, and whether what they
//! say can be believed. Where it cannot, queries count exactly by an index instead, and the log says so.

use std::sync::Mutex;
use std::sync::PoisonError;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use staka_macros::Record;

use super::{Conn, Statement, error};
use crate::base::{Args, Record, Result};

/// A table that triggers maintain.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Maintained {
    /// The unread notifications of a user, by the day on which they expire.
    NotificationCounts,
    /// The conversations of a user: newest message, number, unread.
    Conversations,
    /// Accounts by role and state.
    UserCounts,
}

impl Maintained {
    /// All of them.
    pub const ALL: [Self; 3] = [Self::NotificationCounts, Self::Conversations, Self::UserCounts];

    /// The table's name.
    pub const fn table(self) -> &'static str {
        match self {
            Self::NotificationCounts => "staka_notification_counts",
            Self::Conversations => "staka_conversations",
            Self::UserCounts => "staka_user_counts",
        }
    }

    /// The table that it is made from.
    pub const fn source(self) -> &'static str {
        match self {
            Self::NotificationCounts => "notifications",
            Self::Conversations => "messages",
            Self::UserCounts => "users",
        }
    }

    /// The triggers that keep it true.
    pub const fn triggers(self) -> &'static [&'static str] {
        match self {
            Self::NotificationCounts => {
                &["staka_notifications_insert", "staka_notifications_update", "staka_notifications_delete"]
            }
            Self::Conversations => {
                &["staka_messages_insert", "staka_messages_update", "staka_messages_delete", "staka_users_messages"]
            }
            Self::UserCounts => &["staka_users_insert", "staka_users_update", "staka_users_delete"],
        }
    }

    /// What the table should hold: its columns, and the rows as they are counted from the source anew.
    pub(super) const fn counted(self) -> (&'static str, &'static str) {
        match self {
            Self::NotificationCounts => (
                "`userId`, `expiresOn`, `slot`, `unread`",
                "SELECT n.`userId`, COALESCE(DATE(n.`expiresAt`), '9999-12-31') AS `expiresOn`, 0 AS `slot`, COUNT(*) AS `unread` \
                 FROM `notifications` n WHERE n.`isRead` = FALSE AND n.`isDeleted` = FALSE GROUP BY n.`userId`, 2",
            ),
            // Moment and id of the newest message are one text of fixed layout: 23 characters, then the id.
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
            Self::UserCounts => (
                "`rank`, `isActive`, `slot`, `role`, `users`",
                "SELECT u.`role` + 0 AS `rank`, u.`isActive`, 0 AS `slot`, CAST(u.`role` AS CHAR) AS `role`, COUNT(*) AS `users` \
                 FROM `users` u GROUP BY u.`role`, u.`isActive`",
            ),
        }
    }

    /// What [`Maintained::counted`] reads, as LOCK TABLES names it.
    const fn locks(self) -> &'static str {
        match self {
            Self::NotificationCounts => "`notifications` AS n READ",
            Self::Conversations => "`messages` AS s READ, `messages` AS r READ",
            Self::UserCounts => "`users` AS u READ",
        }
    }

    /// Fills it anew while nobody writes to its source, and marks it as filled.
    pub(super) fn fill(self) -> String {
        let (table, locks, (columns, counted)) = (self.table(), self.locks(), self.counted());
        format!(
            "LOCK TABLES `{table}` WRITE, `staka_maintained` WRITE, {locks};\n\
             DELETE FROM `staka_maintained` WHERE `name` = '{table}';\n\
             DELETE FROM `{table}`;\n\
             INSERT INTO `{table}` ({columns}) {counted};\n\
             INSERT INTO `staka_maintained` (`name`, `filledAt`) VALUES ('{table}', UTC_TIMESTAMP(3));\n\
             UNLOCK TABLES"
        )
    }
}

/// How long what was seen of the tables holds; it is looked at again when a connection is opened after that.
const SEEN: Duration = Duration::from_secs(60);

/// Which of the tables can be believed, as a handle saw them last.
#[derive(Debug, Default)]
pub(super) struct Belief {
    believed: [AtomicBool; Maintained::ALL.len()],
    seen: Mutex<Option<Instant>>,
}

static FILLED: Statement = Statement::fixed("maintained.filled", "SELECT `name` FROM `staka_maintained`", &[]);
static TRIGGERS: Statement = Statement::fixed(
    "maintained.triggers",
    "SELECT CAST(TRIGGER_NAME AS CHAR) FROM information_schema.TRIGGERS WHERE TRIGGER_SCHEMA = DATABASE()",
    &[],
);
/// Who may not see triggers sees none: then the mark alone is believed.
static SEES_TRIGGERS: Statement = Statement::fixed(
    "maintained.sees_triggers",
    "SELECT (SELECT COUNT(*) FROM information_schema.USER_PRIVILEGES WHERE PRIVILEGE_TYPE = 'TRIGGER') \
     + (SELECT COUNT(*) FROM information_schema.SCHEMA_PRIVILEGES WHERE PRIVILEGE_TYPE = 'TRIGGER' AND DATABASE() LIKE TABLE_SCHEMA)",
    &[],
);

#[derive(Record)]
struct Name {
    name: String,
}

impl Belief {
    pub(super) fn is_old(&self) -> bool {
        let seen = self.seen.lock().unwrap_or_else(PoisonError::into_inner);
        seen.is_none_or(|seen| seen.elapsed() > SEEN)
    }

    fn of(&self, which: Maintained) -> &AtomicBool {
        &self.believed[which as usize]
    }

    /// Looks at marks and triggers. What cannot be looked at is not believed.
    pub(super) async fn look(&self, conn: &mut Conn) {
        *self.seen.lock().unwrap_or_else(PoisonError::into_inner) = Some(Instant::now());
        let believed = match believed(conn).await {
            Ok(believed) => believed,
            Err(error) => {
                tracing::debug!(%error, "no table of ours is maintained");
                Vec::new()
            }
        };
        for which in Maintained::ALL {
            let now = believed.contains(&which);
            if self.of(which).swap(now, Ordering::Relaxed) && !now {
                tracing::warn!(table = which.table(), "is no longer maintained: queries count; run `staka migrate`");
            }
        }
    }
}

async fn believed(conn: &mut Conn) -> Result<Vec<Maintained>> {
    let names = |names: Vec<Name>| names.into_iter().map(|row| row.name).collect::<Vec<String>>();
    let filled = names(conn.all(&FILLED, Args::new()).await?);
    let mut believed: Vec<Maintained> =
        Maintained::ALL.into_iter().filter(|which| filled.iter().any(|name| name == which.table())).collect();
    let standing = names(conn.all(&TRIGGERS, Args::new()).await?);
    let complete = |which: &Maintained| which.triggers().iter().all(|name| standing.iter().any(|it| it == name));
    if !believed.iter().all(complete) && (!standing.is_empty() || conn.one::<i64>(&SEES_TRIGGERS, Args::new()).await? > 0)
    {
        believed.retain(complete);
    }
    Ok(believed)
}

impl Conn {
    /// The rows of a statement over a table that triggers maintain; none when the table cannot be believed, and the
    /// caller must count by itself.
    pub async fn maintained<T: Record + Send>(
        &mut self,
        which: Maintained,
        statement: &Statement,
        args: impl FnOnce() -> Args,
    ) -> Result<Option<Vec<T>>> {
        if !self.shared().maintained.of(which).load(Ordering::Relaxed) {
            return Ok(None);
        }
        match self.all(statement, args()).await {
            Err(lost) if error::lacks_a_table(&lost) => {
                self.shared().maintained.of(which).store(false, Ordering::Relaxed);
                tracing::warn!(table = which.table(), "is not there: queries count; run `staka migrate`");
                Ok(None)
            }
            done => done.map(Some),
        }
    }
}
