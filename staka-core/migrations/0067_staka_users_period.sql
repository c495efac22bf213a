-- Serves stats.time_series: the accounts created in a period and their roles, read from the index alone.
CREATE INDEX `staka_users_period` ON `users` (`createdAt`, `role`);
