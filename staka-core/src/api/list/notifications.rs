//! Declares the operations on notifications.

use futures_util::future::BoxFuture;

use super::super::call::Call;
use super::super::operation::{arguments, operations};
use super::super::{Kind, Operation, Operations, Sink, rule};
use crate::base::{Bounds, Page, PageRequest, Result, Timestamp, Violations};
use crate::model::view::{NotificationItem, NotificationPurge, NotificationsSent};
use crate::model::{Notification, NotificationId, UserId};
use crate::repo::notifications;
use crate::repo::notifications::UserNotificationFilter;
use crate::service::notifications as service;

pub use crate::repo::notifications::{NotificationFilter, NotificationSort, NotificationSortKey};
pub use crate::service::notifications::NewNotification;

operations! {
    /// Notifications, which tell users about events.
    notifications: Notifications {
        /// Returns how many unread notifications a user has, as the badge shows them.
        /// Counts those that are neither read nor soft-deleted nor expired. A notification without `expiresAt` never
        /// expires.
        read unread_count(
            /// The user's id.
            user: UserId,
        ) -> u64,
            for self_or_admin(user) = |conn, ctx| notifications::unread_count(conn, user, ctx.now);

        /// Returns a user's notifications by priority, then newest first.
        /// Includes expired ones and excludes soft-deleted ones. With `unreadOnly` it returns exactly the notifications
        /// that the badge counts.
        read list_by_user(
            /// The user's id.
            user: UserId,
            /// Which notifications to return; all that are not soft-deleted by default.
            filter: UserNotificationFilter = default,
            /// The part of the list to return.
            page: PageRequest = default where Bounds::page(20, 100),
        ) -> Page<NotificationItem>,
            for self_or_admin(user) = |conn, ctx| notifications::list_by_user(conn, user, filter, ctx.now, page);

        /// Returns a notification with its data, or null if it does not exist.
        /// Only administrators get one that its user has soft-deleted.
        read get(
            /// The notification's id.
            id: NotificationId,
        ) -> Option<Notification>,
            for addressee_or_admin(id) = |conn, ctx| notifications::get(conn, id, ctx.is_admin());

        /// Returns notifications of all users, newest first by default.
        /// Includes soft-deleted and expired ones.
        read list(
            /// Which notifications to return; all by default.
            filter: NotificationFilter = default,
            /// How to sort the notifications; newest first by default.
            sort: NotificationSort = default,
            /// The part of the list to return.
            page: PageRequest = default where Bounds::page(20, 100),
        ) -> Page<Notification>,
            for admin() = |conn, _| notifications::list(conn, filter, *sort, page);

        /// Returns how many notifications of all users match a filter.
        read count(
            /// Which notifications to count; all by default.
            filter: NotificationFilter = default,
        ) -> u64,
            for admin() = |conn, _| notifications::count(conn, filter);

        /// Creates a notification for a user and returns it. It expires after 30 days by default. With an idempotency
        /// key the notification is created only once: a repeated call with the same key for the same user returns the
        /// existing notification as it is now, even if the new content differs. Keys are remembered for at least 30
        /// days. Fails with `NOT_FOUND` if the user does not exist, or with `CONFLICT` if the key was used for another
        /// user's notification.
        atomic create(
            /// The id of the user to notify.
            user: UserId,
            /// The notification to create.
            notification: NewNotification,
            /// An idempotency key that the caller chooses; none by default.
            key: Option<String> = default
                where Bounds::chars(1, 191).and(Bounds::pattern("^[!-~]+$", "must be 1 to 191 letters, digits and signs of ASCII, without spaces")),
        ) -> Notification,
            for admin() = |conn, ctx| service::create(conn, ctx, user, notification, key.as_deref());

        /// Creates a notification for every active administrator and returns how many were created.
        atomic create_for_admins(
            /// The notification to create.
            notification: NewNotification,
        ) -> u64,
            for admin() = |conn, ctx| service::create_for_admins(conn, ctx, notification);

        /// Creates a notification for each of several users, deactivated ones too, and returns how many were created.
        /// Ids that belong to no user are skipped and counted in `unknown`; a repeated id counts once.
        atomic create_for_many(
            /// The ids of the users to notify.
            users: Vec<UserId> where Bounds::items(0, 1_000),
            /// The notification to create.
            notification: NewNotification,
        ) -> NotificationsSent,
            for admin() = |conn, ctx| service::create_for_many(conn, ctx, users, notification);

        /// Marks a notification as read and returns whether it was unread.
        /// A soft-deleted one is not changed. Fails with `NOT_FOUND` if the notification does not exist.
        write mark_read(
            /// The notification's id.
            id: NotificationId,
        ) -> bool,
            for addressee_or_admin(id) = |conn, ctx| service::mark_read(conn, ctx, id);

        /// Marks several of a user's notifications as read and returns how many were unread.
        /// Ids of other users' notifications and of notifications that do not exist are skipped.
        write mark_many_read(
            /// The user's id.
            user: UserId,
            /// The ids of the notifications.
            ids: Vec<NotificationId> where Bounds::items(0, 1_000),
        ) -> u64,
            for self_or_admin(user) = |conn, ctx| service::mark_many_read(conn, ctx, user, ids);

        /// Marks all of a user's notifications as read, except soft-deleted ones, and returns how many were unread.
        write mark_all_read(
            /// The user's id.
            user: UserId,
        ) -> u64,
            for self_or_admin(user) = |conn, ctx| service::mark_all_read(conn, ctx, user);

        /// Soft-deletes a notification, so that its user's lists no longer show it, and returns whether it was not yet
        /// deleted.
        /// Fails with `NOT_FOUND` if the notification does not exist.
        write soft_delete(
            /// The notification's id.
            id: NotificationId,
        ) -> bool,
            for addressee_or_admin(id) = |conn, ctx| service::soft_delete(conn, ctx, id);

        /// Soft-deletes several of a user's notifications and returns how many were not yet deleted.
        /// Ids of other users' notifications and of notifications that do not exist are skipped.
        write soft_delete_many(
            /// The user's id.
            user: UserId,
            /// The ids of the notifications.
            ids: Vec<NotificationId> where Bounds::items(0, 1_000),
        ) -> u64,
            for self_or_admin(user) = |conn, ctx| service::soft_delete_many(conn, ctx, user, ids);

        /// Soft-deletes all of a user's read notifications and returns how many.
        write soft_delete_all_read(
            /// The user's id.
            user: UserId,
        ) -> u64,
            for self_or_admin(user) = |conn, ctx| notifications::soft_delete_all_read(conn, user, ctx.now);

        /// Deletes expired notifications permanently, longest expired first, and idempotency keys older than 30 days.
        /// With `softDeletedBefore` it also deletes notifications that were soft-deleted long ago. It runs in batches
        /// of one statement each, so that other calls do not wait for long; finished batches stay done if a later one
        /// fails. Call it again while `more` is true.
        batches purge_expired(
            /// Also deletes notifications soft-deleted before this time, UTC, which must not be in the future. None by
            /// default.
            soft_deleted_before: Option<Timestamp> = default,
            /// The maximum number of notifications to delete.
            limit: Option<u32> = default where Bounds::between(1, 100_000).default(10_000),
        ) -> NotificationPurge,
            for admin() = |conn, ctx| service::purge(conn, ctx, *soft_deleted_before, *limit);
    }
}
