-- Serves files.list_by_commande and files.going_with_commande: the newest files of an order, without a sort.
CREATE INDEX `staka_files_commande` ON `files` (`commandeId`, `createdAt` DESC, `id` DESC);
