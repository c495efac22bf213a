-- Serves stats.conversion: what became of the orders of a period, read in the index alone.
CREATE INDEX `staka_commandes_outcome` ON `commandes` (`createdAt`, `paymentStatus`, `stripeSessionId`);
