-- Serves privacy.erase and privacy.replay_erasures: the erased accounts, to erase them again after a backup is restored.
-- A row contains an id, a time and a reason, and nothing personal. There is no foreign key: it outlives the account.
CREATE TABLE `staka_erasures` (
    `userId` VARCHAR(191) NOT NULL,
    `erasedAt` DATETIME(3) NOT NULL,
    `reason` VARCHAR(32) NOT NULL,

    PRIMARY KEY (`userId`),
    INDEX `staka_erasures_erasedAt` (`erasedAt`, `userId`)
) DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_unicode_ci;
