-- Serves invoices.stats and stats.invoiced_by_period: the invoices of a period by issue date, or creation date without one, read from the index alone.
CREATE INDEX `staka_invoices_issued` ON `invoices` (`issuedAt`, `createdAt`, `status`, `dueAt`, `amount`, `taxAmount`);
