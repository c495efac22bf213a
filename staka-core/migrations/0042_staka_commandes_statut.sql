-- Serves commandes.search: the newest orders of a statut, without a sort.
CREATE INDEX `staka_commandes_statut` ON `commandes` (`statut`, `createdAt` DESC, `id` DESC);
