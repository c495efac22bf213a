//! Statistics about messages.

use std::sync::LazyLock;

use super::check_range;
use crate::base::{Args, Cursor, Error, Page, PageRequest, Result, Timestamp};
use crate::db::{Access, Conn, Statement};
use crate::model::view::{MessageRecord, MessagesByTypeAndStatut};

static BY_TYPE_AND_STATUT: Statement = Statement::fixed(
    "stats.messages_by_type_and_statut",
    "SELECT m.type, m.statut, COUNT(*) FROM messages m WHERE m.createdAt >= ? GROUP BY m.type, m.statut ORDER BY m.type, m.statut",
    &[Access::Index { table: "m", keys: &["staka_messages_period"] }],
);

/// Counts the messages written since a given time by type and statut, in the order of declaration.
pub async fn by_type_and_statut(conn: &mut Conn, since: Timestamp) -> Result<Vec<MessagesByTypeAndStatut>> {
    conn.all(&BY_TYPE_AND_STATUT, Args::new().with(since)).await
}

/// From the start, and after a cursor. Prisma's own index returns the rows in order, including ids within a
/// millisecond.
static RECORDS: LazyLock<[Statement; 2]> = LazyLock::new(|| {
    [false, true].map(|after| {
        let after_cursor = if after { " AND (m.createdAt > ? OR m.id > ?)" } else { "" };
        Statement::fixed(
            "stats.message_records",
            "",
            &[Access::Index { table: "m", keys: &["messages_createdAt_idx"] }],
        )
        .with_text(format!(
            "SELECT m.id, m.conversationId, m.senderId, m.receiverId, m.type, m.statut, m.isRead, m.createdAt \
                 FROM messages m FORCE INDEX (messages_createdAt_idx) \
                 WHERE m.createdAt >= ? AND m.createdAt < ?{after_cursor} ORDER BY m.createdAt, m.id LIMIT ? OFFSET ?"
        ))
    })
});

static RECORD_COUNT: Statement = Statement::fixed(
    "stats.message_records/total",
    "SELECT COUNT(*) FROM messages m FORCE INDEX (messages_createdAt_idx) WHERE m.createdAt >= ? AND m.createdAt < ?",
    &[Access::Index { table: "m", keys: &["messages_createdAt_idx"] }],
);

/// Returns the messages written in `from ≤ createdAt < to` without their text, oldest first. Fails with `Invalid`
/// unless `from < to`.
pub async fn records(
    conn: &mut Conn,
    from: Timestamp,
    to: Timestamp,
    page: &PageRequest,
) -> Result<Page<MessageRecord>> {
    check_range(from, to)?;
    let window = page.window(10_000, 100_000)?;
    let total: Option<i64> =
        if page.total { conn.optional(&RECORD_COUNT, Args::new().with(from).with(to)).await? } else { None };
    let args = match &page.after {
        None => Args::new().with(from).with(to),
        Some(after) => {
            let [created_at, id] = after.keys::<2>("stats.message_records")?;
            let created_at: Timestamp =
                created_at.parse().map_err(|_| Error::invalid("after", "is not a cursor of this list"))?;
            Args::new().with(created_at.max(from)).with(to).with(created_at).with(id)
        }
    };
    let args = args.with(window.limit + 1).with(window.offset);
    let rows = conn.all(&RECORDS[usize::from(page.after.is_some())], args).await?;
    let listing = Page::from_extra_row(rows, window.limit, |last: &MessageRecord| {
        Cursor::after_row("stats.message_records", &[&last.created_at.to_string(), last.id.as_str()])
    });
    Ok(listing.with_total(total.map(i64::unsigned_abs)))
}

pub(super) fn statements() -> Vec<&'static Statement> {
    let mut all = vec![&BY_TYPE_AND_STATUT, &RECORD_COUNT];
    all.extend(RECORDS.iter());
    all
}
