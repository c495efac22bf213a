-- Serves invoices.stats and stats.invoiced: the invoices issued in a window, and those without that date made in it, in the index alone.
CREATE INDEX `staka_invoices_issued` ON `invoices` (`issuedAt`, `createdAt`, `status`, `dueAt`, `amount`, `taxAmount`);
