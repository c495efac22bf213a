-- Serves messages.conversation: the messages of one conversation in their order, without a sort.
CREATE INDEX `staka_messages_thread` ON `messages` (`conversationId`, `createdAt`, `id`);
