-- Serves tarifs.list_public: the active tarifs in their order, without a sort.
CREATE INDEX `staka_tarifs_public` ON `tarifs` (`actif`, `ordre`, `createdAt`, `id`);
