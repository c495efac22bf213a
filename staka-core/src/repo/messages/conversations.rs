//! A user's conversations and number of unread messages.

use std::sync::LazyLock;

use super::thread::total_of;
use crate::base::{Args, Cursor, Error, Page, PageRequest, Result, Table, Timestamp};
use crate::db::{Access, Conn, Counter, Statement};
use crate::model::view::Conversation;
use crate::model::{Message, UserId};
use crate::repo::table::columns;

/// Names of the statements of a list, and whether it shows archived conversations only.
#[derive(Clone, Copy)]
struct List {
    /// Reads the counters that the triggers maintain.
    maintained: &'static str,
    /// Counts the messages.
    counted: &'static str,
    /// Total, in either way.
    total: &'static str,
    archived: bool,
}

const ALL: List = List {
    maintained: "messages.list_conversations",
    counted: "messages.list_conversations/one_by_one",
    total: "messages.list_conversations/total",
    archived: false,
};
const ARCHIVED: List = List {
    maintained: "messages.list_archived_conversations",
    counted: "messages.list_archived_conversations/one_by_one",
    total: "messages.list_archived_conversations/total",
    archived: true,
};

/// For all and for archived conversations, each without and with a cursor: read from the counters that the triggers
/// maintain, in the order of their index.
static MAINTAINED: LazyLock<[[Statement; 2]; 2]> =
    LazyLock::new(|| [ALL, ARCHIVED].map(|list| [false, true].map(|after| maintained(list, after))));

fn maintained(list: List, after: bool) -> Statement {
    let cursor = if after { " AND k.newestAt <= ? AND (k.newestAt < ? OR k.newestId < ?)" } else { "" };
    Statement::fixed(
        list.maintained,
        "",
        &[
            Access::Index { table: "k", keys: &["staka_conversations_recent"] },
            Access::Index { table: "d", keys: &["PRIMARY"] },
            Access::Index { table: "a", keys: &["PRIMARY"] },
            Access::Index { table: "m", keys: &["PRIMARY"] },
            Access::Index { table: "s", keys: &["PRIMARY"] },
            Access::Index { table: "r", keys: &["PRIMARY"] },
        ],
    )
    .with_text(format!(
        "SELECT t.messages, t.unread, {with_people} FROM (\
           SELECT k.messages, k.unread, k.newestAt, k.newestId FROM {rows}{cursor} \
           AND EXISTS (SELECT 1 FROM staka_counter_status d WHERE d.name = 'staka_conversations') \
           ORDER BY k.newestAt DESC, k.newestId DESC LIMIT ? OFFSET ?\
         ) t STRAIGHT_JOIN messages m ON m.id = t.newestId \
         LEFT JOIN users s ON s.id = m.senderId LEFT JOIN users r ON r.id = m.receiverId ORDER BY t.newestAt DESC, t.newestId DESC",
        with_people = with_people(),
        rows = maintained_rows(list),
    ))
}

/// Returns the `FROM` and `WHERE` clauses of the maintained rows of a list.
fn maintained_rows(list: List) -> String {
    let archived =
        if list.archived { " STRAIGHT_JOIN messages a ON a.id = k.newestId AND a.isArchived = TRUE" } else { "" };
    format!(
        "staka_conversations k FORCE INDEX (staka_conversations_recent){archived} \
         WHERE k.userId = ? AND LEFT(k.conversationId, 6) <> 'draft_'"
    )
}

/// The totals of all and of archived conversations, from the counters; no row if the counters are not filled.
static MAINTAINED_TOTAL: LazyLock<[Statement; 2]> = LazyLock::new(|| {
    [ALL, ARCHIVED].map(|list| {
        Statement::fixed(
            list.total,
            "",
            &[
                Access::Index { table: "d", keys: &["PRIMARY"] },
                Access::Index { table: "k", keys: &["staka_conversations_recent"] },
                Access::Index { table: "a", keys: &["PRIMARY"] },
            ],
        )
        .with_text(format!(
            "SELECT (SELECT COUNT(*) FROM {}) FROM staka_counter_status d WHERE d.name = 'staka_conversations'",
            maintained_rows(list)
        ))
    })
});

/// Returns the columns of a message with its sender and receiver.
pub(super) fn with_people() -> String {
    let brief =
        |user: &str| ["id", "prenom", "nom", "avatar", "role"].map(|column| format!("{user}.{column}")).join(", ");
    format!("{}, {}, {}", columns("m", Message::COLUMNS), brief("s"), brief("r"))
}

/// The same lists, counted from the messages, for when the counters are not maintained.
///
/// `newest` is the time and id of a conversation's newest message in one text of fixed layout, so that one pass over
/// the index finds it without sorting each conversation. Ids are compared byte by byte, because a collation would treat
/// some different ids as equal, e.g. those that differ in trailing spaces.
static COUNTED: LazyLock<[[Statement; 2]; 2]> =
    LazyLock::new(|| [ALL, ARCHIVED].map(|list| [false, true].map(|after| counted(list, after))));

fn counted(list: List, after: bool) -> Statement {
    let cursor = if after { "HAVING newest < ?" } else { "" };
    Statement::fixed(
        list.counted,
        "",
        &[
            Access::Index { table: "sent", keys: &["staka_messages_sent"] },
            Access::Index { table: "received", keys: &["staka_messages_received"] },
            Access::Index { table: "a", keys: &["PRIMARY"] },
            Access::Index { table: "m", keys: &["PRIMARY"] },
            Access::Index { table: "s", keys: &["PRIMARY"] },
            Access::Index { table: "r", keys: &["PRIMARY"] },
        ],
    )
    .with_text(format!(
        "SELECT t.messages, t.unread, {with_people} FROM (\
           SELECT g.newest, g.messages, g.unread FROM {groups} ORDER BY g.newest DESC LIMIT ? OFFSET ?\
         ) t JOIN messages m ON m.id = SUBSTRING(t.newest, 24) \
         LEFT JOIN users s ON s.id = m.senderId LEFT JOIN users r ON r.id = m.receiverId ORDER BY t.newest DESC",
        with_people = with_people(),
        groups = groups(list, cursor),
    ))
}

/// Returns a derived table with one row per conversation of a list, counted from the messages.
fn groups(list: List, having: &str) -> String {
    let archived = if list.archived {
        " STRAIGHT_JOIN messages a ON a.id = SUBSTRING(g.newest, 24) AND a.isArchived = TRUE"
    } else {
        ""
    };
    format!(
        "(\
           SELECT MAX(CONCAT(mine.createdAt, mine.id)) AS newest, COUNT(*) AS messages, CAST(SUM(mine.unread) AS SIGNED) AS unread FROM (\
             SELECT sent.conversationId, sent.createdAt, sent.id, \
               (sent.receiverId <=> sent.senderId AND sent.isRead = FALSE AND sent.deletedByAdmin = FALSE) AS unread \
             FROM messages sent FORCE INDEX (staka_messages_sent) WHERE sent.senderId = ? \
             UNION ALL \
             SELECT received.conversationId, received.createdAt, received.id, \
               (received.isRead = FALSE AND received.deletedByAdmin = FALSE) AS unread \
             FROM messages received FORCE INDEX (staka_messages_received) WHERE received.receiverId = ? AND NOT (received.senderId <=> received.receiverId)\
           ) mine WHERE CAST(LEFT(mine.conversationId, 6) AS BINARY) <> 'draft_' \
           GROUP BY CAST(mine.conversationId AS BINARY) {having}\
         ) g{archived}"
    )
}

/// The totals of all and of archived conversations, counted from the messages.
static COUNTED_TOTAL: LazyLock<[Statement; 2]> = LazyLock::new(|| {
    [ALL, ARCHIVED].map(|list| {
        Statement::fixed(
            list.total,
            "",
            &[
                Access::Index { table: "sent", keys: &["staka_messages_sent"] },
                Access::Index { table: "received", keys: &["staka_messages_received"] },
                Access::Index { table: "a", keys: &["PRIMARY"] },
            ],
        )
        .with_text(format!("SELECT COUNT(*) FROM {}", groups(list, "")))
    })
});

async fn total(conn: &mut Conn, list: List, user: &UserId, page: &PageRequest) -> Result<Option<u64>> {
    let index = usize::from(list.archived);
    if page.total {
        let maintained =
            conn.counters(Counter::Conversations, &MAINTAINED_TOTAL[index], || Args::new().with(user)).await?;
        if let Some(total) = maintained.and_then(|totals: Vec<i64>| totals.into_iter().next()) {
            return Ok(Some(total.unsigned_abs()));
        }
    }
    total_of(conn, page, &COUNTED_TOTAL[index], &Args::new().with(user).with(user)).await
}

/// Returns the conversations in which the user sent or received a message, the most recently active first; 50 per page
/// by default, at most 100. Drafts do not count.
pub async fn list_conversations(conn: &mut Conn, user: &UserId, page: &PageRequest) -> Result<Page<Conversation>> {
    list(conn, ALL, user, page).await
}

/// Returns the conversations whose newest message is archived, the most recently active first.
pub async fn list_archived_conversations(
    conn: &mut Conn,
    user: &UserId,
    page: &PageRequest,
) -> Result<Page<Conversation>> {
    list(conn, ARCHIVED, user, page).await
}

async fn list(conn: &mut Conn, list: List, user: &UserId, page: &PageRequest) -> Result<Page<Conversation>> {
    let window = page.window(50, 100)?;
    let after = match &page.after {
        None => None,
        Some(after) => {
            let [time, id] = after.keys::<2>(list.maintained)?;
            let time: Timestamp = time.parse().map_err(|_| Error::invalid("after", "is not a cursor of this list"))?;
            Some((time, id))
        }
    };
    let total = total(conn, list, user, page).await?;
    let (archived, continued) = (usize::from(list.archived), usize::from(after.is_some()));
    let maintained = conn.counters(Counter::Conversations, &MAINTAINED[archived][continued], || {
        let args = Args::new().with(user);
        let args = match &after {
            None => args,
            Some((time, id)) => args.with(*time).with(*time).with(id),
        };
        args.with(window.limit + 1).with(window.offset)
    });
    let rows = match maintained.await? {
        Some(rows) => rows,
        None => {
            let args = Args::new().with(user).with(user);
            let args = match &after {
                None => args,
                Some((time, id)) => args.with(packed(*time, id)),
            };
            conn.all(&COUNTED[archived][continued], args.with(window.limit + 1).with(window.offset)).await?
        }
    };
    let listing = Page::from_extra_row(rows, window.limit, |last: &Conversation| {
        let time = last.last_message.created_at.to_string();
        Cursor::after_row(list.maintained, &[&time, last.last_message.id.as_str()])
    });
    Ok(listing.with_total(total))
}

/// Returns time and id in the format of `CONCAT`: `2026-01-31 09:30:00.000` and the id.
pub(super) fn packed(time: Timestamp, id: &str) -> String {
    format!("{}{id}", time.to_string().replace('T', " ").replace('Z', ""))
}

/// The sum of the counters that the triggers maintain; no row if they are not filled.
static UNREAD_MAINTAINED: Statement = Statement::fixed(
    "messages.unread_count",
    "SELECT CAST(COALESCE((SELECT SUM(k.unread) FROM staka_conversations k FORCE INDEX (PRIMARY) WHERE k.userId = ?), 0) AS SIGNED) \
     FROM staka_counter_status d WHERE d.name = 'staka_conversations'",
    &[
        Access::Index { table: "d", keys: &["PRIMARY"] },
        Access::Index { table: "k", keys: &["PRIMARY", "staka_conversations_recent"] },
    ],
);

/// Counted from the messages, for when the counters are not maintained.
static UNREAD_COUNTED: Statement = Statement::fixed(
    "messages.unread_count/one_by_one",
    "SELECT COUNT(*) FROM messages m FORCE INDEX (staka_messages_received) \
     WHERE m.receiverId = ? AND m.isRead = FALSE AND m.deletedByAdmin = FALSE",
    &[Access::Index { table: "m", keys: &["staka_messages_received"] }],
);

/// Returns how many messages the user received and has not read, without those an administrator soft-deleted. It is the
/// sum over the user's conversations.
pub async fn unread_count(conn: &mut Conn, user: &UserId) -> Result<u64> {
    let maintained = conn.counters(Counter::Conversations, &UNREAD_MAINTAINED, || Args::new().with(user)).await?;
    let count: i64 = match maintained.and_then(|counts| counts.into_iter().next()) {
        Some(count) => count,
        None => conn.one(&UNREAD_COUNTED, Args::new().with(user)).await?,
    };
    // It can be negative only if rows were inserted or deleted without triggers.
    Ok(u64::try_from(count).unwrap_or(0))
}

pub(super) fn statements() -> Vec<&'static Statement> {
    let mut all: Vec<&Statement> = MAINTAINED.iter().chain(COUNTED.iter()).flatten().collect();
    all.extend(MAINTAINED_TOTAL.iter().chain(COUNTED_TOTAL.iter()));
    all.extend([&UNREAD_MAINTAINED, &UNREAD_COUNTED]);
    all
}
