//! Conversations and their messages.

use staka_macros::{Output, Record};

use crate::base::Timestamp;
use crate::model::{
    ConversationId, FileId, FileType, Message, MessageAttachmentId, MessageId, MessageStatut, MessageType, Role, User,
    UserId,
};

/// The part of a user that other users may see: no e-mail address, telephone number or password hash.
#[derive(Clone, Debug, PartialEq, Record, Output)]
#[record(part_of = User)]
#[non_exhaustive]
pub struct UserBrief {
    /// The user's id.
    pub id: UserId,
    /// First name of the user.
    pub prenom: String,
    /// Last name of the user.
    pub nom: String,
    /// URL of the profile picture.
    pub avatar: Option<String>,
    /// Role of the account.
    pub role: Role,
}

/// The sender of a message.
#[derive(Clone, Debug, PartialEq, Record, Output)]
#[record(part_of = User)]
#[non_exhaustive]
pub struct SenderBrief {
    /// First name of the user.
    pub prenom: String,
    /// Last name of the user.
    pub nom: String,
    /// URL of the profile picture.
    pub avatar: Option<String>,
    /// Role of the account.
    pub role: Role,
}

/// A conversation of a user, with its newest message and its numbers of messages.
#[derive(Clone, Debug, PartialEq, Record, Output)]
#[non_exhaustive]
pub struct Conversation {
    /// How many messages of the conversation the user sent or received.
    #[output(bounds = Bounds::at_least(0))]
    pub message_count: i64,
    /// How many of them the user received and has not read, without those an administrator soft-deleted.
    #[output(bounds = Bounds::at_least(0))]
    pub unread_count: i64,
    /// The newest of these messages.
    #[output(flatten)]
    #[record(nested)]
    pub last_message: Message,
    /// The sender; null for visitors and the platform.
    #[record(nested)]
    pub sender: Option<UserBrief>,
    /// The receiver; null if no particular user is meant.
    #[record(nested)]
    pub receiver: Option<UserBrief>,
}

/// A message with its author and attachments.
#[derive(Clone, Debug, PartialEq, Record, Output)]
#[non_exhaustive]
pub struct ConversationMessage {
    /// The message.
    #[output(flatten)]
    #[record(nested)]
    pub message: Message,
    /// The sender; null for visitors and the platform.
    #[record(nested)]
    pub sender: Option<SenderBrief>,
    /// The files attached to the message.
    #[record(filled)]
    pub attachments: Vec<Attachment>,
}

/// A file attached to a message.
#[derive(Clone, Debug, PartialEq, Record, Output)]
#[non_exhaustive]
pub struct Attachment {
    /// The attachment's id.
    pub id: MessageAttachmentId,
    /// The message's id.
    pub message_id: MessageId,
    /// The file's id.
    pub file_id: FileId,
    /// The attached file.
    #[record(nested)]
    pub file: AttachmentFile,
}

/// A file as shown with a message.
#[derive(Clone, Debug, PartialEq, Record, Output)]
#[non_exhaustive]
pub struct AttachmentFile {
    /// The file's id.
    pub id: FileId,
    /// The file's name, as uploaded.
    pub filename: String,
    /// MIME type of the file.
    pub mime_type: String,
    /// Size of the file in bytes.
    #[output(bounds = Bounds::between(0, i32::MAX as i64))]
    pub size: i64,
    /// URL of the file.
    pub url: String,
    /// Type of the file.
    pub r#type: FileType,
}

/// A thread of an administrator's inbox: the messages exchanged with one correspondent.
#[derive(Clone, Debug, PartialEq, Record, Output)]
#[non_exhaustive]
pub struct InboxThread {
    /// Key of the thread, for `messages.list_thread`: a visitor's e-mail address or a user's id. Empty for the
    /// platform's messages, which `messages.list_by_conversation` returns instead.
    pub key: String,
    /// How many messages the thread has, without those an administrator soft-deleted.
    #[output(bounds = Bounds::at_least(0))]
    pub message_count: i64,
    /// How many of these messages the administrator received and has not read.
    #[output(bounds = Bounds::at_least(0))]
    pub unread_count: i64,
    /// The visitor's e-mail address; null if the correspondent is a user.
    pub visitor_email: Option<String>,
    /// The visitor's name; null if unknown or not a visitor.
    pub visitor_name: Option<String>,
    /// The correspondent, if it is a user.
    #[record(nested)]
    pub user: Option<UserBrief>,
    /// The newest message of the thread.
    #[record(nested)]
    pub last_message: NewestMessage,
}

/// The newest message of an inbox thread.
#[derive(Clone, Debug, PartialEq, Record, Output)]
#[non_exhaustive]
pub struct NewestMessage {
    /// The message's id.
    pub id: MessageId,
    /// The conversation's id.
    pub conversation_id: ConversationId,
    /// The sender's user id; null for visitors and the platform.
    pub sender_id: Option<UserId>,
    /// Type of the message.
    pub r#type: MessageType,
    /// Subject of the message.
    pub subject: Option<String>,
    /// Text of the message.
    pub content: String,
    /// Whether the message is archived.
    pub is_archived: bool,
    /// Time at which the message was sent, UTC.
    pub created_at: Timestamp,
}

/// A message in a list, with its sender and receiver.
#[derive(Clone, Debug, PartialEq, Record, Output)]
#[non_exhaustive]
pub struct MessageItem {
    /// The message's id.
    pub id: MessageId,
    /// The conversation's id.
    pub conversation_id: ConversationId,
    /// The sender's user id; null for visitors and the platform.
    pub sender_id: Option<UserId>,
    /// The receiver's user id; null if no particular user is meant.
    pub receiver_id: Option<UserId>,
    /// The visitor's e-mail address; null outside of visitors' threads.
    pub visitor_email: Option<String>,
    /// The visitor's name; null if unknown or not a visitor.
    pub visitor_name: Option<String>,
    /// Whether a visitor sent the message.
    pub is_from_visitor: bool,
    /// Subject of the message.
    pub subject: Option<String>,
    /// Text of the message.
    pub content: String,
    /// Type of the message.
    pub r#type: MessageType,
    /// Delivery status of the message.
    pub statut: MessageStatut,
    /// Whether the receiver has read the message.
    pub is_read: bool,
    /// Whether the message is archived.
    pub is_archived: bool,
    /// Whether the message is pinned to its conversation.
    pub is_pinned: bool,
    /// Whether an administrator soft-deleted the message.
    pub deleted_by_admin: bool,
    /// The id of the message it replies to; null if it is no reply.
    pub parent_id: Option<MessageId>,
    /// Time at which the message was sent, UTC.
    pub created_at: Timestamp,
    /// Time of the last change, UTC.
    pub updated_at: Timestamp,
    /// The sender; null for visitors and the platform.
    #[record(nested)]
    pub sender: Option<UserBrief>,
    /// The receiver; null if no particular user is meant.
    #[record(nested)]
    pub receiver: Option<UserBrief>,
}

/// A message that is not sent yet, visible to its author only.
#[derive(Clone, Debug, PartialEq, Record, Output)]
#[non_exhaustive]
pub struct MessageDraft {
    /// The draft's message id.
    pub id: MessageId,
    /// The id of the conversation to which it will be sent.
    pub conversation_id: ConversationId,
    /// Subject of the message.
    pub subject: Option<String>,
    /// Text of the message.
    pub content: String,
    /// The id of the message it replies to; null if it is no reply.
    pub parent_id: Option<MessageId>,
    /// Time of the draft's creation, UTC.
    pub created_at: Timestamp,
    /// Time of the draft's last change, UTC; for `expectedUpdatedAt`.
    pub updated_at: Timestamp,
    /// The files attached to the message.
    #[record(filled)]
    pub attachments: Vec<Attachment>,
}

/// The confirmation that a visitor receives for a message.
#[derive(Clone, Debug, PartialEq, Output)]
#[non_exhaustive]
pub struct VisitorReceipt {
    /// The message's id.
    pub id: MessageId,
    /// The conversation's id, with which the visitor can continue it.
    pub conversation_id: ConversationId,
    /// Time at which the message was sent, UTC.
    pub created_at: Timestamp,
}
