//! Who was erased: a table of ours, in which nothing is personal.

use super::select::{self, By, List};
use crate::base::{Args, Listing, Page, Result, Timestamp, Where};
use crate::db::error::lacks_a_table;
use crate::db::{Access, Conn, Statement};
use crate::model::UserId;
use crate::model::view::Tombstone;

static ADD: Statement = Statement::fixed(
    "tombstones.add",
    "INSERT IGNORE INTO staka_tombstones (`userId`, `erasedAt`, `reason`) VALUES (?, ?, ?)",
    &[],
);

/// Adds one, unless the person has one: the first erasure is the one that counts. Says whether it was added.
pub async fn add(conn: &mut Conn, user: &UserId, at: Timestamp, reason: &str) -> Result<bool> {
    Ok(conn.execute(&ADD, Args::new().with(user).with(at).with(reason)).await? > 0)
}

/// Writes a tombstone for an account that is removed altogether; none where our table is not there.
pub async fn keep(conn: &mut Conn, user: &UserId, at: Timestamp) -> Result<()> {
    match add(conn, user, at, "other").await {
        Err(lost) if lacks_a_table(&lost) => {
            tracing::warn!(
                "staka_tombstones is not there: run `staka migrate`; a restored backup would bring the account back"
            );
            Ok(())
        }
        done => done.map(drop),
    }
}

static LOOKUP: Statement = Statement::fixed(
    "tombstones.lookup",
    "SELECT t.userId, t.erasedAt, t.reason FROM staka_tombstones t WHERE t.userId = ?",
    &[Access::Index { table: "t", keys: &["PRIMARY"] }],
);

/// The person's tombstone, if there is one.
pub async fn lookup(conn: &mut Conn, user: &UserId) -> Result<Option<Tombstone>> {
    conn.optional(&LOOKUP, Args::new().with(user)).await
}

static NEXT: Statement = Statement::fixed(
    "tombstones.next",
    "SELECT t.userId, t.erasedAt, t.reason FROM staka_tombstones t FORCE INDEX (PRIMARY) WHERE t.userId > ? ORDER BY t.userId LIMIT ?",
    &[Access::Index { table: "t", keys: &["PRIMARY"] }],
);

/// The next tombstones behind `after`, by id.
pub async fn next(conn: &mut Conn, after: Option<&UserId>, limit: u32) -> Result<Vec<Tombstone>> {
    conn.all(&NEXT, Args::new().with(after.map_or("", UserId::as_str)).with(limit)).await
}

static LIST: List = List {
    name: "privacy.tombstones",
    columns: "t.`userId`, t.`erasedAt`, t.`reason`",
    from: "staka_tombstones t",
    id: "t.`userId`",
};

/// All of them, the newest first; 100 unless the page says otherwise, 1,000 at the most.
pub async fn list(conn: &mut Conn, page: &Page) -> Result<Listing<Tombstone>> {
    select::page(conn, &LIST, Where::default(), &[By::desc("t.`erasedAt`")], page, 100, 1_000).await
}

pub(super) fn statements() -> Vec<&'static Statement> {
    vec![&ADD, &LOOKUP, &NEXT]
}
