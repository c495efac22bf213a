-- Serves messages.conversations: what a user sent, by conversation, read in the index alone.
CREATE INDEX `staka_messages_sent` ON `messages` (`senderId`, `conversationId`, `createdAt`, `receiverId`, `isRead`, `deletedByAdmin`);
