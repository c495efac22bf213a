-- Serves stats.conversion: the outcomes of the orders of a period, read from the index alone.
CREATE INDEX `staka_commandes_outcome` ON `commandes` (`createdAt`, `paymentStatus`, `stripeSessionId`);
