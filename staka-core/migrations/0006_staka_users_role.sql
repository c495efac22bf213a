-- Serves stats.users_by_role: accounts by role, counted from the index alone.
CREATE INDEX `staka_users_role` ON `users` (`role`, `isActive`);
