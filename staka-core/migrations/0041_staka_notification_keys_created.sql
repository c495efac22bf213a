-- Serves notifications.purge_expired: idempotency keys that are old enough to be deleted.
CREATE INDEX `staka_notification_keys_createdAt` ON `staka_notification_keys` (`createdAt`);
