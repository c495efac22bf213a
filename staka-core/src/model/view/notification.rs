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

/// What a notification for many users came to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Output)]
pub struct NotificationsSent {
    /// How many were made: one for each user that there is.
    pub created: u64,
    /// How many of the ids, each counted once, name no user; nothing was made for these.
    pub unknown: u64,
}

/// What a purge of notifications removed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Output)]
pub struct NotificationPurge {
    /// Notifications that had expired.
    pub expired: u64,
    /// Notifications that their users had put away long enough ago.
    pub put_away: u64,
    /// Idempotency keys that are no longer remembered.
    pub keys: u64,
    /// Whether some remain for the next call.
    pub more: bool,
}
