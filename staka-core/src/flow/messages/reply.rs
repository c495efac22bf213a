//! Answers within a conversation: to whom they go, and whose the thread is.

use super::deliver::{self, Told};
use super::input::{self, Reply};
use crate::base::{Error, ErrorKind, Faults, Result};
use crate::db::Conn;
use crate::flow::Act;
use crate::model::view::ConversationMessage;
use crate::model::{ConversationId, Message, MessageId, MessageStatut, MessageType, Role, UserId};
use crate::repo::messages::{self, Party, Turn, Visitor};

/// Where an answer goes.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Address {
    pub(super) kind: MessageType,
    /// None in a visitor's thread that no account has claimed: it is answered by mail.
    pub(super) receiver: Option<UserId>,
    /// Whose thread it is, which every message of it keeps saying.
    pub(super) visitor: Option<Visitor>,
    pub(super) told: Told,
}

impl Address {
    /// Writes itself on a message.
    pub(super) fn put_on(&self, row: &mut Message) {
        row.r#type = self.kind.clone();
        row.receiver_id = self.receiver.clone();
        let visitor = self.visitor.clone();
        (row.visitor_email, row.visitor_name) = visitor.map_or((None, None), |it| (Some(it.email), it.name));
    }
}

/// Everybody but `me`, those of the newest messages first.
fn others<'a>(turns: &'a [Turn], me: &'a UserId) -> impl Iterator<Item = &'a Party> {
    turns.iter().flat_map(|turn| [&turn.sender, &turn.receiver]).flatten().filter(move |party| party.id != *me)
}

/// Where an answer in the conversation goes; none when there is no such conversation.
pub(super) async fn address(
    conn: &mut Conn,
    act: &Act<'_>,
    sender: &UserId,
    conversation: &ConversationId,
) -> Result<Option<Address>> {
    let turns = messages::last_turns(conn, conversation).await?;
    if turns.is_empty() {
        return Ok(None);
    }
    let visitor = messages::first_visitor(conn, conversation).await?;
    if act.is_admin() {
        let client = others(&turns, sender).find(|party| party.role != Role::Admin);
        // In a visitor's thread another administrator is a colleague, not the one who asks.
        let receiver = client.or_else(|| others(&turns, sender).next().filter(|_| visitor.is_none()));
        if receiver.is_none() && visitor.is_none() {
            return Err(Error::new(ErrorKind::Conflict, "there is nobody in the conversation to answer"));
        }
        let receiver = receiver.map(|party| party.id.clone());
        let told = receiver.clone().map_or(Told::Nobody, Told::Client);
        return Ok(Some(Address { kind: MessageType::AdminMessage, receiver, visitor, told }));
    }
    let receiver = match others(&turns, sender).find(|party| party.is_active) {
        Some(party) => party.id.clone(),
        None => deliver::first_admin(conn).await?,
    };
    Ok(Some(Address { kind: MessageType::UserMessage, receiver: Some(receiver), visitor, told: Told::Admins }))
}

/// A message that is answered must be one of the conversation.
pub(super) async fn check_parent(
    conn: &mut Conn,
    faults: &mut Faults,
    conversation: &ConversationId,
    parent: Option<&MessageId>,
) -> Result<()> {
    let Some(parent) = parent else { return Ok(()) };
    let place = messages::place(conn, parent).await?;
    if !place.is_some_and(|it| it.conversation_id == *conversation && it.statut != MessageStatut::Brouillon) {
        faults.add("parent", "must be a message of the same conversation");
    }
    Ok(())
}

/// What no such conversation says.
pub(super) fn no_conversation(conversation: &ConversationId) -> Error {
    Error::new(ErrorKind::NotFound, format!("conversation {conversation} is not there"))
}

/// Somebody who takes part in a conversation answers, or an administrator.
pub async fn reply(
    conn: &mut Conn,
    act: &Act<'_>,
    conversation: &ConversationId,
    message: &Reply,
) -> Result<ConversationMessage> {
    let sender = input::author(act)?;
    let address = address(conn, act, sender, conversation).await?.ok_or_else(|| no_conversation(conversation))?;
    let mut faults = Faults::default();
    let mut row = input::blank(act, conversation.clone(), address.kind.clone(), &message.content);
    address.put_on(&mut row);
    row.sender_id = Some(sender.clone());
    row.subject = message.subject.clone();
    row.parent_id = message.parent.clone();
    row.metadata = input::metadata(message.source.as_ref());
    let shown = [
        ("displayFirstName", &message.display_first_name, &mut row.display_first_name),
        ("displayLastName", &message.display_last_name, &mut row.display_last_name),
        ("displayRole", &message.display_role, &mut row.display_role),
    ];
    for (field, given, column) in shown {
        if given.is_some() && !act.is_admin() {
            faults.add(field, "is for administrators");
        }
        *column = given.clone();
    }
    input::check(&mut faults, &row, message.source.as_ref(), &message.files);
    input::must_say_something(&mut faults, &message.content, message.files.len());
    check_parent(conn, &mut faults, conversation, message.parent.as_ref()).await?;
    let written = deliver::write(conn, act, faults, &row, &message.files, &address.told).await?;
    deliver::trace_support(conn, act, &written, message.source.as_ref()).await?;
    Ok(written)
}
