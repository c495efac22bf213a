//! Messages between clients, staff and visitors.

use serde_json::Value;
use staka_macros::table;

use super::id::{ConversationId, MessageId, UserId};
use crate::base::{Timestamp, text_enum};

text_enum! {
    /// What kind of message it is.
    pub enum MessageType {
        /// A client writes.
        UserMessage = "USER_MESSAGE",
        /// The platform writes.
        SystemMessage = "SYSTEM_MESSAGE",
        /// A notification within the thread.
        Notification = "NOTIFICATION",
        /// Technical support.
        SupportMessage = "SUPPORT_MESSAGE",
        /// An administrator writes to a client.
        AdminMessage = "ADMIN_MESSAGE",
        /// Somebody asks for a consultation.
        ConsultationRequest = "CONSULTATION_REQUEST",
    }
}

text_enum! {
    /// How far a message has come.
    pub enum MessageStatut {
        /// A draft.
        Brouillon = "BROUILLON",
        /// Sent.
        Envoye = "ENVOYE",
        /// Delivered.
        Delivre = "DELIVRE",
        /// Read.
        Lu = "LU",
        /// Put away.
        Archive = "ARCHIVE",
    }
}

/// One message of a conversation.
#[table("messages")]
pub struct Message {
    /// The key, a UUID as text.
    #[column(id, purpose = Key, keep = Account, erase = Keep, see = Internal, export, chars = 191, filter)]
    pub id: MessageId,
    /// The conversation: a UUID, or `thread_<a>_<b>`.
    #[column(purpose = Key, keep = Account, erase = Keep, see = Internal, export, chars = 191, fixed, filter)]
    pub conversation_id: ConversationId,
    /// Who wrote it; NULL for visitors and the platform.
    #[column(purpose = Key, keep = Account, erase = Keep, see = Internal, export, chars = 191, fixed, filter)]
    pub sender_id: Option<UserId>,
    /// To whom.
    #[column(purpose = Key, keep = Account, erase = Keep, see = Internal, export, chars = 191, filter)]
    pub receiver_id: Option<UserId>,
    /// A visitor's e-mail address.
    #[column(purpose = Contact, keep = Account, erase = Pseudonym, see = Personal, export, chars = 255, filter)]
    pub visitor_email: Option<String>,
    /// A visitor's name.
    #[column(purpose = Identity, keep = Account, erase = Null, see = Personal, export, chars = 100)]
    pub visitor_name: Option<String>,
    /// Whether a visitor wrote it.
    #[column(purpose = Messaging, keep = Account, erase = Keep, see = Internal, export, default = false, filter)]
    pub is_from_visitor: bool,
    /// Subject.
    #[column(purpose = Messaging, keep = Account, erase = Null, see = Personal, export, chars = 255)]
    pub subject: Option<String>,
    /// The text.
    #[column(purpose = Messaging, keep = Account, erase = Replace(""), see = Personal, export, bytes = 65535)]
    pub content: String,
    /// What kind of message it is.
    #[column(purpose = Messaging, keep = Account, erase = Keep, see = Internal, export, default = MessageType::UserMessage, filter)]
    pub r#type: MessageType,
    /// How far it has come.
    #[column(purpose = Messaging, keep = Account, erase = Keep, see = Internal, export, default = MessageStatut::Envoye, filter)]
    pub statut: MessageStatut,
    /// Whether the receiver has read it.
    #[column(purpose = Messaging, keep = Account, erase = Keep, see = Internal, export, default = false, filter)]
    pub is_read: bool,
    /// Whether it is put away.
    #[column(purpose = Messaging, keep = Account, erase = Keep, see = Internal, export, default = false)]
    pub is_archived: bool,
    /// Whether it is pinned.
    #[column(purpose = Messaging, keep = Account, erase = Keep, see = Internal, export, default = false)]
    pub is_pinned: bool,
    /// Whether an administrator removed it from the inbox.
    #[column(purpose = Messaging, keep = Account, erase = Keep, see = Internal, export, default = false, filter)]
    pub deleted_by_admin: bool,
    /// The message it answers.
    #[column(purpose = Key, keep = Account, erase = Keep, see = Internal, export, chars = 191)]
    pub parent_id: Option<MessageId>,
    /// First name to show instead of the sender’s.
    #[column(purpose = Identity, keep = Account, erase = Null, see = Personal, export, chars = 100)]
    pub display_first_name: Option<String>,
    /// Family name to show.
    #[column(purpose = Identity, keep = Account, erase = Null, see = Personal, export, chars = 100)]
    pub display_last_name: Option<String>,
    /// Role to show.
    #[column(purpose = Messaging, keep = Account, erase = Null, see = Internal, export, chars = 100)]
    pub display_role: Option<String>,
    /// Data of the message’s type, e.g. of a consultation request.
    #[column(purpose = Messaging, keep = Account, erase = Null, see = Personal, export, bytes = 4294967295)]
    pub metadata: Option<Value>,
    /// A state of one’s own choosing.
    #[column(purpose = Messaging, keep = Account, erase = Keep, see = Internal, export, chars = 50)]
    pub status: Option<String>,
    /// When the row was made, UTC.
    #[column(created, purpose = Record, keep = Account, erase = Keep, see = Internal, export, range)]
    pub created_at: Timestamp,
    /// When the row was last written, UTC; never twice the same, so it serves as the version.
    #[column(updated, purpose = Record, keep = Account, erase = Keep, see = Internal, export)]
    pub updated_at: Timestamp,
}
