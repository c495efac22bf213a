-- Serves stats.invoiced: the invoices issued in a period, and those without that moment by createdAt, read in the index alone.
CREATE INDEX `staka_invoices_issued` ON `invoices` (`issuedAt`, `createdAt`, `status`, `amount`, `taxAmount`);
