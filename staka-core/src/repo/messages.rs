//! Messages.

use std::collections::HashMap;
use std::sync::LazyLock;

use super::table::{columns, verbs};
use crate::base::{Args, Cursor, Error, Listing, Page, Result, Table, Timestamp};
use crate::db::{Access, Conn, Maintained, Statement};
use crate::model::view::{Attachment, Conversation, ConversationMessage};
use crate::model::{ConversationId, Message, MessageFilter, MessageId, UserId};

verbs!(Message, MessageId, MessageFilter, "messages");

/// From the start, and behind a cursor: as the triggers keep them, found in the index in their order.
static KEPT: LazyLock<[Statement; 2]> = LazyLock::new(|| {
    [false, true].map(|after| {
        let behind = if after { " AND k.newestAt <= ? AND (k.newestAt < ? OR k.newestId < ?)" } else { "" };
        Statement::fixed(
            "messages.conversations",
            "",
            &[
                Access::Index { table: "k", keys: &["staka_conversations_recent"] },
                Access::Index { table: "d", keys: &["PRIMARY"] },
                Access::Index { table: "m", keys: &["PRIMARY"] },
                Access::Index { table: "s", keys: &["PRIMARY"] },
                Access::Index { table: "r", keys: &["PRIMARY"] },
            ],
        )
        .with_text(format!(
            "SELECT t.messages, t.unread, {with_people} FROM (\
               SELECT k.messages, k.unread, k.newestAt, k.newestId FROM staka_conversations k FORCE INDEX (staka_conversations_recent) \
               WHERE k.userId = ?{behind} AND EXISTS (SELECT 1 FROM staka_maintained d WHERE d.name = 'staka_conversations') \
               ORDER BY k.newestAt DESC, k.newestId DESC LIMIT ? OFFSET ?\
             ) t STRAIGHT_JOIN messages m ON m.id = t.newestId \
             LEFT JOIN users s ON s.id = m.senderId LEFT JOIN users r ON r.id = m.receiverId ORDER BY t.newestAt DESC, t.newestId DESC",
            with_people = with_people(),
        ))
    })
});

/// A message with the briefs of its sender and receiver.
fn with_people() -> String {
    let brief =
        |user: &str| ["id", "prenom", "nom", "avatar", "role"].map(|column| format!("{user}.{column}")).join(", ");
    format!("{}, {}, {}", columns("m", Message::COLUMNS), brief("s"), brief("r"))
}

/// From the start, and behind a cursor: counted from the messages themselves, where no trigger keeps them.
///
/// `newest` is moment and id of a conversation's newest message in one text of fixed layout, so that one pass over
/// the index finds it without sorting each conversation. Ids are compared byte by byte: any collation would take two
/// conversations for one, if only for a blank at the end.
static CONVERSATIONS: LazyLock<[Statement; 2]> = LazyLock::new(|| {
    [false, true].map(|after| {
        let behind = if after { "HAVING newest < ?" } else { "" };
        Statement::fixed(
            "messages.conversations/one_by_one",
            "",
            &[
                Access::Index { table: "sent", keys: &["staka_messages_sent"] },
                Access::Index { table: "received", keys: &["staka_messages_received"] },
                Access::Index { table: "m", keys: &["PRIMARY"] },
                Access::Index { table: "s", keys: &["PRIMARY"] },
                Access::Index { table: "r", keys: &["PRIMARY"] },
            ],
        )
        .with_text(format!(
            "SELECT t.messages, t.unread, {with_people} FROM (\
               SELECT MAX(CONCAT(mine.createdAt, mine.id)) AS newest, COUNT(*) AS messages, CAST(SUM(mine.unread) AS SIGNED) AS unread FROM (\
                 SELECT sent.conversationId, sent.createdAt, sent.id, \
                   (sent.receiverId <=> sent.senderId AND sent.isRead = FALSE AND sent.deletedByAdmin = FALSE) AS unread \
                 FROM messages sent FORCE INDEX (staka_messages_sent) WHERE sent.senderId = ? \
                 UNION ALL \
                 SELECT received.conversationId, received.createdAt, received.id, \
                   (received.isRead = FALSE AND received.deletedByAdmin = FALSE) AS unread \
                 FROM messages received FORCE INDEX (staka_messages_received) WHERE received.receiverId = ? AND NOT (received.senderId <=> received.receiverId)\
               ) mine GROUP BY CAST(mine.conversationId AS BINARY) {behind} ORDER BY newest DESC LIMIT ? OFFSET ?\
             ) t JOIN messages m ON m.id = SUBSTRING(t.newest, 24) \
             LEFT JOIN users s ON s.id = m.senderId LEFT JOIN users r ON r.id = m.receiverId ORDER BY t.newest DESC",
            with_people = with_people(),
        ))
    })
});

/// The conversations in which the user wrote or was written to, the one with the newest message first; 50 unless
/// the page says otherwise, 100 at the most.
pub async fn conversations(conn: &mut Conn, user: &UserId, page: &Page) -> Result<Listing<Conversation>> {
    let window = page.window(50, 100)?;
    let after = match &page.after {
        None => None,
        Some(after) => {
            let [moment, id] = after.keys::<2>("messages.conversations")?;
            let moment: Timestamp =
                moment.parse().map_err(|_| Error::invalid("after", "is not a cursor of this list"))?;
            Some((moment, id))
        }
    };
    let place = usize::from(after.is_some());
    let kept = conn.maintained(Maintained::Conversations, &KEPT[place], || {
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
                // The server's spelling: `2026-01-31 09:30:00.000` and the id.
                Some((moment, id)) => {
                    args.with(format!("{}{id}", moment.to_string().replace('T', " ").replace('Z', "")))
                }
            };
            conn.all(&CONVERSATIONS[place], args.with(window.limit + 1).with(window.offset)).await?
        }
    };
    Ok(Listing::from_overfull(rows, window.limit, |last: &Conversation| {
        let moment = last.last_message.created_at.to_string();
        Cursor::behind("messages.conversations", &[&moment, last.last_message.id.as_str()])
    }))
}

/// From the start, and behind a cursor.
static CONVERSATION: LazyLock<[Statement; 2]> = LazyLock::new(|| {
    [false, true].map(|after| {
        let behind = if after { " AND m.createdAt >= ? AND (m.createdAt > ? OR m.id > ?)" } else { "" };
        Statement::fixed(
            "messages.conversation",
            "",
            &[
                Access::Index { table: "m", keys: &["staka_messages_thread"] },
                Access::Index { table: "s", keys: &["PRIMARY"] },
            ],
        )
        .with_text(format!(
            "SELECT {}, s.prenom, s.nom, s.avatar, s.role FROM messages m FORCE INDEX (staka_messages_thread) LEFT JOIN users s ON s.id = m.senderId \
             WHERE m.conversationId = ? AND CAST(m.conversationId AS BINARY) = CAST(? AS BINARY){behind} ORDER BY m.createdAt, m.id LIMIT ? OFFSET ?",
            columns("m", Message::COLUMNS)
        ))
    })
});

static ATTACHMENTS: Statement = Statement::fixed(
    "messages.conversation/attachments",
    "SELECT a.id, a.messageId, a.fileId, f.id, f.filename, f.mimeType, f.size, f.url, f.type \
     FROM messages m FORCE INDEX (staka_messages_thread) JOIN message_attachments a ON a.messageId = m.id JOIN files f ON f.id = a.fileId \
     WHERE m.conversationId = ? AND m.createdAt BETWEEN ? AND ? ORDER BY a.id",
    &[
        Access::Index { table: "m", keys: &["staka_messages_thread"] },
        Access::Index {
            table: "a",
            keys: &["message_attachments_messageId_fileId_key", "message_attachments_messageId_idx"],
        },
        Access::Index { table: "f", keys: &["PRIMARY"] },
    ],
);

/// The messages of a conversation, the oldest first, with author and attachments; 1000 unless the page says
/// otherwise, which is the most. Two statements whatever their number.
pub async fn conversation(conn: &mut Conn, id: &ConversationId, page: &Page) -> Result<Listing<ConversationMessage>> {
    let window = page.window(1000, 1000)?;
    let mut args = Args::new().with(id).with(id);
    if let Some(after) = &page.after {
        let [created_at, message] = after.keys::<2>("messages.conversation")?;
        let created_at: Timestamp =
            created_at.parse().map_err(|_| Error::invalid("after", "is not a cursor of this list"))?;
        args = args.with(created_at).with(created_at).with(message);
    }
    args = args.with(window.limit + 1).with(window.offset);
    let rows = conn.all(&CONVERSATION[usize::from(page.after.is_some())], args).await?;
    let mut listing = Listing::from_overfull(rows, window.limit, |last: &ConversationMessage| {
        Cursor::behind("messages.conversation", &[&last.message.created_at.to_string(), last.message.id.as_str()])
    });
    let (Some(oldest), Some(newest)) = (listing.items.first(), listing.items.last()) else { return Ok(listing) };
    let args = Args::new().with(id).with(oldest.message.created_at).with(newest.message.created_at);
    let places: HashMap<MessageId, usize> =
        listing.items.iter().enumerate().map(|(place, item)| (item.message.id.clone(), place)).collect();
    let items = &mut listing.items;
    conn.each(&ATTACHMENTS, args, |attachment: Attachment| {
        if let Some(place) = places.get(&attachment.message_id) {
            items[*place].attachments.push(attachment);
        }
    })
    .await?;
    Ok(listing)
}

static IS_PARTICIPANT: Statement = Statement::fixed(
    "messages.is_participant",
    "SELECT EXISTS (SELECT 1 FROM messages sent FORCE INDEX (staka_messages_sent) WHERE sent.conversationId = ? AND sent.senderId = ? AND CAST(sent.conversationId AS BINARY) = CAST(? AS BINARY)) \
     OR EXISTS (SELECT 1 FROM messages received FORCE INDEX (staka_messages_received) WHERE received.conversationId = ? AND received.receiverId = ? AND CAST(received.conversationId AS BINARY) = CAST(? AS BINARY))",
    &[
        Access::Index { table: "sent", keys: &["staka_messages_sent"] },
        Access::Index { table: "received", keys: &["staka_messages_received"] },
    ],
);

/// Whether the user wrote or received a message of the conversation.
pub async fn is_participant(conn: &mut Conn, id: &ConversationId, user: &UserId) -> Result<bool> {
    let args = Args::new().with(id).with(user).with(id).with(id).with(user).with(id);
    Ok(conn.one::<i64>(&IS_PARTICIPANT, args).await? != 0)
}

pub(super) fn statements() -> Vec<&'static Statement> {
    let mut all = verb_statements();
    all.extend(KEPT.iter().chain(CONVERSATIONS.iter()).chain(CONVERSATION.iter()));
    all.extend([&ATTACHMENTS, &IS_PARTICIPANT]);
    all
}
