-- Serves notifications.list_by_user with unreadOnly and notifications.mark_all_read: a user's unread notifications in their order,
-- without reading others. Expired notifications are filtered within the index. It is the only index of Staka with `isRead`, as
-- each of them is rewritten for every notification that is read.
CREATE INDEX `staka_notifications_unread` ON `notifications` (`userId`, `isDeleted`, `isRead`, `priority` DESC, `createdAt` DESC, `id` DESC, `expiresAt`);
