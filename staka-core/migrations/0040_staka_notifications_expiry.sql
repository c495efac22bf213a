-- Serves notifications.purge_expired: what has expired, the oldest first, a batch behind the one before.
CREATE INDEX `staka_notifications_expiry` ON `notifications` (`expiresAt`, `id`);
