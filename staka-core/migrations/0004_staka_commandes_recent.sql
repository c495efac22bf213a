-- Serves commandes.list_with_invoices: a user's newest orders, without a sort.
CREATE INDEX `staka_commandes_recent` ON `commandes` (`userId`, `createdAt` DESC, `id` DESC);
