-- Serves payments.open_checkout and payments.record_event: the order and the amount of each checkout session.
-- Stripe's ids are compared by their bytes. There is no foreign key: a late payment must still find its session.
CREATE TABLE `staka_checkouts` (
    `sessionId` VARCHAR(255) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
    `commandeId` VARCHAR(191) NOT NULL,
    `userId` VARCHAR(191) NOT NULL,
    `tarifId` VARCHAR(191) NULL,
    `amount` INTEGER NOT NULL,
    `currency` VARCHAR(3) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
    `createdAt` DATETIME(3) NOT NULL,

    PRIMARY KEY (`sessionId`),
    INDEX `staka_checkouts_commandeId` (`commandeId`, `createdAt`),
    INDEX `staka_checkouts_userId` (`userId`)
) DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_unicode_ci;
