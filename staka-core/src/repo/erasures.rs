//! Erasure records: a table owned by Staka that holds nothing personal.

use super::select::{self, By, List, Path, SortColumn};
use crate::base::{Args, Page, PageRequest, Predicate, Result, Timestamp};
use crate::db::error::is_missing_table;
use crate::db::{Access, Conn, Statement};
use crate::model::UserId;
use crate::model::view::ErasureRecord;

static ADD: Statement = Statement::fixed(
    "erasures.add",
    "INSERT IGNORE INTO staka_erasures (`userId`, `erasedAt`, `reason`) VALUES (?, ?, ?)",
    &[],
);

/// Inserts an erasure record unless the person has one, since the first erasure counts. Returns whether it was
/// inserted.
pub async fn add(conn: &mut Conn, user: &UserId, at: Timestamp, reason: &str) -> Result<bool> {
    Ok(conn.execute(&ADD, Args::new().with(user).with(at).with(reason)).await? > 0)
}

/// Inserts an erasure record for an account that is deleted; does nothing but warn if the table does not exist.
pub async fn keep(conn: &mut Conn, user: &UserId, at: Timestamp) -> Result<()> {
    match add(conn, user, at, "other").await {
        Err(lost) if is_missing_table(&lost) => {
            tracing::warn!(
                "the table staka_erasures is missing: run `staka migrate`; a restored backup would bring the account back"
            );
            Ok(())
        }
        done => done.map(drop),
    }
}

static LOOKUP: Statement = Statement::fixed(
    "erasures.lookup",
    "SELECT t.userId, t.erasedAt, t.reason FROM staka_erasures t WHERE t.userId = ?",
    &[Access::Index { table: "t", keys: &["PRIMARY"] }],
);

/// Returns the person's erasure record, if there is one.
pub async fn lookup(conn: &mut Conn, user: &UserId) -> Result<Option<ErasureRecord>> {
    conn.optional(&LOOKUP, Args::new().with(user)).await
}

static NEXT: Statement = Statement::fixed(
    "erasures.next",
    "SELECT t.userId, t.erasedAt, t.reason FROM staka_erasures t FORCE INDEX (PRIMARY) WHERE t.userId > ? ORDER BY t.userId LIMIT ?",
    &[Access::Index { table: "t", keys: &["PRIMARY"] }],
);

/// Returns the next erasure records after the user `after`, by user id.
pub async fn next(conn: &mut Conn, after: Option<&UserId>, limit: u32) -> Result<Vec<ErasureRecord>> {
    conn.all(&NEXT, Args::new().with(after.map_or("", UserId::as_str)).with(limit)).await
}

static LIST: List = List {
    name: "privacy.list_erasures",
    columns: "t.`userId`, t.`erasedAt`, t.`reason`",
    from: "staka_erasures t",
    id: "t.`userId`",
    joined: &[],
    paths: &[Path::index(By::Default, "t", &["staka_erasures_erasedAt"])],
};

/// Returns the erasure records, newest first; 100 per page by default, at most 1,000.
pub async fn list(conn: &mut Conn, page: &PageRequest) -> Result<Page<ErasureRecord>> {
    select::page(conn, &LIST, Predicate::default(), &[SortColumn::desc("t.`erasedAt`")], page, 100, 1_000).await
}

pub(super) static LISTS: &[&List] = &[&LIST];

pub(super) fn statements() -> Vec<&'static Statement> {
    vec![&ADD, &LOOKUP, &NEXT]
}
