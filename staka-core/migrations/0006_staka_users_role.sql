-- Serves stats.users_by_role: counted in the index alone.
CREATE INDEX `staka_users_role` ON `users` (`role`, `isActive`);
