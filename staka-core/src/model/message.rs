//! Messages between clients, staff and visitors.

use serde_json::Value;
use staka_macros::table;

use super::id::{ConversationId, MessageId, UserId};
use crate::base::{Timestamp, text_enum};

text_enum! {
    /// The type of a message.
    pub enum MessageType {
        /// Written by a client.
        UserMessage = "USER_MESSAGE",
        /// Written by the platform.
        SystemMessage = "SYSTEM_MESSAGE",
        /// A notification within the conversation.
        Notification = "NOTIFICATION",
        /// A client's question to technical support.
        SupportMessage = "SUPPORT_MESSAGE",
        /// Written by an administrator.
        AdminMessage = "ADMIN_MESSAGE",
        /// A request for a consultation.
        ConsultationRequest = "CONSULTATION_REQUEST",
    }
}

text_enum! {
    /// The delivery status of a message.
    pub enum MessageStatut {
        /// A draft that is not sent yet.
        Brouillon = "BROUILLON",
        /// Sent to its receiver.
        Envoye = "ENVOYE",
        /// Delivered to its receiver.
        Delivre = "DELIVRE",
        /// Read by its receiver.
        Lu = "LU",
        /// Read and archived with its conversation.
        Archive = "ARCHIVE",
    }
}

/// One message of a conversation.
#[table("messages")]
pub struct Message {
    /// Id, a UUID as text.
    #[column(id, purpose = Key, keep = Account, erase = Keep, see = Internal, export, chars = 191)]
    pub id: MessageId,
    /// The conversation's id: a UUID, or `thread_<a>_<b>` for the conversation of users a and b.
    #[column(purpose = Key, keep = Account, erase = Keep, see = Internal, export, chars = 191, fixed)]
    pub conversation_id: ConversationId,
    /// The sender's user id; null for visitors and the platform.
    #[column(purpose = Key, keep = Account, erase = Keep, see = Internal, export, chars = 191, fixed)]
    pub sender_id: Option<UserId>,
    /// The receiver's user id; null if no particular user is meant.
    #[column(purpose = Key, keep = Account, erase = Keep, see = Internal, export, chars = 191)]
    pub receiver_id: Option<UserId>,
    /// The visitor's e-mail address, on every message of a visitor's thread.
    #[column(purpose = Contact, keep = Account, erase = Pseudonym, see = Personal, export, chars = 255)]
    pub visitor_email: Option<String>,
    /// The visitor's name.
    #[column(purpose = Identity, keep = Account, erase = Null, see = Personal, export, chars = 100)]
    pub visitor_name: Option<String>,
    /// Whether a visitor sent the message.
    #[column(purpose = Messaging, keep = Account, erase = Keep, see = Internal, export, default = false)]
    pub is_from_visitor: bool,
    /// Subject of the message.
    #[column(purpose = Messaging, keep = Account, erase = Null, see = Personal, export, chars = 255)]
    pub subject: Option<String>,
    /// Text of the message.
    #[column(purpose = Messaging, keep = Account, erase = Replace(""), see = Personal, export, bytes = 65535)]
    pub content: String,
    /// Type of the message.
    #[column(purpose = Messaging, keep = Account, erase = Keep, see = Internal, export, default = MessageType::UserMessage)]
    pub r#type: MessageType,
    /// Delivery status of the message.
    #[column(purpose = Messaging, keep = Account, erase = Keep, see = Internal, export, default = MessageStatut::Envoye)]
    pub statut: MessageStatut,
    /// Whether the receiver has read the message.
    #[column(purpose = Messaging, keep = Account, erase = Keep, see = Internal, export, default = false)]
    pub is_read: bool,
    /// Whether the message is archived.
    #[column(purpose = Messaging, keep = Account, erase = Keep, see = Internal, export, default = false)]
    pub is_archived: bool,
    /// Whether the message is pinned to its conversation.
    #[column(purpose = Messaging, keep = Account, erase = Keep, see = Internal, export, default = false)]
    pub is_pinned: bool,
    /// Whether an administrator soft-deleted the message; clients still see it.
    #[column(purpose = Messaging, keep = Account, erase = Keep, see = Internal, export, default = false)]
    pub deleted_by_admin: bool,
    /// The id of the message it replies to.
    #[column(purpose = Key, keep = Account, erase = Keep, see = Internal, export, chars = 191)]
    pub parent_id: Option<MessageId>,
    /// First name to show instead of the sender’s.
    #[column(purpose = Identity, keep = Account, erase = Null, see = Personal, export, chars = 100)]
    pub display_first_name: Option<String>,
    /// Last name to show instead of the sender’s.
    #[column(purpose = Identity, keep = Account, erase = Null, see = Personal, export, chars = 100)]
    pub display_last_name: Option<String>,
    /// Role to show with the sender’s name.
    #[column(purpose = Messaging, keep = Account, erase = Null, see = Internal, export, chars = 100)]
    pub display_role: Option<String>,
    /// Additional data as JSON, e.g. of a request for a consultation.
    #[column(purpose = Messaging, keep = Account, erase = Null, see = Personal, export, bytes = 4294967295)]
    pub metadata: Option<Value>,
    /// Free status text; not used by Staka.
    #[column(purpose = Messaging, keep = Account, erase = Keep, see = Internal, export, chars = 50)]
    pub status: Option<String>,
    /// Time of the row's creation, UTC.
    #[column(created, purpose = Record, keep = Account, erase = Keep, see = Internal, export)]
    pub created_at: Timestamp,
    /// Time of the row's last change, UTC. It grows with every change and serves as the row's version.
    #[column(updated, purpose = Record, keep = Account, erase = Keep, see = Internal, export)]
    pub updated_at: Timestamp,
}
