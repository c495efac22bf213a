-- Serves stats.payments_by_status, stats.revenue and stats.commandes_by_statut: a period, read in the index alone.
CREATE INDEX `staka_commandes_period` ON `commandes` (`createdAt`, `paymentStatus`, `amount`, `statut`);
