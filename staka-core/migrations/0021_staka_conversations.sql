-- Serves messages.list_conversations: the newest message and the numbers of messages and of unread ones, by user and conversation.
-- Conversations are distinguished by the bytes of their id: a collation could treat two as the same.
CREATE TABLE `staka_conversations` (
    `userId` VARCHAR(191) NOT NULL,
    `conversationId` VARBINARY(764) NOT NULL,
    `messages` INT NOT NULL,
    `unread` INT NOT NULL,
    `newestAt` DATETIME(3) NOT NULL,
    `newestId` VARCHAR(191) NOT NULL,

    PRIMARY KEY (`userId`, `conversationId`),
    INDEX `staka_conversations_recent` (`userId`, `newestAt` DESC, `newestId` DESC),
    CONSTRAINT `staka_conversations_userId_fkey` FOREIGN KEY (`userId`) REFERENCES `users`(`id`) ON DELETE CASCADE ON UPDATE CASCADE
) DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_unicode_ci;
