-- Serves messages.list_conversations: the messages that a user sent, by conversation, read from the index alone.
-- With the statut, it serves messages.list_drafts too.
CREATE INDEX `staka_messages_sent` ON `messages` (`senderId`, `conversationId`, `createdAt`, `receiverId`, `isRead`, `deletedByAdmin`, `statut`);
