//! Conversations and their messages.

use staka_macros::{Output, Record};

use crate::base::Timestamp;
use crate::model::{
    ConversationId, FileId, FileType, Message, MessageAttachmentId, MessageId, MessageStatut, MessageType, Role, UserId,
};

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

/// A row of an administrator's inbox: somebody who writes to the staff.
#[derive(Clone, Debug, PartialEq, Record, Output)]
pub struct InboxThread {
    /// By what the thread is read: a visitor's e-mail address, or a user's id; empty for the platform's own messages.
    pub key: String,
    /// How many messages there are between the two, without those that administrators removed.
    pub message_count: i64,
    /// How many of them the administrator received and has not read.
    pub unread_count: i64,
    /// The visitor's e-mail address, where a visitor writes.
    pub visitor_email: Option<String>,
    /// The visitor's name.
    pub visitor_name: Option<String>,
    /// The user, where one writes.
    #[record(nested)]
    pub user: Option<UserBrief>,
    /// The newest message.
    #[record(nested)]
    pub last_message: NewestMessage,
}

/// The newest message of a thread.
#[derive(Clone, Debug, PartialEq, Record, Output)]
pub struct NewestMessage {
    /// The key.
    pub id: MessageId,
    /// The conversation.
    pub conversation_id: ConversationId,
    /// Who wrote it; null for visitors and the platform.
    pub sender_id: Option<UserId>,
    /// The type.
    pub r#type: MessageType,
    /// Subject.
    pub subject: Option<String>,
    /// The text.
    pub content: String,
    /// Whether it is put away.
    pub is_archived: bool,
    /// When it was written, UTC.
    pub created_at: Timestamp,
}

/// A message that was searched for.
#[derive(Clone, Debug, PartialEq, Record, Output)]
pub struct FoundMessage {
    /// The key.
    pub id: MessageId,
    /// The conversation.
    pub conversation_id: ConversationId,
    /// Who wrote it; null for visitors and the platform.
    pub sender_id: Option<UserId>,
    /// To whom; null where nobody in particular is meant.
    pub receiver_id: Option<UserId>,
    /// The visitor's e-mail address, in a visitor's thread.
    pub visitor_email: Option<String>,
    /// The visitor's name.
    pub visitor_name: Option<String>,
    /// Whether a visitor wrote it.
    pub is_from_visitor: bool,
    /// Subject.
    pub subject: Option<String>,
    /// The text.
    pub content: String,
    /// The type.
    pub r#type: MessageType,
    /// How far it has come.
    pub statut: MessageStatut,
    /// Whether the receiver has read it.
    pub is_read: bool,
    /// Whether it is put away.
    pub is_archived: bool,
    /// Whether it is pinned.
    pub is_pinned: bool,
    /// Whether an administrator removed it.
    pub deleted_by_admin: bool,
    /// The message it answers.
    pub parent_id: Option<MessageId>,
    /// When it was written, UTC.
    pub created_at: Timestamp,
    /// When it was last changed, UTC.
    pub updated_at: Timestamp,
    /// Who wrote it; null for visitors and the platform.
    #[record(nested)]
    pub sender: Option<UserBrief>,
    /// To whom.
    #[record(nested)]
    pub receiver: Option<UserBrief>,
}

/// A message that is not sent yet: nobody but its author sees it.
#[derive(Clone, Debug, PartialEq, Record, Output)]
pub struct Draft {
    /// The key.
    pub id: MessageId,
    /// The conversation that it is meant for.
    pub conversation_id: ConversationId,
    /// Subject.
    pub subject: Option<String>,
    /// The text.
    pub content: String,
    /// The message it answers.
    pub parent_id: Option<MessageId>,
    /// When it was begun, UTC.
    pub created_at: Timestamp,
    /// When it was last changed, UTC: its version.
    pub updated_at: Timestamp,
    /// The files attached to it.
    #[record(filled)]
    pub attachments: Vec<Attachment>,
}

/// What a visitor is told: by this the conversation goes on.
#[derive(Clone, Debug, PartialEq, Output)]
pub struct VisitorReceipt {
    /// The message's key.
    pub id: MessageId,
    /// The conversation, which its visitor goes on with by this and the address.
    pub conversation_id: ConversationId,
    /// When it was written, UTC.
    pub created_at: Timestamp,
}
