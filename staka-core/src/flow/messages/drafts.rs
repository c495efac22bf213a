//! Messages that are not sent yet. A draft has no receiver and lies apart, in a conversation of its own that bears the
//! name of the one it is meant for: nothing that lists, counts or shows conversations to anybody meets it.

use super::deliver::{self, Told};
use super::input::{self, DraftChange, NewDraft};
use super::marks;
use super::reply::{self, Address, check_parent, no_conversation};
use super::send;
use crate::base::{Error, ErrorKind, Faults, Result, Timestamp};
use crate::db::Conn;
use crate::flow::Act;
use crate::model::view::ConversationMessage;
use crate::model::{ConversationId, Message, MessageId, MessagePatch, MessageStatut, MessageType, UserId};
use crate::repo::{message_attachments, messages, users};

/// Begins a draft.
pub async fn save(conn: &mut Conn, act: &Act<'_>, draft: &NewDraft) -> Result<ConversationMessage> {
    let sender = input::author(act)?;
    let mut faults = Faults::default();
    let target = match (&draft.conversation, &draft.receiver) {
        (Some(conversation), receiver) => {
            if receiver.is_some() {
                faults.add("receiver", "cannot be combined with conversation");
            }
            // Whether it is not there or somebody else's is nobody's business.
            if !act.is_admin() && !messages::is_participant(conn, conversation, sender).await? {
                return Err(Error::new(ErrorKind::Denied, "the actor does not take part in the conversation"));
            }
            if messages::last_turns(conn, conversation).await?.is_empty() {
                return Err(no_conversation(conversation));
            }
            conversation.clone()
        }
        (None, Some(receiver)) if act.is_admin() => {
            if receiver == sender {
                faults.add("receiver", "must be somebody else");
            } else if users::standing(conn, receiver).await?.is_none() {
                return Err(Error::new(ErrorKind::NotFound, format!("user {receiver} is not there")));
            }
            deliver::thread(sender, receiver)?
        }
        (None, receiver) => {
            let receiver = send::of_the_staff(conn, &mut faults, sender, receiver.as_ref()).await?;
            if receiver == *sender && draft.receiver.is_none() {
                faults.add("receiver", "must be given, or conversation");
            }
            deliver::thread(sender, &receiver)?
        }
    };
    let kind = if act.is_admin() { MessageType::AdminMessage } else { MessageType::UserMessage };
    let apart = format!("{}{target}", messages::DRAFT);
    let apart = apart.parse().map_err(|_| Error::invalid("conversation", "has a name that is too long for a draft"))?;
    let mut row = input::blank(act, apart, kind, &draft.content);
    row.sender_id = Some(sender.clone());
    row.subject = draft.subject.clone();
    row.parent_id = draft.parent.clone();
    row.statut = MessageStatut::Brouillon;
    input::check(&mut faults, &row, None, &draft.files);
    check_parent(conn, &mut faults, &target, draft.parent.as_ref()).await?;
    deliver::write(conn, act, faults, &row, &draft.files, &Told::Nobody).await
}

/// A draft of the actor's own, which nobody else changes until the transaction ends.
async fn own(conn: &mut Conn, act: &Act<'_>, id: &MessageId) -> Result<Message> {
    let sender = input::author(act)?;
    match messages::lock(conn, id).await? {
        Some(row) if row.sender_id.as_ref() == Some(sender) => {
            marks::step(&row.statut, &MessageStatut::Envoye)?;
            Ok(row)
        }
        _ => Err(Error::new(ErrorKind::Denied, "the draft is not the actor's")),
    }
}

/// Changes a draft.
pub async fn update(
    conn: &mut Conn,
    act: &Act<'_>,
    id: &MessageId,
    change: &DraftChange,
    expected: Option<Timestamp>,
) -> Result<ConversationMessage> {
    let row = own(conn, act, id).await?;
    let mut faults = Faults::default();
    let files = change.files.as_set();
    let changed = Message {
        subject: change.subject.as_set().cloned().unwrap_or(row.subject),
        content: change.content.as_set().cloned().unwrap_or(row.content),
        ..row
    };
    input::check(&mut faults, &changed, None, files.map_or(&[], Vec::as_slice));
    if let Some(files) = files {
        deliver::check_files(conn, &mut faults, files, changed.sender_id.as_ref()).await?;
    }
    faults.into_result()?;
    let patch =
        MessagePatch { subject: change.subject.clone(), content: change.content.clone(), ..MessagePatch::default() };
    messages::update(conn, id, &patch, expected, act.now).await?;
    if let Some(files) = files {
        message_attachments::detach(conn, id).await?;
        deliver::attach(conn, act, id, files).await?;
    }
    deliver::read_back(conn, id).await
}

/// Where a draft goes: to whom the conversation's answers go, or to the other one of a thread that it begins.
async fn destination(conn: &mut Conn, act: &Act<'_>, sender: &UserId, target: &ConversationId) -> Result<Address> {
    if let Some(address) = reply::address(conn, act, sender, target).await? {
        return Ok(address);
    }
    let receiver = deliver::other_of_thread(target, sender).ok_or_else(|| no_conversation(target))?;
    let (kind, told) = if act.is_admin() {
        if users::standing(conn, &receiver).await?.is_none() {
            return Err(Error::new(ErrorKind::Conflict, "the receiver's account is gone"));
        }
        (MessageType::AdminMessage, Told::Client(receiver.clone()))
    } else {
        let mut faults = Faults::default();
        send::of_the_staff(conn, &mut faults, sender, Some(&receiver)).await?;
        faults.into_result()?;
        (MessageType::UserMessage, Told::Admins)
    };
    Ok(Address { kind, receiver: Some(receiver), visitor: None, told })
}

/// Sends a draft: from now on it is a message of this moment.
pub async fn send_draft(conn: &mut Conn, act: &Act<'_>, id: &MessageId) -> Result<ConversationMessage> {
    let mut row = own(conn, act, id).await?;
    let sender = input::author(act)?;
    // Another writer's draft lies in the conversation that it is meant for.
    let named = row.conversation_id.as_str();
    let target: ConversationId = named.strip_prefix(messages::DRAFT).unwrap_or(named).parse()?;
    let files = message_attachments::number(conn, id).await?;
    let mut faults = Faults::default();
    input::must_say_something(&mut faults, &row.content, usize::try_from(files).unwrap_or(usize::MAX));
    faults.into_result()?;
    let address = destination(conn, act, sender, &target).await?;
    address.put_on(&mut row);
    row.conversation_id = target;
    row.statut = MessageStatut::Envoye;
    row.created_at = act.now;
    messages::deliver(conn, &row).await?;
    let sent = deliver::read_back(conn, id).await?;
    deliver::tell(conn, act, &sent, &address.told).await?;
    Ok(sent)
}

/// Throws a draft away, with its attachments; the files stay.
pub async fn remove(conn: &mut Conn, act: &Act<'_>, id: &MessageId) -> Result<()> {
    own(conn, act, id).await?;
    messages::remove(conn, id).await
}
