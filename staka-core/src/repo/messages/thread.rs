//! Messages with their authors and attachments, the oldest first.

use std::collections::HashMap;
use std::sync::LazyLock;

use crate::base::{Args, Cursor, Error, Page, PageRequest, Result, Table, Timestamp};
use crate::db::{Access, Conn, Statement};
use crate::model::view::{Attachment, ConversationMessage, SenderBrief};
use crate::model::{ConversationId, Message, MessageId, UserId};
use crate::repo::table::{columns, part};

/// For whom messages are read, which decides whose drafts are visible.
#[derive(Clone, Copy, Debug)]
pub enum Viewer<'a> {
    /// The system, which sees all drafts.
    System,
    /// A user, who sees their own drafts.
    User(&'a UserId),
    /// No user: no drafts are visible.
    Nobody,
}

impl Viewer<'_> {
    /// Binds the parameters of [`VISIBLE`].
    pub(super) fn bind(self, args: Args) -> Args {
        match self {
            Self::System => args.with(None::<&str>).with(true),
            Self::User(user) => args.with(Some(user.as_str())).with(false),
            Self::Nobody => args.with(None::<&str>).with(false),
        }
    }
}

/// Condition by which drafts are visible to their author only.
pub(super) const VISIBLE: &str = "(m.statut <> 'BROUILLON' OR m.senderId = ? OR ?)";

/// Returns the columns of a message and its author.
pub(super) fn with_sender() -> String {
    format!("{}, {}", columns("m", Message::COLUMNS), part::<SenderBrief>("s"))
}

/// Without and with a cursor.
static CONVERSATION: LazyLock<[Statement; 2]> = LazyLock::new(|| {
    [false, true].map(|after| {
        let cursor = if after { " AND m.createdAt >= ? AND (m.createdAt > ? OR m.id > ?)" } else { "" };
        Statement::fixed(
            "messages.list_by_conversation",
            "",
            &[
                Access::Index { table: "m", keys: &["staka_messages_thread"] },
                Access::Index { table: "s", keys: &["PRIMARY"] },
            ],
        )
        .with_text(format!(
            "SELECT {} FROM messages m FORCE INDEX (staka_messages_thread) LEFT JOIN users s ON s.id = m.senderId \
             WHERE m.conversationId = ? AND CAST(m.conversationId AS BINARY) = CAST(? AS BINARY) AND {VISIBLE}{cursor} ORDER BY m.createdAt, m.id LIMIT ? OFFSET ?",
            with_sender()
        ))
    })
});

static CONVERSATION_TOTAL: LazyLock<Statement> = LazyLock::new(|| {
    Statement::fixed(
        "messages.list_by_conversation/total",
        "",
        &[Access::Index { table: "m", keys: &["staka_messages_thread"] }],
    )
    .with_text(format!(
        "SELECT COUNT(*) FROM messages m FORCE INDEX (staka_messages_thread) \
         WHERE m.conversationId = ? AND CAST(m.conversationId AS BINARY) = CAST(? AS BINARY) AND {VISIBLE}"
    ))
});

/// Returns the number of rows of the whole list, if the page requests it.
pub(super) async fn total_of(
    conn: &mut Conn,
    page: &PageRequest,
    total: &Statement,
    args: &Args,
) -> Result<Option<u64>> {
    Ok(if page.total { Some(conn.one::<i64>(total, args.clone()).await?.unsigned_abs()) } else { None })
}

static ATTACHMENTS: Statement = Statement::fixed(
    "messages.list_by_conversation/attachments",
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

/// Returns the messages of a conversation that `viewer` may see, the oldest first, with authors and attachments; 1,000
/// per page by default and at most. Takes two statements, whatever the number of messages, and one for the total.
pub async fn list_by_conversation(
    conn: &mut Conn,
    id: &ConversationId,
    viewer: Viewer<'_>,
    page: &PageRequest,
) -> Result<Page<ConversationMessage>> {
    let window = page.window(1000, 1000)?;
    let mut args = viewer.bind(Args::new().with(id).with(id));
    let total = total_of(conn, page, &CONVERSATION_TOTAL, &args).await?;
    if let Some(after) = &page.after {
        let (created_at, message) = cursor_position(after, "messages.list_by_conversation")?;
        args = args.with(created_at).with(created_at).with(message);
    }
    args = args.with(window.limit + 1).with(window.offset);
    let rows = conn.all(&CONVERSATION[usize::from(page.after.is_some())], args).await?;
    let mut listing = Page::from_extra_row(rows, window.limit, |last: &ConversationMessage| {
        Cursor::after_row(
            "messages.list_by_conversation",
            &[&last.message.created_at.to_string(), last.message.id.as_str()],
        )
    })
    .with_total(total);
    let (Some(oldest), Some(newest)) = (listing.items.first(), listing.items.last()) else { return Ok(listing) };
    let args = Args::new().with(id).with(oldest.message.created_at).with(newest.message.created_at);
    fill_attachments(conn, &ATTACHMENTS, args, &mut listing.items).await?;
    Ok(listing)
}

/// Returns time and id of the message after which a page begins.
pub(super) fn cursor_position(after: &Cursor, list: &str) -> Result<(Timestamp, String)> {
    let [created_at, message] = after.keys::<2>(list)?;
    let created_at = created_at.parse().map_err(|_| Error::invalid("after", "is not a cursor of this list"))?;
    Ok((created_at, message))
}

/// Adds the attachments that the statement finds to their messages.
async fn fill_attachments(
    conn: &mut Conn,
    statement: &Statement,
    args: Args,
    items: &mut [ConversationMessage],
) -> Result<()> {
    let indexes: HashMap<MessageId, usize> =
        items.iter().enumerate().map(|(index, item)| (item.message.id.clone(), index)).collect();
    conn.each(statement, args, |attachment: Attachment| {
        if let Some(index) = indexes.get(&attachment.message_id) {
            items[*index].attachments.push(attachment);
        }
    })
    .await
}

/// Maximum page size of lists that go beyond one conversation.
pub(super) const MAX_PAGE: u32 = 100;

/// The attachments of messages of any conversation.
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
        ", ?".repeat(MAX_PAGE as usize - 1)
    ))
});

/// Returns the attachments of at most [`MAX_PAGE`] messages, in one statement.
pub(super) async fn attachments(conn: &mut Conn, messages: &[&MessageId]) -> Result<Vec<Attachment>> {
    let Some(last) = messages.last() else { return Ok(Vec::new()) };
    let args = (0..MAX_PAGE as usize).fold(Args::new(), |args, index| args.with(*messages.get(index).unwrap_or(last)));
    conn.all(&ATTACHMENTS_OF, args).await
}

/// Adds the attachments to at most [`MAX_PAGE`] messages.
pub(super) async fn add_attachments(conn: &mut Conn, items: &mut [ConversationMessage]) -> Result<()> {
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
        "messages.get",
        "",
        &[Access::Index { table: "m", keys: &["PRIMARY"] }, Access::Index { table: "s", keys: &["PRIMARY"] }],
    )
    .with_text(format!(
        "SELECT {} FROM messages m LEFT JOIN users s ON s.id = m.senderId WHERE m.id = ? AND {VISIBLE}",
        with_sender()
    ))
});

/// Returns a message with author and attachments; none if it does not exist or is another user's draft.
pub async fn get(conn: &mut Conn, id: &MessageId, viewer: Viewer<'_>) -> Result<Option<ConversationMessage>> {
    let row = conn.optional(&DETAIL, viewer.bind(Args::new().with(id))).await?;
    let mut items: Vec<ConversationMessage> = row.into_iter().collect();
    add_attachments(conn, &mut items).await?;
    Ok(items.pop())
}

/// Without and with a cursor.
static REPLIES: LazyLock<[Statement; 2]> = LazyLock::new(|| {
    [false, true].map(|after| {
        let cursor = if after { " AND (m.createdAt > ? OR (m.createdAt = ? AND m.id > ?))" } else { "" };
        Statement::fixed(
            "messages.list_replies",
            "",
            &[
                Access::Index { table: "m", keys: &["messages_parentId_fkey"] },
                Access::Index { table: "s", keys: &["PRIMARY"] },
            ],
        )
        .with_text(format!(
            "SELECT {} FROM messages m FORCE INDEX (messages_parentId_fkey) LEFT JOIN users s ON s.id = m.senderId \
             WHERE m.parentId = ? AND {VISIBLE}{cursor} ORDER BY m.createdAt, m.id LIMIT ? OFFSET ?",
            with_sender()
        ))
    })
});

static REPLIES_TOTAL: LazyLock<Statement> = LazyLock::new(|| {
    Statement::fixed(
        "messages.list_replies/total",
        "",
        &[Access::Index { table: "m", keys: &["messages_parentId_fkey"] }],
    )
    .with_text(format!(
        "SELECT COUNT(*) FROM messages m FORCE INDEX (messages_parentId_fkey) WHERE m.parentId = ? AND {VISIBLE}"
    ))
});

/// Returns the replies to a message, the oldest first; 50 per page by default, at most 100.
pub async fn list_replies(
    conn: &mut Conn,
    parent: &MessageId,
    viewer: Viewer<'_>,
    page: &PageRequest,
) -> Result<Page<ConversationMessage>> {
    let args = viewer.bind(Args::new().with(parent));
    list_page(conn, &REPLIES, &REPLIES_TOTAL, "messages.list_replies", args, page).await
}

/// Returns a page of messages, by the statements without and with a cursor and the one for the total.
pub(super) async fn list_page(
    conn: &mut Conn,
    statements: &[Statement; 2],
    total: &Statement,
    name: &'static str,
    args: Args,
    page: &PageRequest,
) -> Result<Page<ConversationMessage>> {
    let window = page.window(50, MAX_PAGE)?;
    let total = total_of(conn, page, total, &args).await?;
    let mut args = args;
    if let Some(after) = &page.after {
        let (created_at, message) = cursor_position(after, name)?;
        args = args.with(created_at).with(created_at).with(message);
    }
    args = args.with(window.limit + 1).with(window.offset);
    let rows = conn.all(&statements[usize::from(page.after.is_some())], args).await?;
    let mut listing = Page::from_extra_row(rows, window.limit, |last: &ConversationMessage| {
        Cursor::after_row(name, &[&last.message.created_at.to_string(), last.message.id.as_str()])
    })
    .with_total(total);
    add_attachments(conn, &mut listing.items).await?;
    Ok(listing)
}

pub(super) fn statements() -> Vec<&'static Statement> {
    let mut all: Vec<&Statement> = CONVERSATION.iter().chain(REPLIES.iter()).collect();
    all.extend([&*CONVERSATION_TOTAL, &*REPLIES_TOTAL, &ATTACHMENTS, &*ATTACHMENTS_OF, &*DETAIL]);
    all
}
