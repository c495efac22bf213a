-- Serves messages.list_conversations: the messages that a user received, by conversation, read from the index alone.
CREATE INDEX `staka_messages_received` ON `messages` (`receiverId`, `conversationId`, `createdAt`, `senderId`, `isRead`, `deletedByAdmin`);
