//! Messages that are not sent yet. A draft has no receiver and is stored in a separate conversation, named after the
//! one it is meant for, so that no list, count or view of conversations includes it.

use super::deliver::{self, Audience};
use super::input::{self, MessageDraftUpdate, NewMessageDraft};
use super::reply::{self, Destination, check_parent, conversation_not_found};
use super::send;
use super::status;
use crate::base::{Error, ErrorKind, Result, Timestamp, Violations};
use crate::db::Conn;
use crate::model::view::ConversationMessage;
use crate::model::{ConversationId, Message, MessageId, MessagePatch, MessageStatut, MessageType, UserId};
use crate::repo::{message_attachments, messages, users};
use crate::service::OpContext;

/// Creates a draft.
pub async fn create_draft(
    conn: &mut Conn,
    ctx: &OpContext<'_>,
    draft: &NewMessageDraft,
) -> Result<ConversationMessage> {
    let sender = input::author(ctx)?;
    let mut violations = Violations::default();
    let target = match (&draft.conversation, &draft.receiver) {
        (Some(conversation), receiver) => {
            if receiver.is_some() {
                violations.add("receiver", "must not be combined with conversation");
            }
            // A missing conversation and one of other users give the same error, so that ids cannot be probed.
            if !ctx.is_admin() && !messages::is_participant(conn, conversation, sender).await? {
                return Err(ctx.denied("a participant of the conversation or an administrator"));
            }
            if messages::last_exchanges(conn, conversation).await?.is_empty() {
                return Err(conversation_not_found(conversation));
            }
            conversation.clone()
        }
        (None, Some(receiver)) if ctx.is_admin() => {
            if receiver == sender {
                violations.add("receiver", "must not be the caller");
            } else if users::account_status(conn, receiver).await?.is_none() {
                return Err(Error::new(ErrorKind::NotFound, format!("user {receiver} not found")));
            }
            deliver::conversation_of(sender, receiver)?
        }
        (None, receiver) => {
            let receiver = send::staff_receiver(conn, &mut violations, sender, receiver.as_ref()).await?;
            if receiver == *sender && draft.receiver.is_none() {
                violations.add("receiver", "is required if conversation is not given");
            }
            deliver::conversation_of(sender, &receiver)?
        }
    };
    let kind = if ctx.is_admin() { MessageType::AdminMessage } else { MessageType::UserMessage };
    let own_conversation = format!("{}{target}", messages::DRAFT_PREFIX);
    let own_conversation = own_conversation.parse().map_err(|_| {
        Error::invalid("conversation", "must be shorter: the id of the draft's conversation would be too long")
    })?;
    let mut row = input::new_row(ctx, own_conversation, kind, &draft.content);
    row.sender_id = Some(sender.clone());
    row.subject = draft.subject.clone();
    row.parent_id = draft.parent.clone();
    row.statut = MessageStatut::Brouillon;
    input::check(&mut violations, &row, None, &draft.files);
    check_parent(conn, &mut violations, &target, draft.parent.as_ref()).await?;
    deliver::write(conn, ctx, violations, &row, &draft.files, &Audience::Nobody).await
}

/// Locks and returns a draft of the caller's own.
async fn lock_own_draft(conn: &mut Conn, ctx: &OpContext<'_>, id: &MessageId) -> Result<Message> {
    let sender = input::author(ctx)?;
    match messages::lock(conn, id).await? {
        Some(row) if row.sender_id.as_ref() == Some(sender) => {
            status::check_transition(&row.statut, &MessageStatut::Envoye)?;
            Ok(row)
        }
        _ => Err(ctx.denied("the draft's author")),
    }
}

/// Changes a draft.
pub async fn update_draft(
    conn: &mut Conn,
    ctx: &OpContext<'_>,
    id: &MessageId,
    update: &MessageDraftUpdate,
    expected: Option<Timestamp>,
) -> Result<ConversationMessage> {
    let row = lock_own_draft(conn, ctx, id).await?;
    let mut violations = Violations::default();
    let files = update.files.as_set();
    let changed = Message {
        subject: update.subject.as_set().cloned().unwrap_or(row.subject),
        content: update.content.as_set().cloned().unwrap_or(row.content),
        ..row
    };
    input::check(&mut violations, &changed, None, files.map_or(&[], Vec::as_slice));
    if let Some(files) = files {
        deliver::check_files(conn, &mut violations, files, changed.sender_id.as_ref()).await?;
    }
    violations.into_result()?;
    let patch =
        MessagePatch { subject: update.subject.clone(), content: update.content.clone(), ..MessagePatch::default() };
    messages::update(conn, id, &patch, expected, ctx.now).await?;
    if let Some(files) = files {
        message_attachments::detach(conn, id).await?;
        deliver::attach(conn, ctx, id, files).await?;
    }
    deliver::read_back(conn, id).await
}

/// Returns where a draft is sent: to the receiver of replies in its conversation, or to the other user of the
/// conversation it begins.
async fn destination(
    conn: &mut Conn,
    ctx: &OpContext<'_>,
    sender: &UserId,
    target: &ConversationId,
) -> Result<Destination> {
    if let Some(destination) = reply::destination(conn, ctx, sender, target).await? {
        // The right may have been lost since the draft was written, and the message would give it back.
        if !ctx.is_admin() && !messages::is_participant(conn, target, sender).await? {
            return Err(ctx.denied("a participant of the conversation or an administrator"));
        }
        return Ok(destination);
    }
    let receiver = deliver::other_participant(target, sender).ok_or_else(|| conversation_not_found(target))?;
    let (kind, audience) = if ctx.is_admin() {
        if users::account_status(conn, &receiver).await?.is_none() {
            return Err(Error::new(ErrorKind::Conflict, "the receiver's account no longer exists"));
        }
        (MessageType::AdminMessage, Audience::Client(receiver.clone()))
    } else {
        let mut violations = Violations::default();
        send::staff_receiver(conn, &mut violations, sender, Some(&receiver)).await?;
        violations.into_result()?;
        (MessageType::UserMessage, Audience::Admins)
    };
    Ok(Destination { kind, receiver: Some(receiver), visitor: None, audience })
}

/// Sends a draft as a message of the current time.
pub async fn send_draft(conn: &mut Conn, ctx: &OpContext<'_>, id: &MessageId) -> Result<ConversationMessage> {
    let mut row = lock_own_draft(conn, ctx, id).await?;
    let sender = input::author(ctx)?;
    // Other programs store a draft in the conversation that it is meant for.
    let stored = row.conversation_id.as_str();
    let target: ConversationId = stored.strip_prefix(messages::DRAFT_PREFIX).unwrap_or(stored).parse()?;
    let files = message_attachments::count_by_message(conn, id).await?;
    let mut violations = Violations::default();
    input::require_content(&mut violations, &row.content, usize::try_from(files).unwrap_or(usize::MAX));
    violations.into_result()?;
    let destination = destination(conn, ctx, sender, &target).await?;
    destination.apply_to(&mut row);
    row.conversation_id = target;
    row.statut = MessageStatut::Envoye;
    row.created_at = ctx.now;
    messages::send_draft(conn, &row).await?;
    let sent = deliver::read_back(conn, id).await?;
    deliver::notify_audience(conn, ctx, &sent, &destination.audience).await?;
    Ok(sent)
}

/// Deletes a draft with its attachments; the files are kept.
pub async fn delete_draft(conn: &mut Conn, ctx: &OpContext<'_>, id: &MessageId) -> Result<()> {
    lock_own_draft(conn, ctx, id).await?;
    messages::remove(conn, id).await
}
