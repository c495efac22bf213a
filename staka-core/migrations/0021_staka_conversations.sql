-- Serves messages.conversations: for each user and conversation the newest message, their number, and how many are
-- unread. A conversation is told by the bytes of its id: a collation would take two for one.
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
