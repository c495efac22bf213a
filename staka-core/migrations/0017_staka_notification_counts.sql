-- Serves notifications.unread_count: the unread ones of a user by the day on which they expire, 9999-12-31 for never.
-- A day's number is the sum over its slots: writers on different connections do not wait for each other's row.
-- The rows of a user go and are renamed with the user, as the notifications do, for which no trigger runs.
CREATE TABLE `staka_notification_counts` (
    `userId` VARCHAR(191) NOT NULL,
    `expiresOn` DATE NOT NULL,
    `slot` TINYINT UNSIGNED NOT NULL,
    `unread` INT NOT NULL,

    PRIMARY KEY (`userId`, `expiresOn`, `slot`),
    CONSTRAINT `staka_notification_counts_userId_fkey` FOREIGN KEY (`userId`) REFERENCES `users`(`id`) ON DELETE CASCADE ON UPDATE CASCADE
) DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_unicode_ci;
