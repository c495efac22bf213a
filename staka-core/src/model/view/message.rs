//! Conversations and their messages.

use staka_macros::{Output, Record};

use crate::model::{FileId, FileType, Message, MessageAttachmentId, MessageId, Role, UserId};

/// A user, as far as others may know them: by its type it carries no e-mail, telephone or hash.
#[derive(Clone, Debug, PartialEq, Record, Output)]
pub struct UserBrief {
    /// The key.
    pub id: UserId,
    /// First name.
    pub prenom: String,
    /// Family name.
    pub nom: String,
    /// Address of the portrait.
    pub avatar: Option<String>,
    /// What the account may do.
    pub role: Role,
}

/// Who wrote a message.
#[derive(Clone, Debug, PartialEq, Record, Output)]
pub struct SenderBrief {
    /// First name.
    pub prenom: String,
    /// Family name.
    pub nom: String,
    /// Address of the portrait.
    pub avatar: Option<String>,
    /// What the account may do.
    pub role: Role,
}

/// A conversation in somebody's inbox: its newest message, and what counts about the rest.
#[derive(Clone, Debug, PartialEq, Record, Output)]
pub struct Conversation {
    /// How many messages of it the user sent or received.
    pub message_count: i64,
    /// How many of them the user received, has not read, and no administrator removed.
    pub unread_count: i64,
    /// The newest of them.
    #[output(flatten)]
    #[record(nested)]
    pub last_message: Message,
    /// Who wrote it; null for visitors and the platform.
    #[record(nested)]
    pub sender: Option<UserBrief>,
    /// To whom.
    #[record(nested)]
    pub receiver: Option<UserBrief>,
}

/// A message with its author and attachments.
#[derive(Clone, Debug, PartialEq, Record, Output)]
pub struct ConversationMessage {
    /// The message.
    #[output(flatten)]
    #[record(nested)]
    pub message: Message,
    /// Who wrote it; null for visitors and the platform.
    #[record(nested)]
    pub sender: Option<SenderBrief>,
    /// The files attached to it.
    #[record(filled)]
    pub attachments: Vec<Attachment>,
}

/// A file attached to a message.
#[derive(Clone, Debug, PartialEq, Record, Output)]
pub struct Attachment {
    /// The key.
    pub id: MessageAttachmentId,
    /// The message.
    pub message_id: MessageId,
    /// The file's key.
    pub file_id: FileId,
    /// The file.
    #[record(nested)]
    pub file: AttachmentFile,
}

/// A file, as far as a thread shows it.
#[derive(Clone, Debug, PartialEq, Record, Output)]
pub struct AttachmentFile {
    /// The key.
    pub id: FileId,
    /// The name that the uploader gave.
    pub filename: String,
    /// MIME type.
    pub mime_type: String,
    /// Size in bytes.
    pub size: i64,
    /// Where it lies.
    pub url: String,
    /// What kind of file it is.
    pub r#type: FileType,
}
