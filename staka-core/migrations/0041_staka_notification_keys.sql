-- Serves notifications.create with a key: which notification a caller's key has made, so that it makes no second one.
-- Keys are told apart byte by byte. No foreign key: the row of a notification that is gone is taken over or purged.
CREATE TABLE `staka_notification_keys` (
    `key` VARCHAR(191) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
    `notificationId` VARCHAR(191) NOT NULL,
    `createdAt` DATETIME(3) NOT NULL,

    PRIMARY KEY (`key`),
    INDEX `staka_notification_keys_createdAt` (`createdAt`)
) DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_unicode_ci;
