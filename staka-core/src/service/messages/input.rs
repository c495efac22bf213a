//! Inputs of messages and drafts, and the checks they share.

use std::collections::BTreeSet;

use serde::Deserialize;
use serde_json::{Value, json};
use staka_macros::Described;

use crate::base::{Length, Patch, Result, Table, Validate, Violations};
use crate::model::{ConversationId, FileId, Message, MessageId, MessageStatut, MessageType, UserId};
use crate::repo::message_attachments;
use crate::service::OpContext;

/// A client's message to the staff. It must have a text or files.
#[derive(Clone, Debug, Default, PartialEq, Deserialize, Described)]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
#[described(new)]
#[non_exhaustive]
pub struct ClientMessage {
    /// The receiver's user id, an active ADMIN or CORRECTOR; the oldest active administrator by default.
    pub receiver: Option<UserId>,
    /// Subject of the message.
    #[described(bounds = Bounds::chars(0, 255))]
    pub subject: Option<String>,
    /// Text of the message.
    #[described(bounds = Bounds::bytes(65_535))]
    pub content: String,
    /// Type of the message: `USER_MESSAGE` (the default) or `SUPPORT_MESSAGE`.
    #[described(bounds = Bounds::NONE.default_word("USER_MESSAGE"))]
    pub r#type: Option<MessageType>,
    /// Page on which it was written, e.g. `client-help`.
    #[described(bounds = Bounds::chars(0, 100))]
    pub source: Option<String>,
    /// Ids of files to attach: documents or images uploaded by the sender, at most 50 MiB each and 100 MiB together.
    #[described(bounds = Bounds::items(0, 10))]
    pub files: Vec<FileId>,
}

/// An administrator's message to a user. It must have a text or files.
#[derive(Clone, Debug, Default, PartialEq, Deserialize, Described)]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
#[described(new)]
#[non_exhaustive]
pub struct StaffMessage {
    /// Subject of the message.
    #[described(bounds = Bounds::chars(0, 255).default_word("Message de l'équipe Staka Livres"))]
    pub subject: Option<String>,
    /// Text of the message.
    #[described(bounds = Bounds::bytes(65_535))]
    pub content: String,
    /// Page on which it was written.
    #[described(bounds = Bounds::chars(0, 100))]
    pub source: Option<String>,
    /// Ids of files to attach: documents or images uploaded by the sender, at most 50 MiB each and 100 MiB together.
    #[described(bounds = Bounds::items(0, 10))]
    pub files: Vec<FileId>,
    /// First name to show instead of the sender's.
    #[described(bounds = Bounds::chars(0, 100))]
    pub display_first_name: Option<String>,
    /// Last name to show instead of the sender's.
    #[described(bounds = Bounds::chars(0, 100))]
    pub display_last_name: Option<String>,
    /// Role to show with the sender's name.
    #[described(bounds = Bounds::chars(0, 100))]
    pub display_role: Option<String>,
}

/// A reply in a conversation. It must have a text or files.
#[derive(Clone, Debug, Default, PartialEq, Deserialize, Described)]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
#[described(new)]
#[non_exhaustive]
pub struct Reply {
    /// Subject of the message.
    #[described(bounds = Bounds::chars(0, 255))]
    pub subject: Option<String>,
    /// Text of the message.
    #[described(bounds = Bounds::bytes(65_535))]
    pub content: String,
    /// The id of the message it replies to, which must be in the same conversation.
    pub parent: Option<MessageId>,
    /// Page on which it was written.
    #[described(bounds = Bounds::chars(0, 100))]
    pub source: Option<String>,
    /// Ids of files to attach: documents or images uploaded by the sender, at most 50 MiB each and 100 MiB together.
    #[described(bounds = Bounds::items(0, 10))]
    pub files: Vec<FileId>,
    /// First name to show instead of the sender's; for administrators only.
    #[described(bounds = Bounds::chars(0, 100))]
    pub display_first_name: Option<String>,
    /// Last name to show instead of the sender's; for administrators only.
    #[described(bounds = Bounds::chars(0, 100))]
    pub display_last_name: Option<String>,
    /// Role to show with the sender's name; for administrators only.
    #[described(bounds = Bounds::chars(0, 100))]
    pub display_role: Option<String>,
}

/// A message from a visitor without an account.
#[derive(Clone, Debug, PartialEq, Deserialize, Described)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[described(new)]
#[non_exhaustive]
pub struct VisitorMessage {
    /// The visitor's e-mail address; stored in lower case.
    #[described(bounds = Bounds::chars(5, 255).trimmed())]
    pub visitor_email: String,
    /// The visitor's name.
    #[described(bounds = Bounds::chars(1, 100).trimmed())]
    pub visitor_name: String,
    /// Subject of the message.
    #[described(bounds = Bounds::chars(0, 255))]
    pub subject: Option<String>,
    /// Text of the message.
    #[described(bounds = Bounds::bytes(65_535))]
    pub content: String,
    /// Page on which it was written.
    #[described(bounds = Bounds::chars(0, 100))]
    pub source: Option<String>,
    /// The id of the conversation to continue, begun with the same address; a new conversation by default.
    pub conversation: Option<ConversationId>,
}

/// A message from the platform to a user. It must have a text or files.
#[derive(Clone, Debug, Default, PartialEq, Deserialize, Described)]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
#[described(new)]
#[non_exhaustive]
pub struct SystemMessage {
    /// The id of the conversation; a new conversation by default.
    pub conversation: Option<ConversationId>,
    /// Subject of the message.
    #[described(bounds = Bounds::chars(0, 255))]
    pub subject: Option<String>,
    /// Text of the message.
    #[described(bounds = Bounds::bytes(65_535))]
    pub content: String,
    /// Type of the message: `SYSTEM_MESSAGE` (the default) or `NOTIFICATION`.
    #[described(bounds = Bounds::NONE.default_word("SYSTEM_MESSAGE"))]
    pub r#type: Option<MessageType>,
    /// Ids of files to attach: documents or images, at most 50 MiB each and 100 MiB together.
    #[described(bounds = Bounds::items(0, 10))]
    pub files: Vec<FileId>,
    /// First name to show as the sender's.
    #[described(bounds = Bounds::chars(0, 100))]
    pub display_first_name: Option<String>,
    /// Last name to show instead of the sender's.
    #[described(bounds = Bounds::chars(0, 100))]
    pub display_last_name: Option<String>,
    /// Role to show with the sender's name.
    #[described(bounds = Bounds::chars(0, 100))]
    pub display_role: Option<String>,
    /// Additional data as JSON, for the program that shows the message.
    pub metadata: Option<Value>,
}

/// A draft to create. Its text may be empty.
#[derive(Clone, Debug, Default, PartialEq, Deserialize, Described)]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
#[described(new)]
#[non_exhaustive]
pub struct NewMessageDraft {
    /// The receiver's user id, if the draft begins a conversation; for clients an active ADMIN or CORRECTOR, the oldest
    /// active administrator by default.
    pub receiver: Option<UserId>,
    /// The id of the conversation, if the draft is a reply; must not be combined with `receiver`.
    pub conversation: Option<ConversationId>,
    /// Subject of the message.
    #[described(bounds = Bounds::chars(0, 255))]
    pub subject: Option<String>,
    /// Text of the message.
    #[described(bounds = Bounds::bytes(65_535))]
    pub content: String,
    /// The id of the message it replies to, which must be in that conversation.
    pub parent: Option<MessageId>,
    /// Ids of files to attach: documents or images uploaded by the sender, at most 50 MiB each and 100 MiB together.
    #[described(bounds = Bounds::items(0, 10))]
    pub files: Vec<FileId>,
}

/// The fields of a draft to change; fields left out keep their value.
#[derive(Clone, Debug, Default, PartialEq, Deserialize, Described)]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
#[non_exhaustive]
pub struct MessageDraftUpdate {
    /// Subject of the message; null removes it.
    #[described(bounds = Bounds::chars(0, 255))]
    pub subject: Patch<Option<String>>,
    /// Text of the message.
    #[described(bounds = Bounds::bytes(65_535))]
    pub content: Patch<String>,
    /// Ids of all files to attach from now on, with the same bounds as for a new draft.
    #[described(bounds = Bounds::items(0, 10))]
    pub files: Patch<Vec<FileId>>,
}

/// Returns the user who writes. Fails with `Denied` for the system, to which nobody could reply.
pub(super) fn author<'a>(ctx: &'a OpContext<'_>) -> Result<&'a UserId> {
    ctx.user().ok_or_else(|| ctx.denied("a signed-in user; the system sends messages with messages.send_system"))
}

/// Returns a new message of the current time with default values.
pub(super) fn new_row(ctx: &OpContext<'_>, conversation: ConversationId, kind: MessageType, content: &str) -> Message {
    Message {
        id: ctx.new_id(),
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
        created_at: ctx.now,
        updated_at: ctx.now,
    }
}

/// Returns the metadata with the page on which a message was written.
pub(super) fn metadata(source: Option<&String>) -> Option<Value> {
    source.map(|source| json!({ "source": source }))
}

/// Checks the row, its source and its list of files, without reading any table.
pub(super) fn check(violations: &mut Violations, row: &Message, source: Option<&String>, files: &[FileId]) {
    row.check(violations);
    if let Some(problem) = source.and_then(|source| source.problem(Length::Chars(100))) {
        violations.add("source", problem);
    }
    if let Some(problem) = file_list_problem(files) {
        violations.add("files", problem);
    }
}

/// Returns what is wrong with a list of files, without reading any table.
pub(super) fn file_list_problem(files: &[FileId]) -> Option<String> {
    let mut seen = BTreeSet::new();
    if files.len() > message_attachments::MAX_FILES {
        Some(format!("must contain at most {} files", message_attachments::MAX_FILES))
    } else if !files.iter().all(|file| seen.insert(file)) {
        Some("must not contain a file twice".to_owned())
    } else if files.iter().any(|file| uuid::Uuid::parse_str(file.as_str()).is_err()) {
        Some("must be UUIDs".to_owned())
    } else {
        None
    }
}

/// Checks that a message has a text or files.
pub(super) fn require_content(violations: &mut Violations, content: &str, files: usize) {
    if files == 0 && content.trim().is_empty() {
        violations.add("content", "is required if there are no files");
    }
}

/// Returns an e-mail address as it is stored, trimmed and in lower case. Adds a violation of `field` if it is not
/// valid.
pub(super) fn address(violations: &mut Violations, field: &'static str, text: &str) -> String {
    let address = text.trim().to_lowercase();
    let parts = address.rsplit_once('@').and_then(|(name, host)| Some((name, host.rsplit_once('.')?)));
    let is_valid = parts.is_some_and(|(name, (host, top))| {
        !name.is_empty() && !name.contains('@') && !host.is_empty() && !top.is_empty()
    }) && !address.contains(char::is_whitespace);
    if let Some(problem) = address.problem(Length::Chars(255)) {
        violations.add(field, problem);
    } else if !is_valid {
        violations.add(field, "must be an e-mail address");
    }
    address
}

/// Returns the trimmed text. Adds a violation of `field` if it is blank or longer than `max_chars`.
pub(super) fn required(violations: &mut Violations, field: &'static str, text: &str, max_chars: u32) -> String {
    let text = text.trim();
    if text.is_empty() {
        violations.add(field, "must not be blank");
    } else if let Some(problem) = text.problem(Length::Chars(max_chars)) {
        violations.add(field, problem);
    }
    text.to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_is_checked_by_its_parts() {
        for (text, stored) in [(" Zoé.Petit@Exemple.FR ", "zoé.petit@exemple.fr"), ("a@b.c", "a@b.c")] {
            let mut violations = Violations::default();
            assert_eq!(address(&mut violations, "email", text), stored);
            assert!(violations.into_result().is_ok());
        }
        for text in ["", "a", "a@b", "@b.c", "a@.c", "a@b.", "a b@c.d", "a@b@c.d", "a\0@b.c"] {
            let mut violations = Violations::default();
            address(&mut violations, "email", text);
            assert!(violations.into_result().is_err(), "{text:?}");
        }
    }
}
