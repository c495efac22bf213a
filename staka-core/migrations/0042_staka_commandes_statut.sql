-- Serves commandes.list: the newest orders with a statut, without a sort.
CREATE INDEX `staka_commandes_statut` ON `commandes` (`statut`, `createdAt` DESC, `id` DESC);
