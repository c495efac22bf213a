-- Serves tarifs.create and update: whether a name is taken. The index is not unique, because existing tarifs may share a name.
CREATE INDEX `staka_tarifs_nom` ON `tarifs` (`nom`);
