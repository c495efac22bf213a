//! Delivery status of messages, pins, and soft-deletion of inbox threads.

use serde_json::json;

use super::deliver::read_back;
use super::input;
use crate::base::{Error, ErrorKind, Patch, Result};
use crate::db::Conn;
use crate::model::view::ConversationMessage;
use crate::model::{ConversationId, MessageId, MessagePatch, MessageStatut, UserId};
use crate::repo::messages::{self, Correspondent};
use crate::service::{OpContext, audit_trail};

/// The allowed transitions of `statut`; any other is a `Conflict`.
///
/// `LU` is set together with `isRead`. `ARCHIVE` is a read message of an archived conversation; taken out of the
/// archive, it becomes `LU` again, or `ENVOYE` if another program archived it unread.
const TRANSITIONS: &[(MessageStatut, MessageStatut)] = &[
    (MessageStatut::Brouillon, MessageStatut::Envoye),
    (MessageStatut::Envoye, MessageStatut::Delivre),
    (MessageStatut::Envoye, MessageStatut::Lu),
    (MessageStatut::Delivre, MessageStatut::Lu),
    (MessageStatut::Lu, MessageStatut::Archive),
    (MessageStatut::Archive, MessageStatut::Lu),
    (MessageStatut::Archive, MessageStatut::Envoye),
];

/// Fails with `Conflict` if a message may not change from one statut to another.
pub(super) fn check_transition(from: &MessageStatut, to: &MessageStatut) -> Result<()> {
    if TRANSITIONS.iter().any(|(start, end)| start == from && end == to) {
        return Ok(());
    }
    Err(Error::new(ErrorKind::Conflict, format!("the message has statut {from} and cannot change to {to}")))
}

/// Marks a message as delivered, on behalf of its receiver or the system.
pub async fn mark_delivered(conn: &mut Conn, ctx: &OpContext<'_>, id: &MessageId) -> Result<ConversationMessage> {
    let row = messages::lock(conn, id).await?;
    let row = match (row, ctx.user()) {
        (Some(row), None) => row,
        (Some(row), Some(user)) if row.receiver_id.as_ref() == Some(user) => row,
        (None, None) => return Err(Error::new(ErrorKind::NotFound, format!("message {id} not found"))),
        _ => return Err(ctx.denied("the message's receiver")),
    };
    check_transition(&row.statut, &MessageStatut::Delivre)?;
    let patch = MessagePatch { statut: Patch::Set(MessageStatut::Delivre), ..MessagePatch::default() };
    messages::update(conn, id, &patch, None, ctx.now).await?;
    read_back(conn, id).await
}

/// Marks the messages the caller received in a conversation as read; returns how many were unread.
pub async fn mark_read(conn: &mut Conn, ctx: &OpContext<'_>, conversation: &ConversationId) -> Result<u64> {
    let user = input::author(ctx)?;
    messages::mark_read(conn, conversation, user, ctx.now).await
}

/// Pins a message to its conversation, or unpins it.
pub async fn set_pinned(conn: &mut Conn, ctx: &OpContext<'_>, id: &MessageId, pinned: bool) -> Result<()> {
    let patch = MessagePatch { is_pinned: Patch::Set(pinned), ..MessagePatch::default() };
    messages::update(conn, id, &patch, None, ctx.now).await
}

/// Returns the administrator whose inbox is meant: the one given, or the caller.
pub(super) fn administrator<'a>(ctx: &'a OpContext<'_>, named: Option<&'a UserId>) -> Result<&'a UserId> {
    named
        .or_else(|| ctx.user())
        .ok_or_else(|| Error::invalid("administrator", "is required, because no user is signed in"))
}

/// Soft-deletes an inbox thread; returns how many messages it had. Fails with `NotFound` if there were none.
pub async fn soft_delete_thread(
    conn: &mut Conn,
    ctx: &OpContext<'_>,
    key: &str,
    named: Option<&UserId>,
) -> Result<u64> {
    let administrator = administrator(ctx, named)?;
    let correspondent = Correspondent::from_key(key)?;
    let deleted = messages::soft_delete_correspondence(conn, administrator, &correspondent, ctx.now).await?;
    if deleted == 0 {
        return Err(Error::new(ErrorKind::NotFound, format!("thread with {key} not found")));
    }
    let target = match &correspondent {
        Correspondent::User(user) => Some(user.as_str()),
        Correspondent::Visitor(_) => None,
    };
    let details = json!({ "key": key, "administrator": administrator.as_str(), "messages": deleted });
    audit_trail::write(conn, ctx, audit_trail::Action::ConversationDeleted, target, details).await?;
    Ok(deleted)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::TextEnum;

    #[test]
    fn only_listed_transitions_are_allowed() {
        let all = || MessageStatut::VALUES.iter().map(|name| name.parse::<MessageStatut>().unwrap());
        let pairs = all().flat_map(|from| all().map(move |to| (from.clone(), to)));
        let allowed: Vec<_> = pairs.filter(|(from, to)| check_transition(from, to).is_ok()).collect();
        assert_eq!(allowed.len(), TRANSITIONS.len());
        let error = check_transition(&MessageStatut::Lu, &MessageStatut::Delivre).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Conflict);
        assert!(error.message().contains("LU") && error.message().contains("DELIVRE"), "{error}");
    }
}
