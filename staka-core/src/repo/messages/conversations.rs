//! Somebody's conversations, and how many messages of theirs are unread.

use std::sync::LazyLock;

use super::thread::total_of;
use crate::base::{Args, Cursor, Error, Listing, Page, Result, Table, Timestamp};
use crate::db::{Access, Conn, Maintained, Statement};
use crate::model::view::Conversation;
use crate::model::{Message, UserId};
use crate::repo::table::columns;

/// Which conversations a list shows.
#[derive(Clone, Copy)]
struct List {
    /// As the triggers keep them.
    kept: &'static str,
    /// Counted from the messages.
    counted: &'static str,
    /// How many, either way.
    total: &'static str,
    archived: bool,
}

const ALL: List = List {
    kept: "messages.conversations",
    counted: "messages.conversations/one_by_one",
    total: "messages.conversations/total",
    archived: false,
};
const ARCHIVED: List = List {
    kept: "messages.archived",
    counted: "messages.archived/one_by_one",
    total: "messages.archived/total",
    archived: true,
};

/// All and archived ones, each from the start and behind a cursor: as the triggers keep them, found in the index in
/// their order.
static KEPT: LazyLock<[[Statement; 2]; 2]> =
    LazyLock::new(|| [ALL, ARCHIVED].map(|list| [false, true].map(|after| kept(list, after))));

fn kept(list: List, after: bool) -> Statement {
    let behind = if after { " AND k.newestAt <= ? AND (k.newestAt < ? OR k.newestId < ?)" } else { "" };
    Statement::fixed(
        list.kept,
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
           SELECT k.messages, k.unread, k.newestAt, k.newestId FROM {rows}{behind} \
           AND EXISTS (SELECT 1 FROM staka_maintained d WHERE d.name = 'staka_conversations') \
           ORDER BY k.newestAt DESC, k.newestId DESC LIMIT ? OFFSET ?\
         ) t STRAIGHT_JOIN messages m ON m.id = t.newestId \
         LEFT JOIN users s ON s.id = m.senderId LEFT JOIN users r ON r.id = m.receiverId ORDER BY t.newestAt DESC, t.newestId DESC",
        with_people = with_people(),
        rows = kept_rows(list),
    ))
}

/// Those of a list that the triggers keep.
fn kept_rows(list: List) -> String {
    let archived =
        if list.archived { " STRAIGHT_JOIN messages a ON a.id = k.newestId AND a.isArchived = TRUE" } else { "" };
    format!(
        "staka_conversations k FORCE INDEX (staka_conversations_recent){archived} \
         WHERE k.userId = ? AND LEFT(k.conversationId, 6) <> 'draft_'"
    )
}

/// How many all and archived ones are, as the triggers keep them; no row where nobody marked them as filled.
static KEPT_TOTAL: LazyLock<[Statement; 2]> = LazyLock::new(|| {
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
            "SELECT (SELECT COUNT(*) FROM {}) FROM staka_maintained d WHERE d.name = 'staka_conversations'",
            kept_rows(list)
        ))
    })
});

/// A message with the briefs of its sender and receiver.
pub(super) fn with_people() -> String {
    let brief =
        |user: &str| ["id", "prenom", "nom", "avatar", "role"].map(|column| format!("{user}.{column}")).join(", ");
    format!("{}, {}, {}", columns("m", Message::COLUMNS), brief("s"), brief("r"))
}

/// The same, counted from the messages themselves, where no trigger keeps them.
///
/// `newest` is moment and id of a conversation's newest message in one text of fixed layout, so that one pass over
/// the index finds it without sorting each conversation. Ids are compared byte by byte: any collation would take two
/// conversations for one, if only for a blank at the end.
static CONVERSATIONS: LazyLock<[[Statement; 2]; 2]> =
    LazyLock::new(|| [ALL, ARCHIVED].map(|list| [false, true].map(|after| counted(list, after))));

fn counted(list: List, after: bool) -> Statement {
    let behind = if after { "HAVING newest < ?" } else { "" };
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
        groups = groups(list, behind),
    ))
}

/// Those of a list, made of the messages.
fn groups(list: List, behind: &str) -> String {
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
           GROUP BY CAST(mine.conversationId AS BINARY) {behind}\
         ) g{archived}"
    )
}

/// How many all and archived ones are, made of the messages.
static TOTAL: LazyLock<[Statement; 2]> = LazyLock::new(|| {
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

async fn total(conn: &mut Conn, list: List, user: &UserId, page: &Page) -> Result<Option<u64>> {
    let which = usize::from(list.archived);
    if page.total {
        let kept = conn.maintained(Maintained::Conversations, &KEPT_TOTAL[which], || Args::new().with(user)).await?;
        if let Some(total) = kept.and_then(|totals: Vec<i64>| totals.into_iter().next()) {
            return Ok(Some(total.unsigned_abs()));
        }
    }
    total_of(conn, page, &TOTAL[which], &Args::new().with(user).with(user)).await
}

/// The conversations in which the user wrote or was written to, the one with the newest message first; 50 unless
/// the page says otherwise, 100 at the most. Drafts are in none.
pub async fn conversations(conn: &mut Conn, user: &UserId, page: &Page) -> Result<Listing<Conversation>> {
    listed(conn, ALL, user, page).await
}

/// Those whose newest message is put away: a new message takes a conversation out again.
pub async fn archived(conn: &mut Conn, user: &UserId, page: &Page) -> Result<Listing<Conversation>> {
    listed(conn, ARCHIVED, user, page).await
}

async fn listed(conn: &mut Conn, list: List, user: &UserId, page: &Page) -> Result<Listing<Conversation>> {
    let window = page.window(50, 100)?;
    let after = match &page.after {
        None => None,
        Some(after) => {
            let [moment, id] = after.keys::<2>(list.kept)?;
            let moment: Timestamp =
                moment.parse().map_err(|_| Error::invalid("after", "is not a cursor of this list"))?;
            Some((moment, id))
        }
    };
    let total = total(conn, list, user, page).await?;
    let place = (usize::from(list.archived), usize::from(after.is_some()));
    let kept = conn.maintained(Maintained::Conversations, &KEPT[place.0][place.1], || {
        let args = Args::new().with(user);
        let args = match &after {
            None => args,
            Some((moment, id)) => args.with(*moment).with(*moment).with(id),
        };
        args.with(window.limit + 1).with(window.offset)
    });
    let rows = match kept.await? {
        Some(rows) => rows,
        None => {
            let args = Args::new().with(user).with(user);
            let args = match &after {
                None => args,
                Some((moment, id)) => args.with(packed(*moment, id)),
            };
            conn.all(&CONVERSATIONS[place.0][place.1], args.with(window.limit + 1).with(window.offset)).await?
        }
    };
    let listing = Listing::from_overfull(rows, window.limit, |last: &Conversation| {
        let moment = last.last_message.created_at.to_string();
        Cursor::behind(list.kept, &[&moment, last.last_message.id.as_str()])
    });
    Ok(listing.with_total(total))
}

/// Moment and id as `CONCAT` spells them: `2026-01-31 09:30:00.000` and the id.
pub(super) fn packed(moment: Timestamp, id: &str) -> String {
    format!("{}{id}", moment.to_string().replace('T', " ").replace('Z', ""))
}

/// The sum of what the triggers keep; no row where nobody marked it as filled.
static UNREAD_KEPT: Statement = Statement::fixed(
    "messages.unread_count",
    "SELECT CAST(COALESCE((SELECT SUM(k.unread) FROM staka_conversations k FORCE INDEX (PRIMARY) WHERE k.userId = ?), 0) AS SIGNED) \
     FROM staka_maintained d WHERE d.name = 'staka_conversations'",
    &[
        Access::Index { table: "d", keys: &["PRIMARY"] },
        Access::Index { table: "k", keys: &["PRIMARY", "staka_conversations_recent"] },
    ],
);

/// One by one, where no trigger counts.
static UNREAD: Statement = Statement::fixed(
    "messages.unread_count/one_by_one",
    "SELECT COUNT(*) FROM messages m FORCE INDEX (staka_messages_received) \
     WHERE m.receiverId = ? AND m.isRead = FALSE AND m.deletedByAdmin = FALSE",
    &[Access::Index { table: "m", keys: &["staka_messages_received"] }],
);

/// How many messages the user received, has not read, and no administrator removed: the sum of what the conversations
/// say.
pub async fn unread_count(conn: &mut Conn, user: &UserId) -> Result<u64> {
    let kept = conn.maintained(Maintained::Conversations, &UNREAD_KEPT, || Args::new().with(user)).await?;
    let count: i64 = match kept.and_then(|counts| counts.into_iter().next()) {
        Some(count) => count,
        None => conn.one(&UNREAD, Args::new().with(user)).await?,
    };
    // Only rows that came or went without triggers could make it negative.
    Ok(u64::try_from(count).unwrap_or(0))
}

pub(super) fn statements() -> Vec<&'static Statement> {
    let mut all: Vec<&Statement> = KEPT.iter().chain(CONVERSATIONS.iter()).flatten().collect();
    all.extend(KEPT_TOTAL.iter().chain(TOTAL.iter()));
    all.extend([&UNREAD_KEPT, &UNREAD]);
    all
}
