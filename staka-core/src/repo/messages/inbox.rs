//! An administrator's inbox: one thread for each correspondent, who is a visitor's e-mail address or a user.
//!
//! Older programs stored no receiver or address on messages to a visitor; these belong to the visitor of their
//! conversation, who follows from its other messages when the inbox is read.

use std::sync::LazyLock;

use serde::Deserialize;
use staka_macros::Described;

use super::conversations::packed;
use super::thread::{cursor_position, total_of};
use crate::base::{Args, Cursor, Page, PageRequest, Result, Timestamp};
use crate::db::{Access, Conn, Counter, Statement};
use crate::model::UserId;
use crate::model::view::{InboxThread, UserBrief};
use crate::repo::table::part;

/// Filter of an inbox.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize, Described)]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
#[non_exhaustive]
pub struct InboxFilter {
    /// The id of the administrator whose inbox it is; the caller by default.
    pub administrator: Option<UserId>,
    /// Whether to return only threads with unread messages.
    pub unread_only: bool,
}

/// The columns of [`InboxThread`] after its numbers: those of the newest message `m` and of the other party `c`.
fn newest_message() -> String {
    format!(
        "m.visitorEmail, m.visitorName, {}, \
         m.id, m.conversationId, m.senderId, m.type, m.subject, m.content, m.isArchived, m.createdAt",
        part::<UserBrief>("c")
    )
}

/// A common table with the messages that lack receiver and address, by the visitor of their conversation. `shown` is the
/// address as it was written. There are few of them, as programs no longer write such messages.
const LOST: &str = "lost AS (\
    SELECT x.correspondent, CAST(SUM(x.messages) AS SIGNED) AS messages, MAX(CONCAT(x.newestAt, x.newestId)) AS newest, \
      MAX(x.shown) AS shown FROM (\
      SELECT CAST(LOWER(y.shown) AS BINARY) AS correspondent, y.shown, y.messages, y.newestAt, y.newestId FROM (\
        SELECT COALESCE((SELECT v.visitorEmail FROM messages v FORCE INDEX (staka_messages_thread) \
            WHERE v.conversationId = CONVERT(SUBSTRING(l.correspondent, 2) USING utf8mb4) COLLATE utf8mb4_unicode_ci \
            AND v.visitorEmail IS NOT NULL ORDER BY v.createdAt, v.id LIMIT 1), '') AS shown, \
          l.messages, l.newestAt, l.newestId \
        FROM staka_correspondents l FORCE INDEX (PRIMARY) \
        WHERE l.userId = ? AND l.correspondent >= 0x00 AND l.correspondent < 0x01\
      ) y\
    ) x GROUP BY x.correspondent\
  )";

const MAINTAINED_ACCESS: &[Access] = &[
    Access::Index { table: "v", keys: &["staka_messages_thread"] },
    Access::Index { table: "l", keys: &["PRIMARY"] },
    Access::Index { table: "k", keys: &["staka_correspondents_recent"] },
    Access::Index { table: "d", keys: &["PRIMARY"] },
    Access::Index { table: "o", keys: &["PRIMARY"] },
    Access::Index { table: "n", keys: &["PRIMARY"] },
    Access::Index { table: "m", keys: &["PRIMARY"] },
    Access::Index { table: "c", keys: &["PRIMARY"] },
];

/// For all and for unread threads, each without and with a cursor: read from the rows that the triggers maintain.
static MAINTAINED: LazyLock<[[Statement; 2]; 2]> =
    LazyLock::new(|| [false, true].map(|unread| [false, true].map(|after| maintained(unread, after))));

/// Walks the threads with and those without unread messages, the newest first, and adds the messages that lack a
/// receiver to the thread of their visitor.
fn maintained(unread: bool, after: bool) -> Statement {
    let cursor = if after { " AND k.newestAt <= ? AND (k.newestAt < ? OR k.newestId < ?)" } else { "" };
    let walk = |waiting: &str| {
        format!(
            "(SELECT k.correspondent, CONCAT(k.newestAt, k.newestId) AS newest, '' AS shown \
               FROM staka_correspondents k FORCE INDEX (staka_correspondents_recent) \
               WHERE k.userId = ? AND k.waiting = {waiting} AND LEFT(k.correspondent, 1) <> 0x00{cursor} \
               AND NOT EXISTS (SELECT 1 FROM lost g WHERE g.correspondent = k.correspondent) \
               AND EXISTS (SELECT 1 FROM staka_counter_status d WHERE d.name = 'staka_correspondents') \
               ORDER BY k.newestAt DESC, k.newestId DESC LIMIT ?)"
        )
    };
    let walks = if unread { walk("TRUE") } else { format!("{} UNION ALL {}", walk("TRUE"), walk("FALSE")) };
    let newest = "GREATEST(g.newest, COALESCE(CONCAT(o.newestAt, o.newestId), ''))";
    let of_lost = match (unread, after) {
        (false, false) => String::new(),
        (false, true) => format!(" WHERE {newest} < ?"),
        (true, false) => " WHERE o.waiting = TRUE".to_owned(),
        (true, true) => format!(" WHERE o.waiting = TRUE AND {newest} < ?"),
    };
    Statement::fixed("messages.list_inbox", "", MAINTAINED_ACCESS).with_text(format!(
        "WITH {LOST} SELECT COALESCE(m.visitorEmail, IF(m.senderId = ?, m.receiverId, m.senderId), t.shown), \
           COALESCE(n.messages, 0) + COALESCE((SELECT g.messages FROM lost g WHERE g.correspondent = t.correspondent), 0), \
           COALESCE(n.unread, 0), {} FROM (\
           SELECT p.correspondent, p.newest, p.shown FROM (\
             {walks} UNION ALL \
             (SELECT g.correspondent, {newest}, g.shown FROM lost g LEFT JOIN staka_correspondents o FORCE INDEX (PRIMARY) \
               ON o.userId = ? AND o.correspondent = g.correspondent{of_lost})\
           ) p ORDER BY p.newest DESC LIMIT ? OFFSET ?\
         ) t STRAIGHT_JOIN messages m ON m.id = SUBSTRING(t.newest, 24) \
         LEFT JOIN staka_correspondents n FORCE INDEX (PRIMARY) ON n.userId = ? AND n.correspondent = t.correspondent \
         LEFT JOIN users c ON c.id = IF(m.senderId = ?, m.receiverId, m.senderId) ORDER BY t.newest DESC",
        newest_message(),
    ))
}

/// The totals of all and of unread threads; no row if the table is not filled.
static MAINTAINED_TOTAL: LazyLock<[Statement; 2]> = LazyLock::new(|| {
    let without_row = " + (SELECT COUNT(*) FROM lost g WHERE NOT EXISTS (SELECT 1 FROM staka_correspondents o FORCE INDEX (PRIMARY) \
        WHERE o.userId = ? AND o.correspondent = g.correspondent))";
    [("", without_row), (" AND k.waiting = TRUE", "")].map(|(waiting, of_lost)| {
        let with = if of_lost.is_empty() { String::new() } else { format!("WITH {LOST} ") };
        Statement::fixed("messages.list_inbox/total", "", MAINTAINED_ACCESS).with_text(format!(
            "{with}SELECT (SELECT COUNT(*) FROM staka_correspondents k FORCE INDEX (staka_correspondents_recent) \
               WHERE k.userId = ?{waiting} AND LEFT(k.correspondent, 1) <> 0x00){of_lost} \
             FROM staka_counter_status d WHERE d.name = 'staka_correspondents'"
        ))
    })
});

/// The same, counted from the messages, for when the rows are not maintained.
static COUNTED: LazyLock<[[Statement; 2]; 2]> =
    LazyLock::new(|| [false, true].map(|unread| [false, true].map(|after| counted(unread, after))));

/// The indexes of [`correspondents`], then those of each thread's newest message.
const COUNTED_ACCESS: &[Access] = &[
    Access::Index { table: "received", keys: &["staka_messages_received"] },
    Access::Index { table: "sent", keys: &["staka_messages_sent"] },
    Access::Index { table: "lost", keys: &["staka_messages_sent"] },
    Access::Index { table: "v", keys: &["staka_messages_thread"] },
    Access::Index { table: "m", keys: &["PRIMARY"] },
    Access::Index { table: "c", keys: &["PRIMARY"] },
];

fn counted(unread: bool, after: bool) -> Statement {
    let having = match (unread, after) {
        (false, false) => "",
        (false, true) => "HAVING newest < ?",
        (true, false) => "HAVING unread > 0",
        (true, true) => "HAVING unread > 0 AND newest < ?",
    };
    Statement::fixed("messages.list_inbox/one_by_one", "", COUNTED_ACCESS).with_text(format!(
        "SELECT COALESCE(m.visitorEmail, IF(m.senderId = ?, m.receiverId, m.senderId), t.shown), t.messages, t.unread, {} FROM (\
           {} ORDER BY newest DESC LIMIT ? OFFSET ?\
         ) t JOIN messages m ON m.id = SUBSTRING(t.newest, 24) \
         LEFT JOIN users c ON c.id = IF(m.senderId = ?, m.receiverId, m.senderId) ORDER BY t.newest DESC",
        newest_message(),
        correspondents(having)
    ))
}

/// Returns a query with one row for each correspondent.
fn correspondents(having: &str) -> String {
    format!(
        "SELECT MAX(x.shown) AS shown, MAX(CONCAT(x.createdAt, x.id)) AS newest, COUNT(*) AS messages, \
          CAST(SUM(x.unread) AS SIGNED) AS unread FROM (\
          SELECT COALESCE(received.visitorEmail, received.senderId, '') AS correspondent, '' AS shown, received.createdAt, received.id, (received.isRead = FALSE) AS unread \
          FROM messages received FORCE INDEX (staka_messages_received) WHERE received.receiverId = ? AND received.deletedByAdmin = FALSE \
          UNION ALL \
          SELECT COALESCE(sent.visitorEmail, sent.receiverId), '', sent.createdAt, sent.id, FALSE \
          FROM messages sent FORCE INDEX (staka_messages_sent) WHERE sent.senderId = ? AND sent.deletedByAdmin = FALSE \
          AND sent.statut <> 'BROUILLON' AND COALESCE(sent.visitorEmail, sent.receiverId) IS NOT NULL AND NOT (sent.receiverId <=> sent.senderId) \
          UNION ALL \
          SELECT y.shown, y.shown, y.createdAt, y.id, FALSE FROM (\
            SELECT COALESCE((SELECT v.visitorEmail FROM messages v FORCE INDEX (staka_messages_thread) \
              WHERE v.conversationId = lost.conversationId AND v.visitorEmail IS NOT NULL ORDER BY v.createdAt, v.id LIMIT 1), '') AS shown, \
              lost.createdAt, lost.id \
            FROM messages lost FORCE INDEX (staka_messages_sent) WHERE lost.senderId = ? AND lost.deletedByAdmin = FALSE \
            AND lost.visitorEmail IS NULL AND lost.receiverId IS NULL AND lost.statut <> 'BROUILLON') y\
        ) x GROUP BY CAST(LOWER(x.correspondent) AS BINARY) {having}"
    )
}

/// The totals of all and of unread threads, counted from the messages.
static COUNTED_TOTAL: LazyLock<[Statement; 2]> = LazyLock::new(|| {
    ["", "HAVING unread > 0"].map(|having| {
        Statement::fixed("messages.list_inbox/total", "", COUNTED_ACCESS)
            .with_text(format!("SELECT COUNT(*) FROM ({}) t", correspondents(having)))
    })
});

/// Returns the threads of an administrator's inbox, the most recently active first, without soft-deleted messages.
/// Takes one statement, whatever the number of threads, and one for the total.
pub async fn list_inbox(
    conn: &mut Conn,
    administrator: &UserId,
    unread_only: bool,
    page: &PageRequest,
) -> Result<Page<InboxThread>> {
    let window = page.window(20, 100)?;
    let after: Option<(Timestamp, String)> =
        page.after.as_ref().map(|after| cursor_position(after, "messages.list_inbox")).transpose()?;
    let total = total(conn, administrator, unread_only, page).await?;
    let (unread, continued) = (usize::from(unread_only), usize::from(after.is_some()));
    let rows = u64::from(window.limit) + 1;
    let maintained = conn.counters(Counter::Correspondents, &MAINTAINED[unread][continued], || {
        let mut args = Args::new().with(administrator).with(administrator);
        for _ in 0..if unread_only { 1 } else { 2 } {
            args.push(administrator);
            if let Some((time, id)) = &after {
                args = args.with(*time).with(*time).with(id);
            }
            args.push(window.offset + rows);
        }
        args.push(administrator);
        if let Some((time, id)) = &after {
            args.push(packed(*time, id));
        }
        args.with(rows).with(window.offset).with(administrator).with(administrator)
    });
    let rows = match maintained.await? {
        Some(rows) => rows,
        None => {
            let mut args = (0..4).fold(Args::new(), |args, _| args.with(administrator));
            if let Some((time, id)) = &after {
                args.push(packed(*time, id));
            }
            let args = args.with(rows).with(window.offset).with(administrator);
            conn.all(&COUNTED[unread][continued], args).await?
        }
    };
    let listing = Page::from_extra_row(rows, window.limit, |last: &InboxThread| {
        let newest = &last.last_message;
        Cursor::after_row("messages.list_inbox", &[&newest.created_at.to_string(), newest.id.as_str()])
    });
    Ok(listing.with_total(total))
}

async fn total(conn: &mut Conn, administrator: &UserId, unread_only: bool, page: &PageRequest) -> Result<Option<u64>> {
    let index = usize::from(unread_only);
    let args = |number: usize| (0..number).fold(Args::new(), |args, _| args.with(administrator));
    if page.total {
        let number = if unread_only { 1 } else { 3 };
        let maintained = conn.counters(Counter::Correspondents, &MAINTAINED_TOTAL[index], || args(number)).await?;
        if let Some(total) = maintained.and_then(|totals: Vec<i64>| totals.into_iter().next()) {
            return Ok(Some(total.unsigned_abs()));
        }
    }
    total_of(conn, page, &COUNTED_TOTAL[index], &args(3)).await
}

pub(super) fn statements() -> Vec<&'static Statement> {
    let mut all: Vec<&Statement> = MAINTAINED.iter().chain(COUNTED.iter()).flatten().collect();
    all.extend(MAINTAINED_TOTAL.iter().chain(COUNTED_TOTAL.iter()));
    all
}
