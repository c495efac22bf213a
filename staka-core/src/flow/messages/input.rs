//! What people may say when they write: exactly these fields, whoever they are.

use std::collections::BTreeSet;

use serde::Deserialize;
use serde_json::{Value, json};
use staka_macros::Described;

use crate::base::{Error, ErrorKind, Faults, Fits, Length, Patch, Result, Table};
use crate::flow::Act;
use crate::model::{ConversationId, FileId, Message, MessageId, MessageStatut, MessageType, UserId};
use crate::repo::message_attachments;

/// What a client writes to the staff. Text or files must be given.
#[derive(Clone, Debug, Default, PartialEq, Deserialize, Described)]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
#[described(new)]
pub struct ClientMessage {
    /// To whom of the staff; the administrator who was there first unless given.
    pub receiver: Option<UserId>,
    /// Subject, at most 255 characters.
    pub subject: Option<String>,
    /// The text, at most 65 535 bytes.
    pub content: String,
    /// `USER_MESSAGE` unless given, or `SUPPORT_MESSAGE`.
    pub r#type: Option<MessageType>,
    /// Where it was written, e.g. `client-help`; at most 100 characters.
    pub source: Option<String>,
    /// Files to attach: at most 10, uploaded by the sender, documents or images, 50 MiB each, 100 MiB together.
    pub files: Vec<FileId>,
}

/// What an administrator writes to a user. Text or files must be given.
#[derive(Clone, Debug, Default, PartialEq, Deserialize, Described)]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
#[described(new)]
pub struct StaffMessage {
    /// Subject, at most 255 characters; `Message de l'équipe Staka Livres` unless given.
    pub subject: Option<String>,
    /// The text, at most 65 535 bytes.
    pub content: String,
    /// Where it was written; at most 100 characters.
    pub source: Option<String>,
    /// Files to attach: at most 10, uploaded by the sender, documents or images, 50 MiB each, 100 MiB together.
    pub files: Vec<FileId>,
    /// First name to show instead of the sender's, at most 100 characters.
    pub display_first_name: Option<String>,
    /// Family name to show, at most 100 characters.
    pub display_last_name: Option<String>,
    /// Role to show, at most 100 characters.
    pub display_role: Option<String>,
}

/// An answer within a conversation. Text or files must be given.
#[derive(Clone, Debug, Default, PartialEq, Deserialize, Described)]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
#[described(new)]
pub struct Reply {
    /// Subject, at most 255 characters.
    pub subject: Option<String>,
    /// The text, at most 65 535 bytes.
    pub content: String,
    /// The message that it answers, one of the same conversation.
    pub parent: Option<MessageId>,
    /// Where it was written; at most 100 characters.
    pub source: Option<String>,
    /// Files to attach: at most 10, uploaded by the sender, documents or images, 50 MiB each, 100 MiB together.
    pub files: Vec<FileId>,
    /// First name to show instead of the sender's: administrators only, at most 100 characters.
    pub display_first_name: Option<String>,
    /// Family name to show: administrators only, at most 100 characters.
    pub display_last_name: Option<String>,
    /// Role to show: administrators only, at most 100 characters.
    pub display_role: Option<String>,
}

/// What somebody without an account writes.
#[derive(Clone, Debug, PartialEq, Deserialize, Described)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[described(new)]
pub struct VisitorMessage {
    /// The visitor's address; kept in small letters.
    pub visitor_email: String,
    /// The visitor's name, at most 100 characters.
    pub visitor_name: String,
    /// Subject, at most 255 characters.
    pub subject: Option<String>,
    /// The text, at most 65 535 bytes.
    pub content: String,
    /// Where it was written; at most 100 characters.
    pub source: Option<String>,
    /// The conversation to go on with, one of the same address; a new one unless given.
    pub conversation: Option<ConversationId>,
}

/// What the platform writes to a user.
#[derive(Clone, Debug, Default, PartialEq, Deserialize, Described)]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
#[described(new)]
pub struct SystemMessage {
    /// The conversation; a new one unless given.
    pub conversation: Option<ConversationId>,
    /// Subject, at most 255 characters.
    pub subject: Option<String>,
    /// The text, at most 65 535 bytes.
    pub content: String,
    /// `SYSTEM_MESSAGE` unless given, or `NOTIFICATION`.
    pub r#type: Option<MessageType>,
    /// Files to attach: at most 10, documents or images, 50 MiB each, 100 MiB together.
    pub files: Vec<FileId>,
    /// First name to show, at most 100 characters.
    pub display_first_name: Option<String>,
    /// Family name to show, at most 100 characters.
    pub display_last_name: Option<String>,
    /// Role to show, at most 100 characters.
    pub display_role: Option<String>,
    /// Data for the program that shows it.
    pub metadata: Option<Value>,
}

/// A message to be sent later. It may still be empty.
#[derive(Clone, Debug, Default, PartialEq, Deserialize, Described)]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
#[described(new)]
pub struct NewDraft {
    /// To whom, for a message that begins a conversation: one of the staff for a client, anybody for an administrator.
    pub receiver: Option<UserId>,
    /// The conversation, for an answer; not with `receiver`.
    pub conversation: Option<ConversationId>,
    /// Subject, at most 255 characters.
    pub subject: Option<String>,
    /// The text, at most 65 535 bytes.
    pub content: String,
    /// The message that it answers, one of that conversation.
    pub parent: Option<MessageId>,
    /// Files to attach: at most 10, uploaded by the sender, documents or images, 50 MiB each, 100 MiB together.
    pub files: Vec<FileId>,
}

/// What to change of a draft: what is left out stays.
#[derive(Clone, Debug, Default, PartialEq, Deserialize, Described)]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
pub struct DraftChange {
    /// Subject, at most 255 characters; `null` for none.
    pub subject: Patch<Option<String>>,
    /// The text, at most 65 535 bytes.
    pub content: Patch<String>,
    /// All files that it carries from now on.
    pub files: Patch<Vec<FileId>>,
}

/// Who writes. `Denied` for the program itself, which is nobody to answer to.
pub(super) fn author<'a>(act: &'a Act<'_>) -> Result<&'a UserId> {
    act.user().ok_or_else(|| {
        Error::new(ErrorKind::Denied, "nobody is signed in: the program itself writes by messages.send_system")
    })
}

/// A message of this moment, with what every message has.
pub(super) fn blank(act: &Act<'_>, conversation: ConversationId, kind: MessageType, content: &str) -> Message {
    Message {
        id: act.new_id(),
        conversation_id: conversation,
        sender_id: None,
        receiver_id: None,
        visitor_email: None,
        visitor_name: None,
        is_from_visitor: false,
        subject: None,
        content: content.to_owned(),
        r#type: kind,
        statut: MessageStatut::Envoye,
        is_read: false,
        is_archived: false,
        is_pinned: false,
        deleted_by_admin: false,
        parent_id: None,
        display_first_name: None,
        display_last_name: None,
        display_role: None,
        metadata: None,
        status: None,
        created_at: act.now,
        updated_at: act.now,
    }
}

/// The metadata that says where a message was written.
pub(super) fn metadata(source: Option<&String>) -> Option<Value> {
    source.map(|source| json!({ "source": source }))
}

/// Names what is wrong with the row, its source and its files, as far as no table must be asked.
pub(super) fn check(faults: &mut Faults, row: &Message, source: Option<&String>, files: &[FileId]) {
    row.check(faults);
    if let Some(problem) = source.and_then(|source| source.fault(Length::Chars(100))) {
        faults.add("source", problem);
    }
    if let Some(problem) = wrong_with(files) {
        faults.add("files", problem);
    }
}

/// What is wrong with a list of files, as far as no table must be asked.
pub(super) fn wrong_with(files: &[FileId]) -> Option<String> {
    let mut seen = BTreeSet::new();
    if files.len() > message_attachments::MOST {
        Some(format!("must be at most {}", message_attachments::MOST))
    } else if !files.iter().all(|file| seen.insert(file)) {
        Some("must not name a file twice".to_owned())
    } else if files.iter().any(|file| uuid::Uuid::parse_str(file.as_str()).is_err()) {
        Some("must be UUIDs".to_owned())
    } else {
        None
    }
}

/// Somebody says something: with words, or with files.
pub(super) fn must_say_something(faults: &mut Faults, content: &str, files: usize) {
    if files == 0 && content.trim().is_empty() {
        faults.add("content", "must be given, or files");
    }
}

/// An address as it is kept: trimmed, in small letters. A fault of `field` where it is none.
pub(super) fn address(faults: &mut Faults, field: &'static str, text: &str) -> String {
    let address = text.trim().to_lowercase();
    let parts = address.rsplit_once('@').and_then(|(name, host)| Some((name, host.rsplit_once('.')?)));
    let is_one = parts.is_some_and(|(name, (host, top))| {
        !name.is_empty() && !name.contains('@') && !host.is_empty() && !top.is_empty()
    }) && !address.contains(char::is_whitespace);
    if let Some(problem) = address.fault(Length::Chars(255)) {
        faults.add(field, problem);
    } else if !is_one {
        faults.add(field, "must be an e-mail address");
    }
    address
}

/// A text that must be there, trimmed, of at most `most` characters.
pub(super) fn required(faults: &mut Faults, field: &'static str, text: &str, most: u32) -> String {
    let text = text.trim();
    if text.is_empty() {
        faults.add(field, "must be given");
    } else if let Some(problem) = text.fault(Length::Chars(most)) {
        faults.add(field, problem);
    }
    text.to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_is_told_by_its_parts() {
        for (text, kept) in [(" Zoé.Petit@Exemple.FR ", "zoé.petit@exemple.fr"), ("a@b.c", "a@b.c")] {
            let mut faults = Faults::default();
            assert_eq!(address(&mut faults, "email", text), kept);
            assert!(faults.into_result().is_ok());
        }
        for text in ["", "a", "a@b", "@b.c", "a@.c", "a@b.", "a b@c.d", "a@b@c.d", "a\0@b.c"] {
            let mut faults = Faults::default();
            address(&mut faults, "email", text);
            assert!(faults.into_result().is_err(), "{text:?}");
        }
    }
}
