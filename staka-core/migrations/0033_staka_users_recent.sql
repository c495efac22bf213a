-- Serves users.list and users.stats: the newest accounts, without a sort.
CREATE INDEX `staka_users_recent` ON `users` (`createdAt`, `id`);
