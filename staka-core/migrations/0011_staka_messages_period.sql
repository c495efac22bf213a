-- Serves stats.messages_by_type_and_statut: the messages of a period, read from the index alone.
-- With the conversation, it serves stats.messaging_load too.
CREATE INDEX `staka_messages_period` ON `messages` (`createdAt`, `type`, `statut`, `conversationId`);
