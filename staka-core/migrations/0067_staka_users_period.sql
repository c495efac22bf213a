-- Serves stats.series: the accounts made in a period and their roles, read in the index alone.
CREATE INDEX `staka_users_period` ON `users` (`createdAt`, `role`);
