-- Serves messages.list_inbox: the newest message and the numbers of messages and of unread ones, by user and correspondent.
-- A correspondent is a user's id or a visitor's address in lower case, distinguished by its bytes; empty for the platform.
-- Messages without receiver and address, as older programs wrote them to visitors, have a row for each conversation, whose
-- correspondent is a zero byte and the conversation's id: which visitor they belong to follows from other messages.
-- Messages that an administrator soft-deleted, and drafts to their author, do not count. `waiting` is whether some are unread.
CREATE TABLE `staka_correspondents` (
    `userId` VARCHAR(191) NOT NULL,
    `correspondent` VARBINARY(1020) NOT NULL,
    `messages` INT NOT NULL,
    `unread` INT NOT NULL,
    `waiting` BOOLEAN NOT NULL,
    `newestAt` DATETIME(3) NOT NULL,
    `newestId` VARCHAR(191) NOT NULL,

    PRIMARY KEY (`userId`, `correspondent`),
    INDEX `staka_correspondents_recent` (`userId`, `waiting`, `newestAt` DESC, `newestId` DESC),
    INDEX `staka_correspondents_correspondent` (`correspondent`),
    CONSTRAINT `staka_correspondents_userId_fkey` FOREIGN KEY (`userId`) REFERENCES `users`(`id`) ON DELETE CASCADE ON UPDATE CASCADE
) DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_unicode_ci;
