//! Files attached to messages.

use staka_macros::table;

use super::id::{FileId, MessageAttachmentId, MessageId};

/// A file attached to a message; a file is attached at most once to the same message.
#[table("message_attachments", fixed)]
pub struct MessageAttachment {
    /// Id, a UUID as text.
    #[column(id, purpose = Key, keep = Account, erase = Keep, see = Internal, export, chars = 191)]
    pub id: MessageAttachmentId,
    /// The message's id.
    #[column(purpose = Key, keep = Account, erase = Row, see = Internal, export, chars = 191)]
    pub message_id: MessageId,
    /// The file's id.
    #[column(purpose = Key, keep = Account, erase = Row, see = Internal, export, chars = 191)]
    pub file_id: FileId,
}
