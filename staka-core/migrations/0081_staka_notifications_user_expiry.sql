-- Serves notifications.unread_count: a user's notifications that expire today. It has no `isRead`, so marking as read does not
-- write it.
CREATE INDEX `staka_notifications_user_expiry` ON `notifications` (`userId`, `expiresAt`);
