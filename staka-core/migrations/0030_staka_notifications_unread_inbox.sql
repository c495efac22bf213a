-- Serves notifications.list_by_user with unreadOnly: a user's unread notifications in their order, without reading others.
-- Expired notifications are filtered within the index.
CREATE INDEX `staka_notifications_unread_inbox` ON `notifications` (`userId`, `isDeleted`, `isRead`, `priority` DESC, `createdAt` DESC, `id` DESC, `expiresAt`);
