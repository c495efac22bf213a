//! Writing of a message together with its attachments and notifications.

use super::input;
use crate::base::{Error, ErrorKind, Result, Violations};
use crate::db::Conn;
use crate::model::view::ConversationMessage;
use crate::model::{ConversationId, FileId, FileType, Message, MessageAttachment, MessageId, UserId};
use crate::repo::messages::Viewer;
use crate::repo::{message_attachments, messages, users};
use crate::service::notify::{self, Event};
use crate::service::{OpContext, audit_trail};

/// Maximum size of one attached file: 50 MiB.
const MAX_FILE_BYTES: i64 = 50 << 20;
/// Maximum size of all files of a message together: 100 MiB.
const MAX_TOTAL_BYTES: i64 = 100 << 20;

/// Who is notified of a message.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Audience {
    /// All administrators, of a client's message.
    Admins,
    /// The client, of an administrator's message.
    Client(UserId),
    /// All administrators, of a visitor's message.
    AdminsOfVisitor,
    /// Nobody.
    Nobody,
}

/// Checks the uploader, type and size of the files to attach.
pub(super) async fn check_files(
    conn: &mut Conn,
    violations: &mut Violations,
    files: &[FileId],
    sender: Option<&UserId>,
) -> Result<()> {
    if files.is_empty() || input::file_list_problem(files).is_some() {
        return Ok(());
    }
    let found = message_attachments::lock_candidates(conn, files).await?;
    // A missing file and another user's file give the same error, so that ids cannot be probed.
    let allowed = |file: &&message_attachments::Candidate| sender.is_none_or(|sender| file.uploaded_by_id == *sender);
    if found.iter().filter(allowed).count() != files.len() {
        violations.add("files", "must be files that the sender uploaded");
    } else if found.iter().any(|file| !matches!(file.r#type, FileType::Document | FileType::Image)) {
        violations.add("files", "must be documents or images");
    } else if found.iter().any(|file| file.size > MAX_FILE_BYTES) {
        violations.add("files", "must be at most 50 MiB each");
    } else if found.iter().map(|file| file.size).sum::<i64>() > MAX_TOTAL_BYTES {
        violations.add("files", "must be at most 100 MiB together");
    }
    Ok(())
}

/// Attaches files to an existing message.
pub(super) async fn attach(conn: &mut Conn, ctx: &OpContext<'_>, message: &MessageId, files: &[FileId]) -> Result<()> {
    let rows: Vec<MessageAttachment> = files
        .iter()
        .map(|file| MessageAttachment { id: ctx.new_id(), message_id: message.clone(), file_id: file.clone() })
        .collect();
    message_attachments::add(conn, &rows).await
}

/// Writes the message with its files, notifies the audience and returns the message as a conversation shows it.
/// `violations` contains the violations found so far.
pub(super) async fn write(
    conn: &mut Conn,
    ctx: &OpContext<'_>,
    mut violations: Violations,
    row: &Message,
    files: &[FileId],
    audience: &Audience,
) -> Result<ConversationMessage> {
    check_files(conn, &mut violations, files, row.sender_id.as_ref()).await?;
    violations.into_result()?;
    messages::add(conn, std::slice::from_ref(row)).await?;
    attach(conn, ctx, &row.id, files).await?;
    let written = read_back(conn, &row.id).await?;
    notify_audience(conn, ctx, &written, audience).await?;
    Ok(written)
}

/// Returns the message in its current state.
pub(super) async fn read_back(conn: &mut Conn, id: &MessageId) -> Result<ConversationMessage> {
    let written = messages::get(conn, id, Viewer::System).await?;
    written.ok_or_else(|| Error::new(ErrorKind::NotFound, format!("message {id} not found")))
}

/// Notifies the audience of a message.
pub(super) async fn notify_audience(
    conn: &mut Conn,
    ctx: &OpContext<'_>,
    written: &ConversationMessage,
    audience: &Audience,
) -> Result<()> {
    let message = &written.message;
    let shown = [&message.display_first_name, &message.display_last_name];
    let name = match (&written.sender, shown.iter().any(|name| name.is_some())) {
        (_, true) => shown.iter().filter_map(|name| name.as_deref()).collect::<Vec<_>>().join(" "),
        (Some(sender), false) => format!("{} {}", sender.prenom, sender.nom),
        (None, false) => message.visitor_name.clone().unwrap_or_default(),
    };
    let preview = match message.content.trim() {
        "" => "📎",
        text => text,
    };
    let id = message.conversation_id.as_str();
    let params = [("nom", name.as_str()), ("apercu", preview), ("id", id)];
    match audience {
        Audience::Nobody => Ok(()),
        Audience::Admins => notify::announce(conn, ctx, Event::ClientMessage, None, &params).await,
        Audience::Client(client) => notify::announce(conn, ctx, Event::AdminMessage, Some(client), &params).await,
        Audience::AdminsOfVisitor => {
            let email = message.visitor_email.as_deref().unwrap_or_default();
            let params = [params[0], ("email", email), params[1], params[2]];
            notify::announce(conn, ctx, Event::VisitorMessage, None, &params).await
        }
    }
}

/// Returns the id of the conversation of two users: both ids in alphabetical order.
pub(super) fn conversation_of(one: &UserId, other: &UserId) -> Result<ConversationId> {
    let (first, second) = if one.as_str() <= other.as_str() { (one, other) } else { (other, one) };
    let too_long = |_| Error::invalid("receiver", "must be shorter: the id of the conversation would be too long");
    format!("thread_{first}_{second}").parse().map_err(too_long)
}

/// Returns the other user of a conversation of two users; none if `one` is not one of them.
pub(super) fn other_participant(conversation: &ConversationId, one: &UserId) -> Option<UserId> {
    let people = conversation.as_str().strip_prefix("thread_")?;
    let one = one.as_str();
    let before = people.strip_prefix(one).and_then(|rest| rest.strip_prefix('_'));
    let other = before.or_else(|| people.strip_suffix(one).and_then(|rest| rest.strip_suffix('_')))?;
    other.parse().ok()
}

/// Returns the oldest active administrator, the default receiver. Fails with `Conflict` if there is none.
pub(super) async fn first_admin(conn: &mut Conn) -> Result<UserId> {
    let admin = users::oldest_admin(conn).await?;
    admin.ok_or_else(|| Error::new(ErrorKind::Conflict, "there is no active administrator"))
}

/// Writes messages from the help page to the audit log.
pub(super) async fn audit_help_request(
    conn: &mut Conn,
    ctx: &OpContext<'_>,
    written: &ConversationMessage,
    source: Option<&String>,
) -> Result<()> {
    if source.is_none_or(|source| source != "client-help") {
        return Ok(());
    }
    let target = written.message.sender_id.as_ref().map(UserId::as_str);
    let details = serde_json::json!({ "messageId": written.message.id.as_str(), "source": "client-help" });
    audit_trail::write(conn, ctx, audit_trail::Action::UserMessageSupportSent, target, details).await
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_conversation_of_two_users_is_symmetric_and_names_the_other_user() {
        let id = |text: &str| text.parse::<UserId>().unwrap();
        for (one, other) in [("a", "b"), ("b_b", "a"), ("a_b", "a"), ("é", "z")] {
            let (one, other) = (id(one), id(other));
            let conversation = conversation_of(&one, &other).unwrap();
            assert_eq!(conversation, conversation_of(&other, &one).unwrap());
            assert_eq!(other_participant(&conversation, &one), Some(other));
        }
        assert_eq!(other_participant(&"thread_a_b".parse().unwrap(), &id("c")), None);
        assert_eq!(other_participant(&"a_b".parse().unwrap(), &id("a")), None);
        assert!(conversation_of(&id(&"a".repeat(100)), &id(&"b".repeat(100))).is_err());
    }
}
