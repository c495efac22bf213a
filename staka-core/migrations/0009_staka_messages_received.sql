-- Serves messages.conversations: what a user received, by conversation, read in the index alone.
CREATE INDEX `staka_messages_received` ON `messages` (`receiverId`, `conversationId`, `createdAt`, `senderId`, `isRead`, `deletedByAdmin`);
