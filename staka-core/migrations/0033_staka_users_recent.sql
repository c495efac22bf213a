-- Serves users.list, the newest accounts first and without a sort, and users.stats.
CREATE INDEX `staka_users_recent` ON `users` (`createdAt`, `id`);
