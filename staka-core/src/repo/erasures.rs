//! Erasure records: a table owned by Staka that holds nothing personal.

use std::sync::LazyLock;

use super::select::{self, By, List, Path, SortColumn};
use super::table::{insert, insert_or_statement};
use crate::base::{Args, Page, PageRequest, Predicate, Result, Table, Timestamp};
use crate::db::{Access, Conn, Optional, Statement};
use crate::model::UserId;
use crate::model::view::ErasureRecord;

const TABLE: Optional = Optional::tables(
    &["staka_erasures"],
    "erasures are not recorded, and a restored backup would bring the person back",
);

const BY_KEY: &[Access] = &[Access::Index { table: "t", keys: &["PRIMARY"] }];

static ADD: LazyLock<Statement> =
    LazyLock::new(|| insert_or_statement::<ErasureRecord>("erasures.add", "INSERT IGNORE", ""));

/// Inserts an erasure record unless the person has one, since the first erasure counts. Returns whether it was
/// inserted.
pub async fn add(conn: &mut Conn, user: &UserId, at: Timestamp, reason: &str) -> Result<bool> {
    let record = ErasureRecord { user_id: user.clone(), erased_at: at, reason: reason.to_owned() };
    Ok(insert(conn, &ADD, &record).await? > 0)
}

/// Inserts an erasure record as [`add`] does; returns none, and only warns, if the table does not exist.
pub async fn keep(conn: &mut Conn, user: &UserId, at: Timestamp, reason: &str) -> Result<Option<bool>> {
    TABLE.or_none(add(conn, user, at, reason).await)
}

static LOOKUP: LazyLock<Statement> = LazyLock::new(|| {
    let text = format!("SELECT {} FROM staka_erasures t WHERE t.userId = ?", ErasureRecord::SELECT);
    Statement::fixed("erasures.lookup", "", BY_KEY).with_text(text)
});

/// Returns the person's erasure record, if there is one; none if the table does not exist.
pub async fn lookup(conn: &mut Conn, user: &UserId) -> Result<Option<ErasureRecord>> {
    Ok(TABLE.or_none(conn.optional(&LOOKUP, Args::new().with(user)).await)?.flatten())
}

static NEXT: LazyLock<Statement> = LazyLock::new(|| {
    Statement::fixed("erasures.next", "", BY_KEY).with_text(format!(
        "SELECT {} FROM staka_erasures t FORCE INDEX (PRIMARY) WHERE t.userId > ? ORDER BY t.userId LIMIT ?",
        ErasureRecord::SELECT
    ))
});

/// Returns the next erasure records after the user `after`, by user id.
pub async fn next(conn: &mut Conn, after: Option<&UserId>, limit: u32) -> Result<Vec<ErasureRecord>> {
    conn.all(&NEXT, Args::new().with(after.map_or("", UserId::as_str)).with(limit)).await
}

static LIST: List = List {
    name: "privacy.list_erasures",
    columns: ErasureRecord::SELECT,
    from: "staka_erasures t",
    id: "t.`userId`",
    joined: &[],
    paths: &[Path::index(By::Default, "t", &["staka_erasures_erasedAt"])],
};

/// Returns the erasure records, newest first; 100 per page by default, at most 1,000.
pub async fn list(conn: &mut Conn, page: &PageRequest) -> Result<Page<ErasureRecord>> {
    select::page(conn, &LIST, Predicate::default(), &[SortColumn::desc("t.`erasedAt`")], page, 100, 1_000).await
}

/// Returns the lists of this module.
pub(super) fn lists() -> Vec<&'static List> {
    vec![&LIST]
}

pub(super) fn statements() -> Vec<&'static Statement> {
    vec![&*ADD, &*LOOKUP, &*NEXT]
}
