-- Serves stats.payments_by_status, stats.revenue and stats.commandes_by_statut: the orders of a period, read from the index alone.
CREATE INDEX `staka_commandes_period` ON `commandes` (`createdAt`, `paymentStatus`, `amount`, `statut`);
