-- Serves notifications.list: a page of a user's inbox in its own order, without a sort.
CREATE INDEX `staka_notifications_inbox` ON `notifications` (`userId`, `isDeleted`, `priority` DESC, `createdAt` DESC, `id` DESC);
