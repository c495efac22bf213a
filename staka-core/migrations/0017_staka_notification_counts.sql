-- Serves notifications.unread_count: a user's unread notifications by the day on which they expire, 9999-12-31 for never.
-- The count of a day is the sum of its slots, so that writers on different connections do not wait for the same row.
-- Foreign keys delete and rename rows with their user, as they do for the notifications, where no trigger runs.
CREATE TABLE `staka_notification_counts` (
    `userId` VARCHAR(191) NOT NULL,
    `expiresOn` DATE NOT NULL,
    `slot` TINYINT UNSIGNED NOT NULL,
    `unread` INT NOT NULL,

    PRIMARY KEY (`userId`, `expiresOn`, `slot`),
    CONSTRAINT `staka_notification_counts_userId_fkey` FOREIGN KEY (`userId`) REFERENCES `users`(`id`) ON DELETE CASCADE ON UPDATE CASCADE
) DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_unicode_ci;
