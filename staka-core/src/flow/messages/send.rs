//! Messages that begin a conversation, or go on with the one of the same two people.

use serde_json::json;

use super::deliver::{self, Told};
use super::input::{self, ClientMessage, StaffMessage, SystemMessage, VisitorMessage};
use crate::base::{Error, ErrorKind, Faults, Result};
use crate::db::Conn;
use crate::flow::Act;
use crate::model::view::{ConversationMessage, VisitorReceipt};
use crate::model::{MessageType, Role, UserId};
use crate::repo::{messages, users};

/// The subject of an administrator's message that has none.
const SUBJECT: &str = "Message de l'équipe Staka Livres";

/// Who of the staff is written to. A fault of `receiver` where the one named is not of the staff.
pub(super) async fn of_the_staff(
    conn: &mut Conn,
    faults: &mut Faults,
    sender: &UserId,
    receiver: Option<&UserId>,
) -> Result<UserId> {
    let Some(receiver) = receiver else { return deliver::first_admin(conn).await };
    let standing = users::standing(conn, receiver).await?;
    if receiver == sender {
        faults.add("receiver", "must be somebody else");
    } else if !standing.is_some_and(|it| it.is_active && matches!(it.role, Role::Admin | Role::Corrector)) {
        faults.add("receiver", "must be one of the staff");
    }
    Ok(receiver.clone())
}

/// A client writes to the staff.
pub async fn send(conn: &mut Conn, act: &Act<'_>, message: &ClientMessage) -> Result<ConversationMessage> {
    let sender = input::author(act)?;
    let mut faults = Faults::default();
    let receiver = of_the_staff(conn, &mut faults, sender, message.receiver.as_ref()).await?;
    if receiver == *sender && message.receiver.is_none() {
        faults.add("receiver", "must be given by the administrator who was there first");
    }
    let kind = message.r#type.clone().unwrap_or(MessageType::UserMessage);
    if !matches!(kind, MessageType::UserMessage | MessageType::SupportMessage) {
        faults.add("type", "must be USER_MESSAGE or SUPPORT_MESSAGE");
    }
    let mut row = input::blank(act, deliver::thread(sender, &receiver)?, kind, &message.content);
    row.sender_id = Some(sender.clone());
    row.receiver_id = Some(receiver);
    row.subject = message.subject.clone();
    row.metadata = input::metadata(message.source.as_ref());
    input::check(&mut faults, &row, message.source.as_ref(), &message.files);
    input::must_say_something(&mut faults, &message.content, message.files.len());
    let written = deliver::write(conn, act, faults, &row, &message.files, &Told::Admins).await?;
    deliver::trace_support(conn, act, &written, message.source.as_ref()).await?;
    Ok(written)
}

/// An administrator writes to a user.
pub async fn send_to(
    conn: &mut Conn,
    act: &Act<'_>,
    user: &UserId,
    message: &StaffMessage,
) -> Result<ConversationMessage> {
    let sender = input::author(act)?;
    let mut faults = Faults::default();
    if user == sender {
        faults.add("user", "must be somebody else");
    } else if users::standing(conn, user).await?.is_none() {
        return Err(Error::new(ErrorKind::NotFound, format!("user {user} is not there")));
    }
    let mut row = input::blank(act, deliver::thread(sender, user)?, MessageType::AdminMessage, &message.content);
    row.sender_id = Some(sender.clone());
    row.receiver_id = Some(user.clone());
    row.subject = message.subject.clone().or_else(|| Some(SUBJECT.to_owned()));
    row.metadata = input::metadata(message.source.as_ref());
    row.display_first_name = message.display_first_name.clone();
    row.display_last_name = message.display_last_name.clone();
    row.display_role = message.display_role.clone();
    input::check(&mut faults, &row, message.source.as_ref(), &message.files);
    input::must_say_something(&mut faults, &message.content, message.files.len());
    deliver::write(conn, act, faults, &row, &message.files, &Told::Client(user.clone())).await
}

/// Somebody without an account writes: a new conversation, or the one that the same address began.
pub async fn send_as_visitor(conn: &mut Conn, act: &Act<'_>, message: &VisitorMessage) -> Result<VisitorReceipt> {
    let mut faults = Faults::default();
    let email = input::address(&mut faults, "visitorEmail", &message.visitor_email);
    let name = input::required(&mut faults, "visitorName", &message.visitor_name, 100);
    if message.content.trim().is_empty() {
        faults.add("content", "must be given");
    }
    let conversation = message.conversation.clone().unwrap_or_else(|| act.new_id());
    let mut row = input::blank(act, conversation, MessageType::UserMessage, &message.content);
    row.subject = message.subject.clone();
    row.is_from_visitor = true;
    row.metadata = input::metadata(message.source.as_ref());
    input::check(&mut faults, &row, message.source.as_ref(), &[]);
    faults.into_result()?;
    let mut receiver = None;
    if let Some(conversation) = &message.conversation {
        if !messages::visits(conn, conversation, &email).await? {
            return Err(Error::new(ErrorKind::Denied, "the conversation is not one of this address"));
        }
        let turns = messages::last_turns(conn, conversation).await?;
        let staff = turns.into_iter().flat_map(|turn| [turn.receiver, turn.sender]).flatten();
        receiver = staff.filter(|party| party.role == Role::Admin && party.is_active).map(|party| party.id).next();
    }
    row.receiver_id = Some(match receiver {
        Some(receiver) => receiver,
        None => deliver::first_admin(conn).await?,
    });
    row.visitor_email = Some(email);
    row.visitor_name = Some(name);
    let written = deliver::write(conn, act, Faults::default(), &row, &[], &Told::OfVisitor).await?.message;
    Ok(VisitorReceipt { id: written.id, conversation_id: written.conversation_id, created_at: written.created_at })
}

/// The platform writes to a user.
pub async fn send_system(
    conn: &mut Conn,
    act: &Act<'_>,
    user: &UserId,
    message: &SystemMessage,
) -> Result<ConversationMessage> {
    let mut faults = Faults::default();
    if users::standing(conn, user).await?.is_none() {
        return Err(Error::new(ErrorKind::NotFound, format!("user {user} is not there")));
    }
    let kind = message.r#type.clone().unwrap_or(MessageType::SystemMessage);
    if !matches!(kind, MessageType::SystemMessage | MessageType::Notification) {
        faults.add("type", "must be SYSTEM_MESSAGE or NOTIFICATION");
    }
    let conversation = message.conversation.clone().unwrap_or_else(|| act.new_id());
    if conversation.as_str().starts_with(messages::DRAFT) {
        faults.add("conversation", "must not be a draft's");
    }
    let mut row = input::blank(act, conversation, kind, &message.content);
    row.receiver_id = Some(user.clone());
    row.subject = message.subject.clone();
    row.display_first_name = message.display_first_name.clone();
    row.display_last_name = message.display_last_name.clone();
    row.display_role = message.display_role.clone();
    row.metadata = message.metadata.clone();
    input::check(&mut faults, &row, None, &message.files);
    input::must_say_something(&mut faults, &message.content, message.files.len());
    deliver::write(conn, act, faults, &row, &message.files, &Told::Nobody).await
}

/// What a new client reads first.
const WELCOME: [(&str, &str); 2] = [
    (
        "Bienvenue chez Staka Livres",
        "Bienvenue ! Votre espace est ouvert : vous y suivez la correction de votre manuscrit, étape par étape, et vous y retrouvez vos documents et vos factures.",
    ),
    (
        "Comment nous écrire",
        "Répondez simplement à ce message : toute l'équipe vous lit, et vous répond en général sous 24 heures ouvrées.",
    ),
];

/// The platform's two first messages to a client, in a new conversation.
pub async fn welcome(conn: &mut Conn, act: &Act<'_>, user: &UserId) -> Result<Vec<ConversationMessage>> {
    if users::standing(conn, user).await?.is_none() {
        return Err(Error::new(ErrorKind::NotFound, format!("user {user} is not there")));
    }
    let conversation = act.new_id::<crate::model::ConversationId>();
    let mut written = Vec::new();
    for (step, (subject, content)) in (1_u8..).zip(WELCOME) {
        let mut row = input::blank(act, conversation.clone(), MessageType::SystemMessage, content);
        // The second comes behind the first, whatever their ids.
        row.created_at = act.now.plus(std::time::Duration::from_millis(u64::from(step - 1)));
        row.receiver_id = Some(user.clone());
        row.subject = Some(subject.to_owned());
        row.display_first_name = Some("Équipe".to_owned());
        row.display_last_name = Some("Staka Livres".to_owned());
        row.display_role = Some("Support".to_owned());
        row.metadata = Some(json!({ "type": "welcome", "step": step }));
        written.push(deliver::write(conn, act, Faults::default(), &row, &[], &Told::Nobody).await?);
    }
    Ok(written)
}
