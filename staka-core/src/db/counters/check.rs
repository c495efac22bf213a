//! Compares a counter table with its source, in one statement and so in one snapshot.

use serde::Serialize;
use sqlx::{AssertSqlSafe, MySqlConnection};

use super::Counter;
use crate::base::Result;
use crate::db::error::from_sqlx;

/// The most differences that are listed.
const MAX_DIFFERENCES: u32 = 100;

/// The comparison of a counter table with its source.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct CounterCheck {
    /// The counter table.
    pub table: &'static str,
    /// The table of the Prisma schema that it is computed from.
    pub source: &'static str,
    /// The number of entries that differ.
    pub differing: u64,
    /// The first 100 of them.
    pub differences: Vec<Difference>,
    /// The statement that lists them.
    #[serde(skip)]
    pub query: String,
}

/// An entry of a counter table that differs from its source.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct Difference {
    /// The entry's key: `user, day`, `user, conversation`, `user, correspondent`, `role, isActive` or the hour.
    pub entry: String,
    /// The value in the counter table; `None` if it has no such entry.
    pub kept: Option<String>,
    /// The value computed from the source; `None` if there should be no such entry.
    pub counted: Option<String>,
}

type Row = (String, Option<String>, Option<String>, i64);

pub(in crate::db) async fn check(conn: &mut MySqlConnection, which: Counter) -> Result<CounterCheck> {
    let query = which.difference_query();
    let rows: Vec<Row> = sqlx::query_as(AssertSqlSafe(query.clone())).fetch_all(conn).await.map_err(from_sqlx)?;
    let differing = rows.first().map_or(0, |(.., all)| all.unsigned_abs());
    let differences = rows.into_iter().map(|(entry, kept, counted, _)| Difference { entry, kept, counted }).collect();
    Ok(CounterCheck { table: which.table(), source: which.source(), differing, differences, query })
}

impl Counter {
    /// Returns the statement that lists the entries that differ.
    fn difference_query(self) -> String {
        let (table, (_, counted)) = (self.table(), self.counted());
        // An entry's name, its key and its value.
        let (name, key, value) = match self {
            Self::NotificationCounts => (
                "CONCAT(MIN(x.`userId`), ', ', MIN(x.`expiresOn`))",
                "x.`userId`, x.`expiresOn`",
                "NULLIF(SUM(x.`unread`), 0)",
            ),
            Self::UserCounts => (
                "CONCAT(MIN(x.`role`), ', ', MIN(x.`isActive`))",
                "x.`role`, x.`isActive`",
                "NULLIF(SUM(x.`users`), 0)",
            ),
            Self::MessageHours => ("CONCAT(MIN(x.`hour`))", "x.`hour`", "NULLIF(SUM(x.`messages`), 0)"),
            Self::Conversations => (
                "CONCAT(MIN(x.`userId`), ', ', CONVERT(MIN(x.`conversationId`) USING utf8mb4) COLLATE utf8mb4_unicode_ci)",
                "x.`userId`, x.`conversationId`",
                "MAX(CONCAT(x.`messages`, ' messages, ', x.`unread`, ' unread, newest ', x.`newestAt`, ' ', x.`newestId`))",
            ),
            Self::Correspondents => (
                "CONCAT(MIN(x.`userId`), ', ', CONVERT(MIN(x.`correspondent`) USING utf8mb4) COLLATE utf8mb4_unicode_ci)",
                "x.`userId`, x.`correspondent`",
                "MAX(CONCAT(x.`messages`, ' messages, ', x.`unread`, ' unread, newest ', x.`newestAt`, ' ', x.`newestId`, \
                   IF(x.`waiting` = (x.`unread` > 0), '', ', waiting is wrong')))",
            ),
        };
        let side = |side: &str, from: &str| {
            format!(
                "SELECT {name} AS `entry`, {key}, {value} AS `says`, '{side}' AS `side` FROM {from} x GROUP BY {key}"
            )
        };
        let keys = key.replace("x.", "y.");
        format!(
            "SELECT MIN(y.`entry`), CAST(MAX(IF(y.`side` = 'kept', y.`says`, NULL)) AS CHAR), \
               CAST(MAX(IF(y.`side` = 'counted', y.`says`, NULL)) AS CHAR), COUNT(*) OVER () FROM (\
               {} UNION ALL {}\
             ) y GROUP BY {keys} \
             HAVING NOT (CAST(MAX(IF(y.`side` = 'kept', y.`says`, NULL)) AS BINARY) \
               <=> CAST(MAX(IF(y.`side` = 'counted', y.`says`, NULL)) AS BINARY)) \
             ORDER BY 1 LIMIT {MAX_DIFFERENCES}",
            side("kept", &format!("`{table}`")),
            side("counted", &format!("({counted})")),
        )
    }
}
