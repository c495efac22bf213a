-- Serves stats.time_series and stats.completion_times: the orders finished in a period, read from the index alone.
CREATE INDEX `staka_commandes_finished` ON `commandes` (`dateFinition`, `createdAt`);
