-- Serves messages.list_inbox: the messages that an administrator sent, by correspondent, read from the index alone.
CREATE INDEX `staka_messages_inbox_sent` ON `messages` (`senderId`, `deletedByAdmin`, `visitorEmail`, `receiverId`, `createdAt`, `statut`);
