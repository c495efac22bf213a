//! Messages that begin a conversation or continue the one of the same two users.

use serde_json::json;

use super::deliver::{self, Audience};
use super::input::{self, ClientMessage, StaffMessage, SystemMessage, VisitorMessage};
use crate::base::{Error, ErrorKind, Result, Violations};
use crate::db::Conn;
use crate::model::view::{ConversationMessage, VisitorReceipt};
use crate::model::{MessageType, Role, UserId};
use crate::repo::{messages, users};
use crate::service::OpContext;

/// Default subject of an administrator's message.
const DEFAULT_SUBJECT: &str = "Message de l'équipe Staka Livres";

/// Returns the member of the staff who receives a message. Adds a violation of `receiver` if the given user is no
/// active member of the staff.
pub(super) async fn staff_receiver(
    conn: &mut Conn,
    violations: &mut Violations,
    sender: &UserId,
    receiver: Option<&UserId>,
) -> Result<UserId> {
    let Some(receiver) = receiver else { return deliver::first_admin(conn).await };
    let account = users::account_status(conn, receiver).await?;
    if receiver == sender {
        violations.add("receiver", "must not be the caller");
    } else if !account.is_some_and(|it| it.is_active && matches!(it.role, Role::Admin | Role::Corrector)) {
        violations.add("receiver", "must be an active member of the staff");
    }
    Ok(receiver.clone())
}

/// Sends a client's message to the staff.
pub async fn send(conn: &mut Conn, ctx: &OpContext<'_>, message: &ClientMessage) -> Result<ConversationMessage> {
    let sender = input::author(ctx)?;
    let mut violations = Violations::default();
    let receiver = staff_receiver(conn, &mut violations, sender, message.receiver.as_ref()).await?;
    if receiver == *sender && message.receiver.is_none() {
        violations.add("receiver", "is required, because the caller is the default receiver");
    }
    let kind = message.r#type.clone().unwrap_or(MessageType::UserMessage);
    if !matches!(kind, MessageType::UserMessage | MessageType::SupportMessage) {
        violations.add("type", "must be USER_MESSAGE or SUPPORT_MESSAGE");
    }
    let mut row = input::new_row(ctx, deliver::conversation_of(sender, &receiver)?, kind, &message.content);
    row.sender_id = Some(sender.clone());
    row.receiver_id = Some(receiver);
    row.subject = message.subject.clone();
    row.metadata = input::metadata(message.source.as_ref());
    input::check(&mut violations, &row, message.source.as_ref(), &message.files);
    input::require_content(&mut violations, &message.content, message.files.len());
    let written = deliver::write(conn, ctx, violations, &row, &message.files, &Audience::Admins).await?;
    deliver::audit_help_request(conn, ctx, &written, message.source.as_ref()).await?;
    Ok(written)
}

/// Sends an administrator's message to a user.
pub async fn send_to(
    conn: &mut Conn,
    ctx: &OpContext<'_>,
    user: &UserId,
    message: &StaffMessage,
) -> Result<ConversationMessage> {
    let sender = input::author(ctx)?;
    let mut violations = Violations::default();
    if user == sender {
        violations.add("user", "must not be the caller");
    } else if users::account_status(conn, user).await?.is_none() {
        return Err(Error::new(ErrorKind::NotFound, format!("user {user} not found")));
    }
    let mut row =
        input::new_row(ctx, deliver::conversation_of(sender, user)?, MessageType::AdminMessage, &message.content);
    row.sender_id = Some(sender.clone());
    row.receiver_id = Some(user.clone());
    row.subject = message.subject.clone().or_else(|| Some(DEFAULT_SUBJECT.to_owned()));
    row.metadata = input::metadata(message.source.as_ref());
    row.display_first_name = message.display_first_name.clone();
    row.display_last_name = message.display_last_name.clone();
    row.display_role = message.display_role.clone();
    input::check(&mut violations, &row, message.source.as_ref(), &message.files);
    input::require_content(&mut violations, &message.content, message.files.len());
    deliver::write(conn, ctx, violations, &row, &message.files, &Audience::Client(user.clone())).await
}

/// Sends a visitor's message in a new conversation, or in one that was begun with the same address.
pub async fn send_as_visitor(conn: &mut Conn, ctx: &OpContext<'_>, message: &VisitorMessage) -> Result<VisitorReceipt> {
    let mut violations = Violations::default();
    let email = input::address(&mut violations, "visitorEmail", &message.visitor_email);
    let name = input::required(&mut violations, "visitorName", &message.visitor_name, 100);
    if message.content.trim().is_empty() {
        violations.add("content", "must not be blank");
    }
    let conversation = message.conversation.clone().unwrap_or_else(|| ctx.new_id());
    let mut row = input::new_row(ctx, conversation, MessageType::UserMessage, &message.content);
    row.subject = message.subject.clone();
    row.is_from_visitor = true;
    row.metadata = input::metadata(message.source.as_ref());
    input::check(&mut violations, &row, message.source.as_ref(), &[]);
    violations.into_result()?;
    let mut receiver = None;
    if let Some(conversation) = &message.conversation {
        if !messages::has_visitor(conn, conversation, &email).await? {
            return Err(ctx.denied("the visitor whose address began the conversation"));
        }
        let exchanges = messages::last_exchanges(conn, conversation).await?;
        let users = exchanges.into_iter().flat_map(|exchange| [exchange.receiver, exchange.sender]).flatten();
        receiver = users.filter(|user| user.role == Role::Admin && user.is_active).map(|user| user.id).next();
    }
    row.receiver_id = Some(match receiver {
        Some(receiver) => receiver,
        None => deliver::first_admin(conn).await?,
    });
    row.visitor_email = Some(email);
    row.visitor_name = Some(name);
    let written =
        deliver::write(conn, ctx, Violations::default(), &row, &[], &Audience::AdminsOfVisitor).await?.message;
    Ok(VisitorReceipt { id: written.id, conversation_id: written.conversation_id, created_at: written.created_at })
}

/// Sends a message from the platform to a user.
pub async fn send_system(
    conn: &mut Conn,
    ctx: &OpContext<'_>,
    user: &UserId,
    message: &SystemMessage,
) -> Result<ConversationMessage> {
    let mut violations = Violations::default();
    if users::account_status(conn, user).await?.is_none() {
        return Err(Error::new(ErrorKind::NotFound, format!("user {user} not found")));
    }
    let kind = message.r#type.clone().unwrap_or(MessageType::SystemMessage);
    if !matches!(kind, MessageType::SystemMessage | MessageType::Notification) {
        violations.add("type", "must be SYSTEM_MESSAGE or NOTIFICATION");
    }
    let conversation = message.conversation.clone().unwrap_or_else(|| ctx.new_id());
    if conversation.as_str().starts_with(messages::DRAFT_PREFIX) {
        violations.add("conversation", "must not be the conversation of a draft");
    }
    let mut row = input::new_row(ctx, conversation, kind, &message.content);
    row.receiver_id = Some(user.clone());
    row.subject = message.subject.clone();
    row.display_first_name = message.display_first_name.clone();
    row.display_last_name = message.display_last_name.clone();
    row.display_role = message.display_role.clone();
    row.metadata = message.metadata.clone();
    input::check(&mut violations, &row, None, &message.files);
    input::require_content(&mut violations, &message.content, message.files.len());
    deliver::write(conn, ctx, violations, &row, &message.files, &Audience::Nobody).await
}

/// Subject and text of the welcome messages.
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

/// Sends the platform's two welcome messages to a user, in a new conversation.
pub async fn send_welcome(conn: &mut Conn, ctx: &OpContext<'_>, user: &UserId) -> Result<Vec<ConversationMessage>> {
    if users::account_status(conn, user).await?.is_none() {
        return Err(Error::new(ErrorKind::NotFound, format!("user {user} not found")));
    }
    let conversation = ctx.new_id::<crate::model::ConversationId>();
    let mut written = Vec::new();
    for (step, (subject, content)) in (1_u8..).zip(WELCOME) {
        let mut row = input::new_row(ctx, conversation.clone(), MessageType::SystemMessage, content);
        // The second message is one millisecond later, so that it is sorted after the first.
        row.created_at = ctx.now.plus(std::time::Duration::from_millis(u64::from(step - 1)));
        row.receiver_id = Some(user.clone());
        row.subject = Some(subject.to_owned());
        row.display_first_name = Some("Équipe".to_owned());
        row.display_last_name = Some("Staka Livres".to_owned());
        row.display_role = Some("Support".to_owned());
        row.metadata = Some(json!({ "type": "welcome", "step": step }));
        written.push(deliver::write(conn, ctx, Violations::default(), &row, &[], &Audience::Nobody).await?);
    }
    Ok(written)
}
