//! Notifications.

use staka_macros::table;

use super::id::{NotificationId, UserId};
use crate::base::{JsonText, Timestamp, text_enum};

text_enum! {
    /// What a notification is about.
    pub enum NotificationType {
        /// Something to know.
        Info = "INFO",
        /// Something went well.
        Success = "SUCCESS",
        /// Something to watch.
        Warning = "WARNING",
        /// Something failed.
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
    /// How much it matters; sorts from low to high.
    pub enum NotificationPriority {
        /// Low.
        Faible = "FAIBLE",
        /// Normal.
        Normale = "NORMALE",
        /// High.
        Haute = "HAUTE",
        /// Urgent.
        Urgente = "URGENTE",
    }
}

/// Something that a user should know.
#[table("notifications")]
pub struct Notification {
    /// The key, a UUID as text.
    #[column(id, purpose = Key, keep = Expiry, erase = Keep, see = Internal, export, chars = 191, filter)]
    pub id: NotificationId,
    /// Who should know.
    #[column(purpose = Key, keep = Expiry, erase = Row, see = Internal, export, chars = 191, fixed, filter)]
    pub user_id: UserId,
    /// Title.
    #[column(purpose = Information, keep = Expiry, erase = Row, see = Personal, export, chars = 255)]
    pub title: String,
    /// Text.
    #[column(purpose = Information, keep = Expiry, erase = Row, see = Personal, export, bytes = 65535)]
    pub message: String,
    /// What it is about.
    #[column(purpose = Information, keep = Expiry, erase = Row, see = Internal, export, default = NotificationType::Info, filter)]
    pub r#type: NotificationType,
    /// How much it matters.
    #[column(purpose = Information, keep = Expiry, erase = Row, see = Internal, export, default = NotificationPriority::Normale, filter)]
    pub priority: NotificationPriority,
    /// JSON for the program that shows it.
    #[column(purpose = Information, keep = Expiry, erase = Row, see = Personal, export, bytes = 65535)]
    pub data: Option<JsonText>,
    /// Where a click leads.
    #[column(purpose = Information, keep = Expiry, erase = Row, see = Internal, export, chars = 500)]
    pub action_url: Option<String>,
    /// Whether it was read.
    #[column(purpose = Information, keep = Expiry, erase = Row, see = Internal, export, default = false, filter)]
    pub is_read: bool,
    /// Whether the user put it away.
    #[column(purpose = Information, keep = Expiry, erase = Row, see = Internal, export, default = false, filter)]
    pub is_deleted: bool,
    /// When it was read, UTC.
    #[column(purpose = Information, keep = Expiry, erase = Row, see = Internal, export)]
    pub read_at: Option<Timestamp>,
    /// When it ceases to matter, UTC; NULL means never.
    #[column(purpose = Information, keep = Expiry, erase = Row, see = Internal, export)]
    pub expires_at: Option<Timestamp>,
    /// When the row was made, UTC.
    #[column(created, purpose = Record, keep = Expiry, erase = Keep, see = Internal, export, range)]
    pub created_at: Timestamp,
    /// When the row was last written, UTC; never twice the same, so it serves as the version.
    #[column(updated, purpose = Record, keep = Expiry, erase = Keep, see = Internal, export)]
    pub updated_at: Timestamp,
}
