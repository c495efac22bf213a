//! Messages that change together.

use crate::base::{Args, Result, Timestamp};
use crate::db::{Access, Conn, Statement};
use crate::model::{ConversationId, Message, UserId};

static MARK_READ: Statement = Statement::fixed(
    "messages.mark_read",
    // The wanted rows are found first, then each by its key: a server does not walk an index that the statement changes.
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

/// Marks what the user received in a conversation as read, `LU` with it; returns how many were unread.
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

/// Puts a conversation away; returns how many messages were not. What was read is `ARCHIVE` then.
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

/// Takes a conversation out again; returns how many messages were put away.
pub async fn unarchive(conn: &mut Conn, id: &ConversationId, now: Timestamp) -> Result<u64> {
    conn.execute(&UNARCHIVE, Args::new().with(now).with(id).with(id)).await
}

static DELIVER: Statement = Statement::fixed(
    "messages.deliver",
    "UPDATE messages m SET m.conversationId = ?, m.receiverId = ?, m.visitorEmail = ?, m.visitorName = ?, m.statut = ?, \
       m.createdAt = ?, m.updatedAt = GREATEST(?, m.updatedAt + INTERVAL 1000 MICROSECOND) WHERE m.id = ?",
    &[Access::Index { table: "m", keys: &["PRIMARY"] }],
);

/// Puts a draft into the conversation that the row says, at the row's moment, in its statut.
pub async fn deliver(conn: &mut Conn, row: &Message) -> Result<()> {
    let args = Args::new().with(&row.conversation_id).with(&row.receiver_id).with(&row.visitor_email);
    let args = args.with(&row.visitor_name).with(&row.statut).with(row.created_at).with(row.created_at).with(&row.id);
    conn.execute(&DELIVER, args).await.map(|_| ())
}

pub(super) fn statements() -> Vec<&'static Statement> {
    vec![&MARK_READ, &ARCHIVE, &UNARCHIVE, &DELIVER]
}
