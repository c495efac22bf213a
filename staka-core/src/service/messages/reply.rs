//! Replies in a conversation: their receiver, and the visitor whose thread it is.

use super::deliver::{self, Audience};
use super::input::{self, Reply};
use crate::base::{Error, ErrorKind, Result, Violations};
use crate::db::Conn;
use crate::model::view::ConversationMessage;
use crate::model::{ConversationId, Message, MessageId, MessageStatut, MessageType, Role, UserId};
use crate::repo::messages::{self, Exchange, Participant, Visitor};
use crate::service::OpContext;

/// Type, receiver and audience of a message in a conversation.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Destination {
    pub(super) kind: MessageType,
    /// None in a visitor's thread that no account has claimed, which is answered by e-mail.
    pub(super) receiver: Option<UserId>,
    /// The visitor whose thread it is, if any; stored on every message of the thread.
    pub(super) visitor: Option<Visitor>,
    pub(super) audience: Audience,
}

impl Destination {
    /// Sets the type, receiver and visitor of a message.
    pub(super) fn apply_to(&self, row: &mut Message) {
        row.r#type = self.kind.clone();
        row.receiver_id = self.receiver.clone();
        let visitor = self.visitor.clone();
        (row.visitor_email, row.visitor_name) = visitor.map_or((None, None), |it| (Some(it.email), it.name));
    }
}

/// Returns the senders and receivers other than `me`, those of the newest messages first.
fn others<'a>(exchanges: &'a [Exchange], me: &'a UserId) -> impl Iterator<Item = &'a Participant> {
    exchanges
        .iter()
        .flat_map(|exchange| [&exchange.sender, &exchange.receiver])
        .flatten()
        .filter(move |participant| participant.id != *me)
}

/// Returns the destination of a reply in the conversation; none if the conversation does not exist.
pub(super) async fn destination(
    conn: &mut Conn,
    ctx: &OpContext<'_>,
    sender: &UserId,
    conversation: &ConversationId,
) -> Result<Option<Destination>> {
    let exchanges = messages::last_exchanges(conn, conversation).await?;
    if exchanges.is_empty() {
        return Ok(None);
    }
    let visitor = messages::first_visitor(conn, conversation).await?;
    if ctx.is_admin() {
        let client = others(&exchanges, sender).find(|participant| participant.role != Role::Admin);
        // In a visitor's thread, another administrator is a colleague of the sender and not the receiver.
        let receiver = client.or_else(|| others(&exchanges, sender).next().filter(|_| visitor.is_none()));
        if receiver.is_none() && visitor.is_none() {
            return Err(Error::new(ErrorKind::Conflict, "the conversation has nobody to reply to"));
        }
        let receiver = receiver.map(|participant| participant.id.clone());
        let audience = receiver.clone().map_or(Audience::Nobody, Audience::Client);
        return Ok(Some(Destination { kind: MessageType::AdminMessage, receiver, visitor, audience }));
    }
    let receiver = match others(&exchanges, sender).find(|participant| participant.is_active) {
        Some(participant) => participant.id.clone(),
        None => deliver::first_admin(conn).await?,
    };
    Ok(Some(Destination {
        kind: MessageType::UserMessage,
        receiver: Some(receiver),
        visitor,
        audience: Audience::Admins,
    }))
}

/// Checks that the message replied to is in the conversation and is no draft.
pub(super) async fn check_parent(
    conn: &mut Conn,
    violations: &mut Violations,
    conversation: &ConversationId,
    parent: Option<&MessageId>,
) -> Result<()> {
    let Some(parent) = parent else { return Ok(()) };
    let location = messages::location(conn, parent).await?;
    if !location.is_some_and(|it| it.conversation_id == *conversation && it.statut != MessageStatut::Brouillon) {
        violations.add("parent", "must be a message of the same conversation");
    }
    Ok(())
}

/// Returns the error of a missing conversation.
pub(super) fn conversation_not_found(conversation: &ConversationId) -> Error {
    Error::new(ErrorKind::NotFound, format!("conversation {conversation} not found"))
}

/// Sends a reply in a conversation.
pub async fn reply(
    conn: &mut Conn,
    ctx: &OpContext<'_>,
    conversation: &ConversationId,
    message: &Reply,
) -> Result<ConversationMessage> {
    let sender = input::author(ctx)?;
    let destination = destination(conn, ctx, sender, conversation).await?;
    let destination = destination.ok_or_else(|| conversation_not_found(conversation))?;
    let mut violations = Violations::default();
    let mut row = input::new_row(ctx, conversation.clone(), destination.kind.clone(), &message.content);
    destination.apply_to(&mut row);
    row.sender_id = Some(sender.clone());
    row.subject = message.subject.clone();
    row.parent_id = message.parent.clone();
    row.metadata = input::metadata(message.source.as_ref());
    let display = [
        ("displayFirstName", &message.display_first_name, &mut row.display_first_name),
        ("displayLastName", &message.display_last_name, &mut row.display_last_name),
        ("displayRole", &message.display_role, &mut row.display_role),
    ];
    for (field, given, column) in display {
        if given.is_some() && !ctx.is_admin() {
            violations.add(field, "is for administrators only");
        }
        *column = given.clone();
    }
    input::check(&mut violations, &row, message.source.as_ref(), &message.files);
    input::require_content(&mut violations, &message.content, message.files.len());
    check_parent(conn, &mut violations, conversation, message.parent.as_ref()).await?;
    let written = deliver::write(conn, ctx, violations, &row, &message.files, &destination.audience).await?;
    deliver::audit_help_request(conn, ctx, &written, message.source.as_ref()).await?;
    Ok(written)
}
