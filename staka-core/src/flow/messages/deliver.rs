//! A message is written: with its files, and with who is told of it, or not at all.

use super::input;
use crate::base::{Error, ErrorKind, Faults, Result};
use crate::db::Conn;
use crate::flow::notices::{self, Event};
use crate::flow::{Act, journal};
use crate::model::view::ConversationMessage;
use crate::model::{ConversationId, FileId, FileType, Message, MessageAttachment, MessageId, UserId};
use crate::repo::messages::Viewer;
use crate::repo::{message_attachments, messages, users};

/// The largest file that a message carries: 50 MiB.
const LARGEST: i64 = 50 << 20;
/// What all files of a message may be together: 100 MiB.
const ALL_FILES: i64 = 100 << 20;

/// Who is told of a message.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Told {
    /// Every administrator: a client writes.
    Admins,
    /// The client: an administrator writes.
    Client(UserId),
    /// Every administrator: a visitor writes.
    OfVisitor,
    /// Nobody.
    Nobody,
}

/// Names what is wrong with the files that a message is to carry: who uploaded them, what they are, how large.
pub(super) async fn check_files(
    conn: &mut Conn,
    faults: &mut Faults,
    files: &[FileId],
    sender: Option<&UserId>,
) -> Result<()> {
    if files.is_empty() || input::wrong_with(files).is_some() {
        return Ok(());
    }
    let found = message_attachments::candidates(conn, files).await?;
    // Whether it is not there or somebody else's is nobody's business.
    let theirs = |file: &&message_attachments::Candidate| sender.is_none_or(|sender| file.uploaded_by_id == *sender);
    if found.iter().filter(theirs).count() != files.len() {
        faults.add("files", "must be files that the sender uploaded");
    } else if found.iter().any(|file| !matches!(file.r#type, FileType::Document | FileType::Image)) {
        faults.add("files", "must be documents or images");
    } else if found.iter().any(|file| file.size > LARGEST) {
        faults.add("files", "must be at most 50 MiB each");
    } else if found.iter().map(|file| file.size).sum::<i64>() > ALL_FILES {
        faults.add("files", "must be at most 100 MiB together");
    }
    Ok(())
}

/// Adds files to a message that stands.
pub(super) async fn attach(conn: &mut Conn, act: &Act<'_>, message: &MessageId, files: &[FileId]) -> Result<()> {
    let rows: Vec<MessageAttachment> = files
        .iter()
        .map(|file| MessageAttachment { id: act.new_id(), message_id: message.clone(), file_id: file.clone() })
        .collect();
    message_attachments::add(conn, &rows).await
}

/// Writes the message with its files, tells who must know, and gives it back as a thread shows it. `faults` is what is
/// known to be wrong with it already.
pub(super) async fn write(
    conn: &mut Conn,
    act: &Act<'_>,
    mut faults: Faults,
    row: &Message,
    files: &[FileId],
    told: &Told,
) -> Result<ConversationMessage> {
    check_files(conn, &mut faults, files, row.sender_id.as_ref()).await?;
    faults.into_result()?;
    messages::add(conn, std::slice::from_ref(row)).await?;
    attach(conn, act, &row.id, files).await?;
    let written = read_back(conn, &row.id).await?;
    tell(conn, act, &written, told).await?;
    Ok(written)
}

/// The message as it stands now.
pub(super) async fn read_back(conn: &mut Conn, id: &MessageId) -> Result<ConversationMessage> {
    let written = messages::detail(conn, id, Viewer::Program).await?;
    written.ok_or_else(|| Error::new(ErrorKind::NotFound, format!("message {id} is not there")))
}

/// Tells who must know of a message.
pub(super) async fn tell(conn: &mut Conn, act: &Act<'_>, written: &ConversationMessage, told: &Told) -> Result<()> {
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
    let words = [("nom", name.as_str()), ("apercu", preview), ("id", id)];
    match told {
        Told::Nobody => Ok(()),
        Told::Admins => notices::announce(conn, act, Event::ClientMessage, None, &words).await,
        Told::Client(client) => notices::announce(conn, act, Event::AdminMessage, Some(client), &words).await,
        Told::OfVisitor => {
            let email = message.visitor_email.as_deref().unwrap_or_default();
            let words = [words[0], ("email", email), words[1], words[2]];
            notices::announce(conn, act, Event::VisitorMessage, None, &words).await
        }
    }
}

/// The thread of two people: their ids in the order of text.
pub(super) fn thread(one: &UserId, other: &UserId) -> Result<ConversationId> {
    let (first, second) = if one.as_str() <= other.as_str() { (one, other) } else { (other, one) };
    let too_long = |_| Error::invalid("receiver", "has an id that is too long for a conversation");
    format!("thread_{first}_{second}").parse().map_err(too_long)
}

/// The other one of a thread of two people; none where it is no such thread of theirs.
pub(super) fn other_of_thread(thread: &ConversationId, one: &UserId) -> Option<UserId> {
    let people = thread.as_str().strip_prefix("thread_")?;
    let one = one.as_str();
    let before = people.strip_prefix(one).and_then(|rest| rest.strip_prefix('_'));
    let other = before.or_else(|| people.strip_suffix(one).and_then(|rest| rest.strip_suffix('_')))?;
    other.parse().ok()
}

/// To whom messages go that name nobody. `Conflict` when no administrator may sign in.
pub(super) async fn first_admin(conn: &mut Conn) -> Result<UserId> {
    let admin = users::oldest_admin(conn).await?;
    admin.ok_or_else(|| Error::new(ErrorKind::Conflict, "there is no administrator who may sign in"))
}

/// Whoever writes to the support by the help page leaves a trace.
pub(super) async fn trace_support(
    conn: &mut Conn,
    act: &Act<'_>,
    written: &ConversationMessage,
    source: Option<&String>,
) -> Result<()> {
    if source.is_none_or(|source| source != "client-help") {
        return Ok(());
    }
    let target = written.message.sender_id.as_ref().map(UserId::as_str);
    let details = serde_json::json!({ "messageId": written.message.id.as_str(), "source": "client-help" });
    journal::write(conn, act, journal::Action::UserMessageSupportSent, target, details).await
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_thread_is_the_same_from_both_ends_and_says_who_is_at_the_other() {
        let id = |text: &str| text.parse::<UserId>().unwrap();
        for (one, other) in [("a", "b"), ("b_b", "a"), ("a_b", "a"), ("é", "z")] {
            let (one, other) = (id(one), id(other));
            let made = thread(&one, &other).unwrap();
            assert_eq!(made, thread(&other, &one).unwrap());
            assert_eq!(other_of_thread(&made, &one), Some(other));
        }
        assert_eq!(other_of_thread(&"thread_a_b".parse().unwrap(), &id("c")), None);
        assert_eq!(other_of_thread(&"a_b".parse().unwrap(), &id("a")), None);
        assert!(thread(&id(&"a".repeat(100)), &id(&"b".repeat(100))).is_err());
    }
}
