//! What acts ask of a conversation before they write: who takes part, whose it is.

use std::sync::LazyLock;

use staka_macros::Record;

use crate::base::{Args, Result, Table};
use crate::db::{Access, Conn, Statement};
use crate::model::{ConversationId, Message, MessageId, MessageStatut, Role, UserId};
use crate::repo::table::columns;

/// Drafts are nobody's part in a conversation.
static IS_PARTICIPANT: Statement = Statement::fixed(
    "messages.is_participant",
    "SELECT EXISTS (SELECT 1 FROM messages sent FORCE INDEX (staka_messages_sent) WHERE sent.conversationId = ? AND sent.senderId = ? AND CAST(sent.conversationId AS BINARY) = CAST(? AS BINARY) AND sent.statut <> 'BROUILLON') \
     OR EXISTS (SELECT 1 FROM messages received FORCE INDEX (staka_messages_received) WHERE received.conversationId = ? AND received.receiverId = ? AND CAST(received.conversationId AS BINARY) = CAST(? AS BINARY) AND received.statut <> 'BROUILLON')",
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

static PLACE: Statement = Statement::fixed(
    "messages.place",
    "SELECT m.conversationId, m.senderId, m.statut FROM messages m WHERE m.id = ?",
    &[Access::Index { table: "m", keys: &["PRIMARY"] }],
);

/// Where a message is.
#[derive(Clone, Debug, PartialEq, Record)]
pub struct Place {
    /// Its conversation.
    pub conversation_id: ConversationId,
    /// Who wrote it.
    pub sender_id: Option<UserId>,
    /// How far it has come.
    pub statut: MessageStatut,
}

/// Where a message is; none when it is not there.
pub async fn place(conn: &mut Conn, id: &MessageId) -> Result<Option<Place>> {
    conn.optional(&PLACE, Args::new().with(id)).await
}

/// Whether the user may read the message: one of a conversation in which they take part, or a draft of their own.
pub async fn is_reader(conn: &mut Conn, id: &MessageId, user: &UserId) -> Result<bool> {
    match place(conn, id).await? {
        None => Ok(false),
        Some(place) if place.statut == MessageStatut::Brouillon => Ok(place.sender_id.as_ref() == Some(user)),
        Some(place) => is_participant(conn, &place.conversation_id, user).await,
    }
}

static LOCK: LazyLock<Statement> = LazyLock::new(|| {
    Statement::fixed("messages.lock", "", &[Access::Index { table: "m", keys: &["PRIMARY"] }])
        .with_text(format!("SELECT {} FROM messages m WHERE m.id = ? FOR UPDATE", columns("m", Message::COLUMNS)))
});

/// The message, which nobody else changes until the transaction ends.
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

/// Whose thread a visitor's thread is.
#[derive(Clone, Debug, PartialEq, Eq, Record)]
pub struct Visitor {
    /// The address.
    pub email: String,
    /// The name.
    pub name: Option<String>,
}

/// The visitor whose conversation it is; none where no visitor is in it.
pub async fn first_visitor(conn: &mut Conn, id: &ConversationId) -> Result<Option<Visitor>> {
    conn.optional(&FIRST_VISITOR, Args::new().with(id).with(id)).await
}

static VISITS: Statement = Statement::fixed(
    "messages.visits",
    "SELECT EXISTS (SELECT 1 FROM messages m FORCE INDEX (staka_messages_thread) \
     WHERE m.conversationId = ? AND CAST(m.conversationId AS BINARY) = CAST(? AS BINARY) AND m.isFromVisitor = TRUE \
     AND CAST(LOWER(m.visitorEmail) AS BINARY) = CAST(? AS BINARY))",
    &[Access::Index { table: "m", keys: &["staka_messages_thread"] }],
);

/// Whether a visitor of that address, in small letters, wrote in the conversation.
pub async fn visits(conn: &mut Conn, id: &ConversationId, email: &str) -> Result<bool> {
    Ok(conn.one::<i64>(&VISITS, Args::new().with(id).with(id).with(email)).await? != 0)
}

/// How many of the newest messages tell to whom a reply goes.
const TURNS: u32 = 50;

static LAST_TURNS: Statement = Statement::fixed(
    "messages.last_turns",
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

/// Who wrote to whom.
#[derive(Clone, Debug, PartialEq, Record)]
pub struct Turn {
    /// Who wrote; none for visitors and the platform.
    #[record(nested)]
    pub sender: Option<Party>,
    /// To whom.
    #[record(nested)]
    pub receiver: Option<Party>,
    /// Whether a visitor wrote it.
    pub is_from_visitor: bool,
}

/// A user who takes part in a conversation.
#[derive(Clone, Debug, PartialEq, Record)]
pub struct Party {
    /// Who.
    pub id: UserId,
    /// What the account may do.
    pub role: Role,
    /// Whether the account may sign in.
    pub is_active: bool,
}

/// The newest messages of a conversation, the newest first: who wrote to whom. None for a conversation that is not
/// there.
pub async fn last_turns(conn: &mut Conn, id: &ConversationId) -> Result<Vec<Turn>> {
    conn.all(&LAST_TURNS, Args::new().with(id).with(id).with(TURNS)).await
}

pub(super) fn statements() -> Vec<&'static Statement> {
    vec![&IS_PARTICIPANT, &PLACE, &*LOCK, &FIRST_VISITOR, &VISITS, &LAST_TURNS]
}
