//! The proof: what a maintained table says beside what its source says, read in one statement and so at one moment.

use serde::Serialize;
use sqlx::{AssertSqlSafe, MySqlConnection};

use super::Maintained;
use crate::base::Result;
use crate::db::error::from_sqlx;

/// Differences that are told one by one.
const TOLD: u32 = 100;

/// What a maintained table says, beside what is counted from its source anew.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct Recount {
    /// The table.
    pub table: &'static str,
    /// The guide's table that it follows.
    pub source: &'static str,
    /// In how many of its entries it differs; 0 when it is true.
    pub differing: u64,
    /// The first 100 of those.
    pub differences: Vec<Difference>,
    /// The statement that tells them.
    #[serde(skip)]
    pub query: String,
}

/// An entry in which a maintained table is wrong.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct Difference {
    /// Whose: `user, day`, `user, conversation`, `role, isActive` or the hour.
    pub entry: String,
    /// What the table says; none when it has no such entry.
    pub kept: Option<String>,
    /// What its source says; none when there should be no such entry.
    pub counted: Option<String>,
}

type Row = (String, Option<String>, Option<String>, i64);

pub(in crate::db) async fn recount(conn: &mut MySqlConnection, which: Maintained) -> Result<Recount> {
    let query = which.recount();
    let rows: Vec<Row> = sqlx::query_as(AssertSqlSafe(query.clone())).fetch_all(conn).await.map_err(from_sqlx)?;
    let differing = rows.first().map_or(0, |(.., all)| all.unsigned_abs());
    let differences = rows.into_iter().map(|(entry, kept, counted, _)| Difference { entry, kept, counted }).collect();
    Ok(Recount { table: which.table(), source: which.source(), differing, differences, query })
}

impl Maintained {
    /// The entries in which what is kept and what is counted are not the same.
    fn recount(self) -> String {
        let (table, (_, counted)) = (self.table(), self.counted());
        // How an entry is named, told from others, and what it says.
        let (name, key, says) = match self {
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
        };
        let side = |side: &str, from: &str| {
            format!(
                "SELECT {name} AS `entry`, {key}, {says} AS `says`, '{side}' AS `side` FROM {from} x GROUP BY {key}"
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
             ORDER BY 1 LIMIT {TOLD}",
            side("kept", &format!("`{table}`")),
            side("counted", &format!("({counted})")),
        )
    }
}
