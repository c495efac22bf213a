//! How far a message has come, and the marks that are set on it.

use serde_json::json;

use super::deliver::read_back;
use super::input;
use crate::base::{Error, ErrorKind, Patch, Result};
use crate::db::Conn;
use crate::flow::{Act, journal};
use crate::model::view::ConversationMessage;
use crate::model::{ConversationId, MessageId, MessagePatch, MessageStatut, UserId};
use crate::repo::messages::{self, Correspondent};

/// From where a message goes on to where; all else is a `Conflict`.
///
/// `LU` comes with `isRead`; `ARCHIVE` is what was read and put away with its conversation, and leads back to where the
/// message was: unread ones, which other writers archive too, to `ENVOYE`.
pub const DELIVERY: &[(MessageStatut, MessageStatut)] = &[
    (MessageStatut::Brouillon, MessageStatut::Envoye),
    (MessageStatut::Envoye, MessageStatut::Delivre),
    (MessageStatut::Envoye, MessageStatut::Lu),
    (MessageStatut::Delivre, MessageStatut::Lu),
    (MessageStatut::Lu, MessageStatut::Archive),
    (MessageStatut::Archive, MessageStatut::Lu),
    (MessageStatut::Archive, MessageStatut::Envoye),
];

/// Whether a message may go on from one statut to another.
pub(super) fn step(from: &MessageStatut, to: &MessageStatut) -> Result<()> {
    if DELIVERY.iter().any(|(start, end)| start == from && end == to) {
        return Ok(());
    }
    Err(Error::new(ErrorKind::Conflict, format!("a message that is {from} does not become {to}")))
}

/// The receiver's program has the message, or the platform knows that it has.
pub async fn mark_delivered(conn: &mut Conn, act: &Act<'_>, id: &MessageId) -> Result<ConversationMessage> {
    let row = messages::lock(conn, id).await?;
    let row = match (row, act.user()) {
        (Some(row), None) => row,
        (Some(row), Some(user)) if row.receiver_id.as_ref() == Some(user) => row,
        (None, None) => return Err(Error::new(ErrorKind::NotFound, format!("message {id} is not there"))),
        _ => return Err(Error::new(ErrorKind::Denied, "the actor did not receive the message")),
    };
    step(&row.statut, &MessageStatut::Delivre)?;
    let patch = MessagePatch { statut: Patch::Set(MessageStatut::Delivre), ..MessagePatch::default() };
    messages::update(conn, id, &patch, None, act.now).await?;
    read_back(conn, id).await
}

/// Marks what the actor received in the conversation as read; returns how many were unread.
pub async fn mark_read(conn: &mut Conn, act: &Act<'_>, conversation: &ConversationId) -> Result<u64> {
    let user = input::author(act)?;
    messages::mark_read(conn, conversation, user, act.now).await
}

/// Pins a message to its thread, or takes the pin away.
pub async fn pin(conn: &mut Conn, act: &Act<'_>, id: &MessageId, pinned: bool) -> Result<()> {
    let patch = MessagePatch { is_pinned: Patch::Set(pinned), ..MessagePatch::default() };
    messages::update(conn, id, &patch, None, act.now).await
}

/// Whose inbox is meant: the administrator named, or the one who acts.
pub(super) fn administrator<'a>(act: &'a Act<'_>, named: Option<&'a UserId>) -> Result<&'a UserId> {
    named.or_else(|| act.user()).ok_or_else(|| Error::invalid("administrator", "must be given: nobody is signed in"))
}

/// Removes a thread of the inbox; returns how many messages it had. `NotFound` where there was nothing to remove.
pub async fn remove_thread(conn: &mut Conn, act: &Act<'_>, key: &str, named: Option<&UserId>) -> Result<u64> {
    let administrator = administrator(act, named)?;
    let with = Correspondent::of_key(key)?;
    let removed = messages::remove_correspondence(conn, administrator, &with, act.now).await?;
    if removed == 0 {
        return Err(Error::new(ErrorKind::NotFound, format!("there is no thread with {key}")));
    }
    let target = match &with {
        Correspondent::User(user) => Some(user.as_str()),
        Correspondent::Visitor(_) => None,
    };
    let details = json!({ "key": key, "administrator": administrator.as_str(), "messages": removed });
    journal::write(conn, act, journal::Action::ConversationDeleted, target, details).await?;
    Ok(removed)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::TextEnum;

    #[test]
    fn only_what_the_table_says_goes_on() {
        let all = || MessageStatut::VALUES.iter().map(|word| word.parse::<MessageStatut>().unwrap());
        let legal = all().flat_map(|from| all().map(move |to| (from.clone(), to)));
        let legal: Vec<_> = legal.filter(|(from, to)| step(from, to).is_ok()).collect();
        assert_eq!(legal.len(), DELIVERY.len());
        let error = step(&MessageStatut::Lu, &MessageStatut::Delivre).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Conflict);
        assert!(error.message().contains("LU") && error.message().contains("DELIVRE"), "{error}");
    }
}
