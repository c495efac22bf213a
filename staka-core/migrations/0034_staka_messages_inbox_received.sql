-- Serves messages.inbox: what an administrator received, by correspondent, read in the index alone.
CREATE INDEX `staka_messages_inbox_received` ON `messages` (`receiverId`, `deletedByAdmin`, `visitorEmail`, `senderId`, `createdAt`, `isRead`);
