-- Serves notifications.purge_expired and notifications.unread_count: expired notifications in batches, oldest first, and a user's
-- notifications that expire today. Notifications of other users are filtered within the index.
CREATE INDEX `staka_notifications_expiry` ON `notifications` (`expiresAt`, `id`, `userId`);
