//! Changes of whole conversations, and the sending of drafts.

use crate::base::{Args, Result, Timestamp};
use crate::db::{Access, Conn, Statement};
use crate::model::{ConversationId, Message, UserId};

static MARK_READ: Statement = Statement::fixed(
    "messages.mark_read",
    // The rows are found first and then updated by primary key, so that the server does not scan an index that the
    // statement changes.
    "UPDATE (SELECT DISTINCT u.id FROM messages u FORCE INDEX (staka_messages_received) \
       WHERE u.receiverId = ? AND u.conversationId = ? AND CAST(u.conversationId AS BINARY) = CAST(? AS BINARY) \
       AND u.isRead = FALSE AND u.deletedByAdmin = FALSE) wanted \
     STRAIGHT_JOIN messages n FORCE INDEX (PRIMARY) ON n.id = wanted.id \
     SET n.isRead = TRUE, n.statut = IF(n.statut IN ('ENVOYE', 'DELIVRE'), 'LU', n.statut), \
       n.updatedAt = GREATEST(?, n.updatedAt + INTERVAL 1000 MICROSECOND) \
     WHERE n.isRead = FALSE AND n.deletedByAdmin = FALSE AND n.receiverId = ?",
    &[
        Access::Index { table: "u", keys: &["staka_messages_received"] },
        Access::Index { table: "n", keys: &["PRIMARY"] },
    ],
);

/// Marks the messages a user received in a conversation as read (`LU`); returns how many were unread.
pub async fn mark_read(conn: &mut Conn, id: &ConversationId, user: &UserId, now: Timestamp) -> Result<u64> {
    conn.execute(&MARK_READ, Args::new().with(user).with(id).with(id).with(now).with(user)).await
}

static ARCHIVE: Statement = Statement::fixed(
    "messages.archive",
    "UPDATE messages m FORCE INDEX (staka_messages_thread) \
     SET m.isArchived = TRUE, m.statut = IF(m.statut = 'LU', 'ARCHIVE', m.statut), \
       m.updatedAt = GREATEST(?, m.updatedAt + INTERVAL 1000 MICROSECOND) \
     WHERE m.conversationId = ? AND CAST(m.conversationId AS BINARY) = CAST(? AS BINARY) AND m.isArchived = FALSE AND m.statut <> 'BROUILLON'",
    &[Access::Index { table: "m", keys: &["staka_messages_thread"] }],
);

/// Archives a conversation; returns how many messages were archived. Read messages get the statut `ARCHIVE`.
pub async fn archive(conn: &mut Conn, id: &ConversationId, now: Timestamp) -> Result<u64> {
    conn.execute(&ARCHIVE, Args::new().with(now).with(id).with(id)).await
}

static UNARCHIVE: Statement = Statement::fixed(
    "messages.unarchive",
    "UPDATE messages m FORCE INDEX (staka_messages_thread) \
     SET m.isArchived = FALSE, m.statut = IF(m.statut = 'ARCHIVE', IF(m.isRead, 'LU', 'ENVOYE'), m.statut), \
       m.updatedAt = GREATEST(?, m.updatedAt + INTERVAL 1000 MICROSECOND) \
     WHERE m.conversationId = ? AND CAST(m.conversationId AS BINARY) = CAST(? AS BINARY) AND m.isArchived = TRUE AND m.statut <> 'BROUILLON'",
    &[Access::Index { table: "m", keys: &["staka_messages_thread"] }],
);

/// Takes a conversation out of the archive; returns how many messages were archived.
pub async fn unarchive(conn: &mut Conn, id: &ConversationId, now: Timestamp) -> Result<u64> {
    conn.execute(&UNARCHIVE, Args::new().with(now).with(id).with(id)).await
}

static SEND_DRAFT: Statement = Statement::fixed(
    "messages.send_draft",
    "UPDATE messages m SET m.conversationId = ?, m.receiverId = ?, m.visitorEmail = ?, m.visitorName = ?, m.statut = ?, \
       m.createdAt = ?, m.updatedAt = GREATEST(?, m.updatedAt + INTERVAL 1000 MICROSECOND) WHERE m.id = ?",
    &[Access::Index { table: "m", keys: &["PRIMARY"] }],
);

/// Moves a draft to the row's conversation, with the row's receiver, statut and creation time.
pub async fn send_draft(conn: &mut Conn, row: &Message) -> Result<()> {
    let args = Args::new().with(&row.conversation_id).with(&row.receiver_id).with(&row.visitor_email);
    let args = args.with(&row.visitor_name).with(&row.statut).with(row.created_at).with(row.created_at).with(&row.id);
    conn.execute(&SEND_DRAFT, args).await.map(|_| ())
}

pub(super) fn statements() -> Vec<&'static Statement> {
    vec![&MARK_READ, &ARCHIVE, &UNARCHIVE, &SEND_DRAFT]
}
