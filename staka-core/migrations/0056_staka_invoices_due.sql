-- Serves invoices.mark_overdue: the unpaid invoices by due date, without reading those that have none.
CREATE INDEX `staka_invoices_due` ON `invoices` (`status`, `dueAt`, `id`);
