//! Notifications of users.

use staka_macros::table;

use super::id::{NotificationId, UserId};
use crate::base::{JsonText, Timestamp, text_enum};

text_enum! {
    /// Type of a notification, i.e. its subject.
    pub enum NotificationType {
        /// Information only.
        Info = "INFO",
        /// A success.
        Success = "SUCCESS",
        /// A warning.
        Warning = "WARNING",
        /// A failure.
        Error = "ERROR",
        /// A payment.
        Payment = "PAYMENT",
        /// An order.
        Order = "ORDER",
        /// A message.
        Message = "MESSAGE",
        /// The platform itself.
        System = "SYSTEM",
        /// A consultation.
        Consultation = "CONSULTATION",
    }
}

text_enum! {
    /// Priority of a notification, sorted from low to high.
    pub enum NotificationPriority {
        /// Low priority.
        Faible = "FAIBLE",
        /// Normal priority, the default.
        Normale = "NORMALE",
        /// High priority.
        Haute = "HAUTE",
        /// Urgent priority, the highest.
        Urgente = "URGENTE",
    }
}

/// A notification, which tells a user about an event.
#[table("notifications", fixed)]
pub struct Notification {
    /// Primary key, a UUID as text.
    #[column(id, purpose = Key, keep = Expiry, erase = Keep, see = Internal, export, chars = 191)]
    pub id: NotificationId,
    /// Id of the notified user.
    #[column(purpose = Key, keep = Expiry, erase = Row, see = Internal, export, chars = 191)]
    pub user_id: UserId,
    /// Title of the notification.
    #[column(purpose = Information, keep = Expiry, erase = Row, see = Personal, export, chars = 255)]
    pub title: String,
    /// Text of the notification.
    #[column(purpose = Information, keep = Expiry, erase = Row, see = Personal, export, bytes = 65535)]
    pub message: String,
    /// Type of the notification, i.e. its subject.
    #[column(purpose = Information, keep = Expiry, erase = Row, see = Internal, export, default = NotificationType::Info)]
    pub r#type: NotificationType,
    /// Priority of the notification.
    #[column(purpose = Information, keep = Expiry, erase = Row, see = Internal, export, default = NotificationPriority::Normale)]
    pub priority: NotificationPriority,
    /// JSON for the program that shows the notification; null if there is none.
    #[column(purpose = Information, keep = Expiry, erase = Row, see = Personal, export, bytes = 65535)]
    pub data: Option<JsonText>,
    /// Address that a click opens, a path of the site or a URL; null if there is none.
    #[column(purpose = Information, keep = Expiry, erase = Row, see = Internal, export, chars = 500)]
    pub action_url: Option<String>,
    /// Whether the user has read it.
    #[column(purpose = Information, keep = Expiry, erase = Row, see = Internal, export, default = false)]
    pub is_read: bool,
    /// Whether the user has soft-deleted it.
    #[column(purpose = Information, keep = Expiry, erase = Row, see = Internal, export, default = false)]
    pub is_deleted: bool,
    /// Time when it was marked as read, UTC; null if it is unread.
    #[column(purpose = Information, keep = Expiry, erase = Row, see = Internal, export)]
    pub read_at: Option<Timestamp>,
    /// Time when it expires, UTC; null if it never does.
    #[column(purpose = Information, keep = Expiry, erase = Row, see = Internal, export)]
    pub expires_at: Option<Timestamp>,
    /// Time of creation, UTC.
    #[column(created, purpose = Record, keep = Expiry, erase = Keep, see = Internal, export)]
    pub created_at: Timestamp,
    /// Time of the last change, UTC. Each change sets a later time, so it serves as the version.
    #[column(updated, purpose = Record, keep = Expiry, erase = Keep, see = Internal, export)]
    pub updated_at: Timestamp,
}
