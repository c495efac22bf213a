-- Serves tarifs.list_active: the active tarifs in their order, without a sort.
CREATE INDEX `staka_tarifs_active` ON `tarifs` (`actif`, `ordre`, `prix`, `id`);
