-- Serves stats.series and stats.completion: the orders finished in a period, read in the index alone.
CREATE INDEX `staka_commandes_finished` ON `commandes` (`dateFinition`, `createdAt`);
