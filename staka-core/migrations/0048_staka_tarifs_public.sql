-- Serves tarifs.public: the offered ones in their order, without a sort.
CREATE INDEX `staka_tarifs_public` ON `tarifs` (`actif`, `ordre`, `createdAt`, `id`);
