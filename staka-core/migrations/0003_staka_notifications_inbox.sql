-- Serves notifications.list_by_user: a page of a user's notifications in their order, without a sort.
CREATE INDEX `staka_notifications_inbox` ON `notifications` (`userId`, `isDeleted`, `priority` DESC, `createdAt` DESC, `id` DESC);
