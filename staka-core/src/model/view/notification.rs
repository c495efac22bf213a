//! Views of notifications.

use staka_macros::{Output, Record};

use crate::base::Timestamp;
use crate::model::{NotificationId, NotificationPriority, NotificationType};

/// A notification in a list.
#[derive(Clone, Debug, PartialEq, Record, Output)]
#[non_exhaustive]
pub struct NotificationItem {
    /// The notification's id.
    pub id: NotificationId,
    /// Title of the notification.
    pub title: String,
    /// Text of the notification.
    pub message: String,
    /// Type of the notification, i.e. its subject.
    pub r#type: NotificationType,
    /// Priority of the notification.
    pub priority: NotificationPriority,
    /// Whether the user has read it.
    pub is_read: bool,
    /// Address that a click opens, a path of the site or a URL; null if there is none.
    pub action_url: Option<String>,
    /// Time of creation, UTC.
    pub created_at: Timestamp,
}

/// The result of creating a notification for several users.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Output)]
#[non_exhaustive]
pub struct NotificationsSent {
    /// Number of notifications created, one for each existing user.
    pub created: u64,
    /// Number of distinct ids that belong to no user.
    pub unknown: u64,
}

/// The result of purging notifications.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Output)]
#[non_exhaustive]
pub struct NotificationPurge {
    /// Number of deleted notifications that had expired.
    pub expired: u64,
    /// Number of deleted notifications that were soft-deleted before the given time.
    pub soft_deleted: u64,
    /// Number of deleted idempotency keys.
    pub keys: u64,
    /// Whether more rows remain to be deleted by another call.
    pub more: bool,
}
