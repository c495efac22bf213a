-- Serves messages.list_inbox: the messages that an administrator received, by correspondent, read from the index alone.
CREATE INDEX `staka_messages_inbox_received` ON `messages` (`receiverId`, `deletedByAdmin`, `visitorEmail`, `senderId`, `createdAt`, `isRead`);
