-- Serves tarifs.create and update: whether a name is taken. Not unique: Prisma's writers may have given one twice.
CREATE INDEX `staka_tarifs_nom` ON `tarifs` (`nom`);
