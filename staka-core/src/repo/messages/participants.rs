//! Participants of a conversation, which operations check before they write.

use std::sync::LazyLock;

use staka_macros::Record;

use crate::base::{Args, Result, Table};
use crate::db::{Access, Conn, Statement};
use crate::model::{ConversationId, Message, MessageId, MessageStatut, Role, UserId};
use crate::repo::table::columns;

/// A draft does not make its author a participant.
static IS_PARTICIPANT: Statement = Statement::fixed(
    "messages.is_participant",
    "SELECT EXISTS (SELECT 1 FROM messages sent FORCE INDEX (staka_messages_sent) WHERE sent.conversationId = ? AND sent.senderId = ? AND CAST(sent.conversationId AS BINARY) = CAST(? AS BINARY) AND sent.statut <> 'BROUILLON') \
     OR EXISTS (SELECT 1 FROM messages received FORCE INDEX (staka_messages_received) WHERE received.conversationId = ? AND received.receiverId = ? AND CAST(received.conversationId AS BINARY) = CAST(? AS BINARY) AND received.statut <> 'BROUILLON')",
    &[
        Access::Index { table: "sent", keys: &["staka_messages_sent"] },
        Access::Index { table: "received", keys: &["staka_messages_received"] },
    ],
);

/// Returns whether the user sent or received a message of the conversation.
pub async fn is_participant(conn: &mut Conn, id: &ConversationId, user: &UserId) -> Result<bool> {
    let args = Args::new().with(id).with(user).with(id).with(id).with(user).with(id);
    Ok(conn.one::<i64>(&IS_PARTICIPANT, args).await? != 0)
}

static LOCATION: Statement = Statement::fixed(
    "messages.location",
    "SELECT m.conversationId, m.senderId, m.statut FROM messages m WHERE m.id = ?",
    &[Access::Index { table: "m", keys: &["PRIMARY"] }],
);

/// Conversation, sender and statut of a message.
#[derive(Clone, Debug, PartialEq, Record)]
pub struct Location {
    /// The conversation's id.
    pub conversation_id: ConversationId,
    /// The sender's user id.
    pub sender_id: Option<UserId>,
    /// Delivery status of the message.
    pub statut: MessageStatut,
}

/// Returns where a message is, if it exists.
pub async fn location(conn: &mut Conn, id: &MessageId) -> Result<Option<Location>> {
    conn.optional(&LOCATION, Args::new().with(id)).await
}

/// Returns whether the user may read the message: as a participant of its conversation, or as the author of a draft.
pub async fn is_reader(conn: &mut Conn, id: &MessageId, user: &UserId) -> Result<bool> {
    match location(conn, id).await? {
        None => Ok(false),
        Some(location) if location.statut == MessageStatut::Brouillon => Ok(location.sender_id.as_ref() == Some(user)),
        Some(location) => is_participant(conn, &location.conversation_id, user).await,
    }
}

static LOCK: LazyLock<Statement> = LazyLock::new(|| {
    Statement::fixed("messages.lock", "", &[Access::Index { table: "m", keys: &["PRIMARY"] }])
        .with_text(format!("SELECT {} FROM messages m WHERE m.id = ? FOR UPDATE", columns("m", Message::COLUMNS)))
});

/// Locks and returns a message, if it exists.
pub async fn lock(conn: &mut Conn, id: &MessageId) -> Result<Option<Message>> {
    conn.optional(&LOCK, Args::new().with(id)).await
}

static FIRST_VISITOR: Statement = Statement::fixed(
    "messages.first_visitor",
    "SELECT m.visitorEmail, m.visitorName FROM messages m FORCE INDEX (staka_messages_thread) \
     WHERE m.conversationId = ? AND CAST(m.conversationId AS BINARY) = CAST(? AS BINARY) AND m.visitorEmail IS NOT NULL \
     AND m.statut <> 'BROUILLON' ORDER BY m.createdAt, m.id LIMIT 1",
    &[Access::Index { table: "m", keys: &["staka_messages_thread"] }],
);

/// The visitor to whom a thread belongs.
#[derive(Clone, Debug, PartialEq, Eq, Record)]
pub struct Visitor {
    /// The visitor's e-mail address.
    pub email: String,
    /// The visitor's name.
    pub name: Option<String>,
}

/// Returns the visitor to whom a conversation belongs, if there is one.
pub async fn first_visitor(conn: &mut Conn, id: &ConversationId) -> Result<Option<Visitor>> {
    conn.optional(&FIRST_VISITOR, Args::new().with(id).with(id)).await
}

static HAS_VISITOR: Statement = Statement::fixed(
    "messages.has_visitor",
    "SELECT EXISTS (SELECT 1 FROM messages m FORCE INDEX (staka_messages_thread) \
     WHERE m.conversationId = ? AND CAST(m.conversationId AS BINARY) = CAST(? AS BINARY) AND m.isFromVisitor = TRUE \
     AND CAST(LOWER(m.visitorEmail) AS BINARY) = CAST(? AS BINARY))",
    &[Access::Index { table: "m", keys: &["staka_messages_thread"] }],
);

/// Returns whether a visitor with this address, in lower case, wrote in the conversation.
pub async fn has_visitor(conn: &mut Conn, id: &ConversationId, email: &str) -> Result<bool> {
    Ok(conn.one::<i64>(&HAS_VISITOR, Args::new().with(id).with(id).with(email)).await? != 0)
}

/// How many of the newest messages are searched for the receiver of a reply.
const MAX_EXCHANGES: u32 = 50;

static LAST_EXCHANGES: Statement = Statement::fixed(
    "messages.last_exchanges",
    "SELECT m.senderId, s.role, s.isActive, m.receiverId, r.role, r.isActive, m.isFromVisitor \
     FROM messages m FORCE INDEX (staka_messages_thread) LEFT JOIN users s ON s.id = m.senderId LEFT JOIN users r ON r.id = m.receiverId \
     WHERE m.conversationId = ? AND CAST(m.conversationId AS BINARY) = CAST(? AS BINARY) AND m.statut <> 'BROUILLON' \
     ORDER BY m.createdAt DESC, m.id DESC LIMIT ?",
    &[
        Access::Index { table: "m", keys: &["staka_messages_thread"] },
        Access::Index { table: "s", keys: &["PRIMARY"] },
        Access::Index { table: "r", keys: &["PRIMARY"] },
    ],
);

/// Sender and receiver of a message.
#[derive(Clone, Debug, PartialEq, Record)]
pub struct Exchange {
    /// The sender; none for visitors and the platform.
    #[record(nested)]
    pub sender: Option<Participant>,
    /// The receiver, if there is one.
    #[record(nested)]
    pub receiver: Option<Participant>,
    /// Whether a visitor sent the message.
    pub is_from_visitor: bool,
}

/// A user who takes part in a conversation.
#[derive(Clone, Debug, PartialEq, Record)]
pub struct Participant {
    /// The user's id.
    pub id: UserId,
    /// Role of the account.
    pub role: Role,
    /// Whether the account is active.
    pub is_active: bool,
}

/// Returns sender and receiver of the newest messages of a conversation, the newest first; none if it does not exist.
pub async fn last_exchanges(conn: &mut Conn, id: &ConversationId) -> Result<Vec<Exchange>> {
    conn.all(&LAST_EXCHANGES, Args::new().with(id).with(id).with(MAX_EXCHANGES)).await
}

pub(super) fn statements() -> Vec<&'static Statement> {
    vec![&IS_PARTICIPANT, &LOCATION, &*LOCK, &FIRST_VISITOR, &HAS_VISITOR, &LAST_EXCHANGES]
}
