//! What users should know.

use futures_util::future::BoxFuture;

use super::super::call::Call;
use super::super::operation::{arguments, operations};
use super::super::{Kind, Operation, Session, Sink, rule};
use crate::base::{Direction, Listing, Page, Result, Timestamp};
use crate::flow::notifications as acts;
use crate::model::view::{NotificationItem, NotificationPurge, NotificationsSent};
use crate::model::{Notification, NotificationId, UserId};
use crate::repo::notifications;
use crate::repo::notifications::NotificationList;

pub use crate::flow::notifications::NotificationDraft;
pub use crate::repo::notifications::{NotificationSearch, NotificationSort};

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

        /// The whole notification with its data; null when it is not there. What its user has put away is there for
        /// administrators alone.
        read get(
            /// Which.
            id: NotificationId,
        ) -> Option<Notification>,
            for addressee_or_admin(id) = |conn, act| notifications::get(conn, id, act.is_admin());

        /// The notifications of all users that an administrator looks for, those that were put away or have expired
        /// too. 20 a page, 100 at the most.
        read search(
            /// Which.
            filter: NotificationSearch = default,
            /// By what they are sorted, then by id.
            sort: NotificationSort = default,
            /// Which end comes first; `desc` unless given.
            direction: Option<Direction> = default,
            /// Which part of the list.
            page: Page = default,
        ) -> Listing<Notification>,
            for admin() = |conn, _| notifications::search(conn, filter, *sort, *direction, page);

        /// How many notifications of all users an administrator looks for.
        read count(
            /// Which.
            filter: NotificationSearch = default,
        ) -> u64,
            for admin() = |conn, _| notifications::count_searched(conn, filter);

        /// Makes a notification for a user, and gives it. It expires in 30 days unless `expiresAt` says otherwise. With
        /// a key it is made once: whoever comes again with the same key is given the one that is there, as it is now;
        /// a key is remembered for at least 30 days. `NotFound` when there is no such user, `Conflict` when the key
        /// has made one for another user.
        act create(
            /// Whose it is.
            user: UserId,
            /// What it says.
            notification: NotificationDraft,
            /// The caller's own name for this notification: 1 to 191 letters, digits and signs of ASCII.
            key: Option<String> = default,
        ) -> Notification,
            for admin() = |conn, act| acts::create(conn, act, user, notification, key.as_deref());

        /// Makes a notification for every administrator who may sign in; gives how many were made.
        act create_for_admins(
            /// What it says.
            notification: NotificationDraft,
        ) -> u64,
            for admin() = |conn, act| acts::create_for_admins(conn, act, notification);

        /// Makes a notification for each of these users, disabled ones too. Ids that name nobody are passed over and
        /// counted; one that stands there twice counts once.
        act create_for_many(
            /// Whose they are, 1,000 at the most.
            users: Vec<UserId>,
            /// What it says.
            notification: NotificationDraft,
        ) -> NotificationsSent,
            for admin() = |conn, act| acts::create_for_many(conn, act, users, notification);

        /// Marks one as read; gives whether it was not yet. What was put away stays as it is. `NotFound` when it is not
        /// there.
        write mark_read(
            /// Which.
            id: NotificationId,
        ) -> bool,
            for addressee_or_admin(id) = |conn, act| acts::mark_read(conn, act, id);

        /// Marks several as read; gives how many were not yet. Those of others, and those that are not there, are
        /// passed over.
        write mark_many_read(
            /// Whose.
            user: UserId,
            /// Which, 1,000 at the most.
            ids: Vec<NotificationId>,
        ) -> u64,
            for self_or_admin(user) = |conn, act| acts::mark_many_read(conn, act, user, ids);

        /// Marks everything that was not put away as read; gives how many were not.
        write mark_all_read(
            /// Whose.
            user: UserId,
        ) -> u64,
            for self_or_admin(user) = |conn, act| notifications::mark_all_read(conn, user, act.now);

        /// Puts one away: no list of its user shows it any more. Gives whether it was not put away yet. `NotFound` when
        /// it is not there.
        write remove(
            /// Which.
            id: NotificationId,
        ) -> bool,
            for addressee_or_admin(id) = |conn, act| acts::remove(conn, act, id);

        /// Puts several away; gives how many were not yet. Those of others, and those that are not there, are passed
        /// over.
        write remove_many(
            /// Whose.
            user: UserId,
            /// Which, 1,000 at the most.
            ids: Vec<NotificationId>,
        ) -> u64,
            for self_or_admin(user) = |conn, act| acts::remove_many(conn, act, user, ids);

        /// Puts everything away that the user has read; gives how many.
        write remove_all_read(
            /// Whose.
            user: UserId,
        ) -> u64,
            for self_or_admin(user) = |conn, act| notifications::put_read_away(conn, user, act.now);

        /// Removes for good what has expired, the longest ago first, and on demand what was put away long ago; then the
        /// keys that need not be remembered any more. In batches that are a statement each, so that nobody waits for
        /// long; what is done stays done when a later one fails. Call it again while `more` is true.
        write purge_expired(
            /// Also what was put away before this moment, which must not lie ahead.
            put_away_before: Option<Timestamp> = default,
            /// How many notifications at the most, 1 to 100,000; 10,000 unless given.
            limit: Option<u32> = default,
        ) -> NotificationPurge,
            for admin() = |conn, act| acts::purge(conn, act, *put_away_before, *limit);
    }
}
