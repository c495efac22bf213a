-- Serves messages.inbox: what an administrator sent, by correspondent, read in the index alone.
CREATE INDEX `staka_messages_inbox_sent` ON `messages` (`senderId`, `deletedByAdmin`, `visitorEmail`, `receiverId`, `createdAt`, `statut`);
