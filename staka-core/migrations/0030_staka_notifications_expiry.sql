-- Serves notifications.purge_expired: expired notifications in batches, oldest first.
CREATE INDEX `staka_notifications_expiry` ON `notifications` (`expiresAt`, `id`);
