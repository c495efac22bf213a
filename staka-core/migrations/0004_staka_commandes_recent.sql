-- Serves commandes.list_with_invoices: the newest commandes of a user, without a sort.
CREATE INDEX `staka_commandes_recent` ON `commandes` (`userId`, `createdAt` DESC, `id` DESC);
