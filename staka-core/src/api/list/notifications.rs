//! What users should know.

use futures_util::future::BoxFuture;

use super::super::call::Call;
use super::super::operation::{arguments, operations};
use super::super::{Kind, Operation, Session, Sink, rule};
use crate::base::{Listing, Result};
use crate::model::UserId;
use crate::model::view::NotificationItem;
use crate::repo::notifications;
use crate::repo::notifications::NotificationList;

operations! {
    /// What users should know.
    notifications: Notifications {
        /// How many unread notifications the badge shows: not read, not put away, not expired; one without an
        /// expiry never expires.
        read unread_count(
            /// Whose.
            user: UserId,
        ) -> u64,
            for self_or_admin(user) = |conn, act| notifications::unread_count(conn, user, act.now);

        /// A user's notifications that were not put away, expired ones too: by priority, then the newest first.
        /// `unreadOnly` shows exactly what the badge counts. 20 a page, 100 at the most.
        read list(
            /// Whose.
            user: UserId,
            /// Which.
            options: NotificationList = default,
        ) -> Listing<NotificationItem>,
            for self_or_admin(user) = |conn, act| notifications::inbox(conn, user, options, act.now);

        /// Marks everything that was not put away as read; gives how many were not.
        write mark_all_read(
            /// Whose.
            user: UserId,
        ) -> u64,
            for self_or_admin(user) = |conn, act| notifications::mark_all_read(conn, user, act.now);
    }
}
