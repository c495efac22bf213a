-- Serves notifications.unread_count and notifications.mark_all_read: the unread ones of a user, counted in the index alone.
CREATE INDEX `staka_notifications_unread` ON `notifications` (`userId`, `isDeleted`, `isRead`, `expiresAt`);
