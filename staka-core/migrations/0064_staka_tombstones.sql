-- Serves privacy.erase and privacy.replay: who was erased, so that they stay erased when a backup comes back. An id, a
-- moment and a word: nothing here is personal. No foreign key: it outlives the account's row.
CREATE TABLE `staka_tombstones` (
    `userId` VARCHAR(191) NOT NULL,
    `erasedAt` DATETIME(3) NOT NULL,
    `reason` VARCHAR(32) NOT NULL,

    PRIMARY KEY (`userId`),
    INDEX `staka_tombstones_erasedAt` (`erasedAt`, `userId`)
) DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_unicode_ci;
