//! Notifications as a list shows them.

use staka_macros::{Output, Record};

use crate::base::Timestamp;
use crate::model::{NotificationId, NotificationPriority, NotificationType};

/// A notification, as far as a list shows it.
#[derive(Clone, Debug, PartialEq, Record, Output)]
pub struct NotificationItem {
    /// The key.
    pub id: NotificationId,
    /// Title.
    pub title: String,
    /// Text.
    pub message: String,
    /// What it is about.
    pub r#type: NotificationType,
    /// How much it matters.
    pub priority: NotificationPriority,
    /// Whether it was read.
    pub is_read: bool,
    /// Where a click leads.
    pub action_url: Option<String>,
    /// When it was made, UTC.
    pub created_at: Timestamp,
}
