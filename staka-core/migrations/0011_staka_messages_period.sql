-- Serves stats.messages_by_type_and_statut: a period, read in the index alone.
CREATE INDEX `staka_messages_period` ON `messages` (`createdAt`, `type`, `statut`);
