//! Files attached to messages.

use staka_macros::table;

use super::id::{FileId, MessageAttachmentId, MessageId};

/// A file attached to a message; each file once a message.
#[table("message_attachments")]
pub struct MessageAttachment {
    /// The key, a UUID as text.
    #[column(id, purpose = Key, keep = Account, erase = Keep, see = Internal, export, chars = 191, filter)]
    pub id: MessageAttachmentId,
    /// The message.
    #[column(purpose = Key, keep = Account, erase = Row, see = Internal, export, chars = 191, fixed, filter)]
    pub message_id: MessageId,
    /// The file.
    #[column(purpose = Key, keep = Account, erase = Row, see = Internal, export, chars = 191, fixed, filter)]
    pub file_id: FileId,
}
