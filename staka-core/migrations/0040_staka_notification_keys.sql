-- Serves notifications.create with a key: the notification created with a caller's key, so that there is no second one.
-- Keys are compared by their bytes. There is no foreign key: the row of a deleted notification is reused or purged.
CREATE TABLE `staka_notification_keys` (
    `key` VARCHAR(191) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
    `notificationId` VARCHAR(191) NOT NULL,
    `createdAt` DATETIME(3) NOT NULL,

    PRIMARY KEY (`key`),
    INDEX `staka_notification_keys_createdAt` (`createdAt`)
) DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_unicode_ci;
