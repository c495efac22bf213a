//! Figures about messages.

use std::sync::LazyLock;

use super::must_be_a_window;
use crate::base::{Args, Cursor, Error, Listing, Page, Result, Timestamp};
use crate::db::{Access, Conn, Statement};
use crate::model::view::{MessageRecord, MessagesByTypeAndStatut};

static BY_TYPE_AND_STATUT: Statement = Statement::fixed(
    "stats.messages_by_type_and_statut",
    "SELECT m.type, m.statut, COUNT(*) FROM messages m WHERE m.createdAt >= ? GROUP BY m.type, m.statut ORDER BY m.type, m.statut",
    &[Access::Index { table: "m", keys: &["staka_messages_period"] }],
);

/// How many messages written since then are of which type and statut, in the order of declaration.
pub async fn by_type_and_statut(conn: &mut Conn, since: Timestamp) -> Result<Vec<MessagesByTypeAndStatut>> {
    conn.all(&BY_TYPE_AND_STATUT, Args::new().with(since)).await
}

/// From the start, and behind a cursor. Prisma's own index gives the rows in order, keys within a millisecond too.
static RECORDS: LazyLock<[Statement; 2]> = LazyLock::new(|| {
    [false, true].map(|after| {
        let behind = if after { " AND (m.createdAt > ? OR m.id > ?)" } else { "" };
        Statement::fixed("stats.messages", "", &[Access::Index { table: "m", keys: &["messages_createdAt_idx"] }])
            .with_text(format!(
                "SELECT m.id, m.conversationId, m.senderId, m.receiverId, m.type, m.statut, m.isRead, m.createdAt \
                 FROM messages m FORCE INDEX (messages_createdAt_idx) \
                 WHERE m.createdAt >= ? AND m.createdAt < ?{behind} ORDER BY m.createdAt, m.id LIMIT ? OFFSET ?"
            ))
    })
});

static RECORD_COUNT: Statement = Statement::fixed(
    "stats.messages/total",
    "SELECT COUNT(*) FROM messages m FORCE INDEX (messages_createdAt_idx) WHERE m.createdAt >= ? AND m.createdAt < ?",
    &[Access::Index { table: "m", keys: &["messages_createdAt_idx"] }],
);

/// The messages written in `from ≤ createdAt < to`, without their text, the oldest first. `Invalid` unless
/// `from < to`.
pub async fn records(conn: &mut Conn, from: Timestamp, to: Timestamp, page: &Page) -> Result<Listing<MessageRecord>> {
    must_be_a_window(from, to)?;
    let window = page.window(10_000, 100_000)?;
    let total: Option<i64> =
        if page.total { conn.optional(&RECORD_COUNT, Args::new().with(from).with(to)).await? } else { None };
    let args = match &page.after {
        None => Args::new().with(from).with(to),
        Some(after) => {
            let [created_at, id] = after.keys::<2>("stats.messages")?;
            let created_at: Timestamp =
                created_at.parse().map_err(|_| Error::invalid("after", "is not a cursor of this list"))?;
            Args::new().with(created_at.max(from)).with(to).with(created_at).with(id)
        }
    };
    let args = args.with(window.limit + 1).with(window.offset);
    let rows = conn.all(&RECORDS[usize::from(page.after.is_some())], args).await?;
    let listing = Listing::from_overfull(rows, window.limit, |last: &MessageRecord| {
        Cursor::behind("stats.messages", &[&last.created_at.to_string(), last.id.as_str()])
    });
    Ok(listing.with_total(total.map(i64::unsigned_abs)))
}

pub(super) fn statements() -> Vec<&'static Statement> {
    let mut all = vec![&BY_TYPE_AND_STATUT, &RECORD_COUNT];
    all.extend(RECORDS.iter());
    all
}
