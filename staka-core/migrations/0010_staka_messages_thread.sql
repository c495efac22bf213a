-- Serves messages.list_by_conversation: the messages of a conversation in their order, without a sort.
CREATE INDEX `staka_messages_thread` ON `messages` (`conversationId`, `createdAt`, `id`);
