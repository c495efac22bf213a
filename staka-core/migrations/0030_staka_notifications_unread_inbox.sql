-- Serves notifications.list with unreadOnly: the unread ones of a user in the inbox's order, those that expired told apart
-- in the index, without a walk over what was read.
CREATE INDEX `staka_notifications_unread_inbox` ON `notifications` (`userId`, `isDeleted`, `isRead`, `priority` DESC, `createdAt` DESC, `id` DESC, `expiresAt`);
