//! Messages as a thread shows them: with author and attachments, the oldest first.

use std::collections::HashMap;
use std::sync::LazyLock;

use crate::base::{Args, Cursor, Error, Listing, Page, Result, Table, Timestamp};
use crate::db::{Access, Conn, Statement};
use crate::model::view::{Attachment, ConversationMessage};
use crate::model::{ConversationId, Message, MessageId, UserId};
use crate::repo::table::columns;

/// For whom messages are read: it decides whose drafts are among them.
#[derive(Clone, Copy, Debug)]
pub enum Viewer<'a> {
    /// The program itself: every draft.
    Program,
    /// Somebody: their own drafts.
    User(&'a UserId),
    /// Nobody in particular: no drafts.
    Nobody,
}

impl Viewer<'_> {
    /// Binds what [`VISIBLE`] asks.
    pub(super) fn bind(self, args: Args) -> Args {
        match self {
            Self::Program => args.with(None::<&str>).with(true),
            Self::User(user) => args.with(Some(user.as_str())).with(false),
            Self::Nobody => args.with(None::<&str>).with(false),
        }
    }
}

/// A draft is its author's alone.
pub(super) const VISIBLE: &str = "(m.statut <> 'BROUILLON' OR m.senderId = ? OR ?)";

/// A message, and who wrote it.
pub(super) fn with_sender() -> String {
    format!("{}, s.prenom, s.nom, s.avatar, s.role", columns("m", Message::COLUMNS))
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
            "SELECT {} FROM messages m FORCE INDEX (staka_messages_thread) LEFT JOIN users s ON s.id = m.senderId \
             WHERE m.conversationId = ? AND CAST(m.conversationId AS BINARY) = CAST(? AS BINARY) AND {VISIBLE}{behind} ORDER BY m.createdAt, m.id LIMIT ? OFFSET ?",
            with_sender()
        ))
    })
});

static CONVERSATION_TOTAL: LazyLock<Statement> = LazyLock::new(|| {
    Statement::fixed(
        "messages.conversation/total",
        "",
        &[Access::Index { table: "m", keys: &["staka_messages_thread"] }],
    )
    .with_text(format!(
        "SELECT COUNT(*) FROM messages m FORCE INDEX (staka_messages_thread) \
         WHERE m.conversationId = ? AND CAST(m.conversationId AS BINARY) = CAST(? AS BINARY) AND {VISIBLE}"
    ))
});

/// How many rows the whole list has, where the page asks for that.
pub(super) async fn total_of(conn: &mut Conn, page: &Page, total: &Statement, args: &Args) -> Result<Option<u64>> {
    Ok(if page.total { Some(conn.one::<i64>(total, args.clone()).await?.unsigned_abs()) } else { None })
}

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

/// The messages of a conversation that `viewer` may see, the oldest first, with author and attachments; 1000 unless the
/// page says otherwise, which is the most. Two statements whatever their number, and one for the total. Nothing is marked as read.
pub async fn conversation(
    conn: &mut Conn,
    id: &ConversationId,
    viewer: Viewer<'_>,
    page: &Page,
) -> Result<Listing<ConversationMessage>> {
    let window = page.window(1000, 1000)?;
    let mut args = viewer.bind(Args::new().with(id).with(id));
    let total = total_of(conn, page, &CONVERSATION_TOTAL, &args).await?;
    if let Some(after) = &page.after {
        let (created_at, message) = place_of(after, "messages.conversation")?;
        args = args.with(created_at).with(created_at).with(message);
    }
    args = args.with(window.limit + 1).with(window.offset);
    let rows = conn.all(&CONVERSATION[usize::from(page.after.is_some())], args).await?;
    let mut listing = Listing::from_overfull(rows, window.limit, |last: &ConversationMessage| {
        Cursor::behind("messages.conversation", &[&last.message.created_at.to_string(), last.message.id.as_str()])
    })
    .with_total(total);
    let (Some(oldest), Some(newest)) = (listing.items.first(), listing.items.last()) else { return Ok(listing) };
    let args = Args::new().with(id).with(oldest.message.created_at).with(newest.message.created_at);
    fill(conn, &ATTACHMENTS, args, &mut listing.items).await?;
    Ok(listing)
}

/// Moment and id of the message behind which a list goes on.
pub(super) fn place_of(after: &Cursor, list: &str) -> Result<(Timestamp, String)> {
    let [created_at, message] = after.keys::<2>(list)?;
    let created_at = created_at.parse().map_err(|_| Error::invalid("after", "is not a cursor of this list"))?;
    Ok((created_at, message))
}

/// Gives each message the attachments that the statement finds for it.
async fn fill(conn: &mut Conn, statement: &Statement, args: Args, items: &mut [ConversationMessage]) -> Result<()> {
    let places: HashMap<MessageId, usize> =
        items.iter().enumerate().map(|(place, item)| (item.message.id.clone(), place)).collect();
    conn.each(statement, args, |attachment: Attachment| {
        if let Some(place) = places.get(&attachment.message_id) {
            items[*place].attachments.push(attachment);
        }
    })
    .await
}

/// The most messages of a list that is not one conversation's.
pub(super) const MOST: u32 = 100;

/// The attachments of so many messages, wherever they are.
static ATTACHMENTS_OF: LazyLock<Statement> = LazyLock::new(|| {
    Statement::fixed(
        "messages.attachments",
        "",
        &[
            Access::Index {
                table: "a",
                keys: &["message_attachments_messageId_fileId_key", "message_attachments_messageId_idx"],
            },
            Access::Index { table: "f", keys: &["PRIMARY"] },
        ],
    )
    .with_text(format!(
        "SELECT a.id, a.messageId, a.fileId, f.id, f.filename, f.mimeType, f.size, f.url, f.type \
         FROM message_attachments a FORCE INDEX (message_attachments_messageId_fileId_key) JOIN files f ON f.id = a.fileId \
         WHERE a.messageId IN (?{}) ORDER BY a.id",
        ", ?".repeat(MOST as usize - 1)
    ))
});

/// The attachments of messages, at most [`MOST`], in one statement.
pub(super) async fn attachments(conn: &mut Conn, messages: &[&MessageId]) -> Result<Vec<Attachment>> {
    let Some(last) = messages.last() else { return Ok(Vec::new()) };
    let args = (0..MOST as usize).fold(Args::new(), |args, place| args.with(*messages.get(place).unwrap_or(last)));
    conn.all(&ATTACHMENTS_OF, args).await
}

/// Gives each of at most [`MOST`] messages its attachments.
pub(super) async fn attach(conn: &mut Conn, items: &mut [ConversationMessage]) -> Result<()> {
    let ids: Vec<MessageId> = items.iter().map(|item| item.message.id.clone()).collect();
    for attachment in attachments(conn, &ids.iter().collect::<Vec<_>>()).await? {
        if let Some(item) = items.iter_mut().find(|item| item.message.id == attachment.message_id) {
            item.attachments.push(attachment);
        }
    }
    Ok(())
}

static DETAIL: LazyLock<Statement> = LazyLock::new(|| {
    Statement::fixed(
        "messages.detail",
        "",
        &[Access::Index { table: "m", keys: &["PRIMARY"] }, Access::Index { table: "s", keys: &["PRIMARY"] }],
    )
    .with_text(format!(
        "SELECT {} FROM messages m LEFT JOIN users s ON s.id = m.senderId WHERE m.id = ? AND {VISIBLE}",
        with_sender()
    ))
});

/// One message with author and attachments; none when it is not there, or a draft of somebody else.
pub async fn detail(conn: &mut Conn, id: &MessageId, viewer: Viewer<'_>) -> Result<Option<ConversationMessage>> {
    let row = conn.optional(&DETAIL, viewer.bind(Args::new().with(id))).await?;
    let mut items: Vec<ConversationMessage> = row.into_iter().collect();
    attach(conn, &mut items).await?;
    Ok(items.pop())
}

/// From the start, and behind a cursor.
static REPLIES: LazyLock<[Statement; 2]> = LazyLock::new(|| {
    [false, true].map(|after| {
        let behind = if after { " AND (m.createdAt > ? OR (m.createdAt = ? AND m.id > ?))" } else { "" };
        Statement::fixed(
            "messages.replies",
            "",
            &[
                Access::Index { table: "m", keys: &["messages_parentId_fkey"] },
                Access::Index { table: "s", keys: &["PRIMARY"] },
            ],
        )
        .with_text(format!(
            "SELECT {} FROM messages m FORCE INDEX (messages_parentId_fkey) LEFT JOIN users s ON s.id = m.senderId \
             WHERE m.parentId = ? AND {VISIBLE}{behind} ORDER BY m.createdAt, m.id LIMIT ? OFFSET ?",
            with_sender()
        ))
    })
});

static REPLIES_TOTAL: LazyLock<Statement> = LazyLock::new(|| {
    Statement::fixed("messages.replies/total", "", &[Access::Index { table: "m", keys: &["messages_parentId_fkey"] }])
        .with_text(format!(
            "SELECT COUNT(*) FROM messages m FORCE INDEX (messages_parentId_fkey) WHERE m.parentId = ? AND {VISIBLE}"
        ))
});

/// What was answered to a message, the oldest first; 50 unless the page says otherwise, 100 at the most.
pub async fn replies(
    conn: &mut Conn,
    parent: &MessageId,
    viewer: Viewer<'_>,
    page: &Page,
) -> Result<Listing<ConversationMessage>> {
    let args = viewer.bind(Args::new().with(parent));
    listed(conn, &REPLIES, &REPLIES_TOTAL, "messages.replies", args, page).await
}

/// A page of messages in their order, by statements from the start and behind a cursor, and one for the total.
pub(super) async fn listed(
    conn: &mut Conn,
    statements: &[Statement; 2],
    total: &Statement,
    name: &'static str,
    args: Args,
    page: &Page,
) -> Result<Listing<ConversationMessage>> {
    let window = page.window(50, MOST)?;
    let total = total_of(conn, page, total, &args).await?;
    let mut args = args;
    if let Some(after) = &page.after {
        let (created_at, message) = place_of(after, name)?;
        args = args.with(created_at).with(created_at).with(message);
    }
    args = args.with(window.limit + 1).with(window.offset);
    let rows = conn.all(&statements[usize::from(page.after.is_some())], args).await?;
    let mut listing = Listing::from_overfull(rows, window.limit, |last: &ConversationMessage| {
        Cursor::behind(name, &[&last.message.created_at.to_string(), last.message.id.as_str()])
    })
    .with_total(total);
    attach(conn, &mut listing.items).await?;
    Ok(listing)
}

pub(super) fn statements() -> Vec<&'static Statement> {
    let mut all: Vec<&Statement> = CONVERSATION.iter().chain(REPLIES.iter()).collect();
    all.extend([&*CONVERSATION_TOTAL, &*REPLIES_TOTAL, &ATTACHMENTS, &*ATTACHMENTS_OF, &*DETAIL]);
    all
}
