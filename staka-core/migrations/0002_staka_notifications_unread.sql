-- Serves notifications.unread_count and notifications.mark_all_read: a user's unread notifications, counted from the index alone.
CREATE INDEX `staka_notifications_unread` ON `notifications` (`userId`, `isDeleted`, `isRead`, `expiresAt`);
