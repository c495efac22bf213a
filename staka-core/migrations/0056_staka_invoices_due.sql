-- Serves invoices.mark_overdue: the unpaid ones by when they are due, without a walk over those that have no date.
CREATE INDEX `staka_invoices_due` ON `invoices` (`status`, `dueAt`, `id`);
