-- Serves payments.record_event, list and list_by_commande, and statistics of payments: one row for each paid checkout session.
-- The session is the key, so that none is recorded as paid twice.
CREATE TABLE `staka_payments` (
    `sessionId` VARCHAR(255) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
    `commandeId` VARCHAR(191) NOT NULL,
    `userId` VARCHAR(191) NOT NULL,
    `tarifId` VARCHAR(191) NULL,
    `paymentIntent` VARCHAR(255) CHARACTER SET ascii COLLATE ascii_bin NULL,
    `amount` INTEGER NOT NULL,
    `currency` VARCHAR(3) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
    `status` VARCHAR(32) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
    `paidAt` DATETIME(3) NOT NULL,
    `refunded` INTEGER NOT NULL DEFAULT 0,
    `invoiceId` VARCHAR(191) NULL,
    `updatedAt` DATETIME(3) NOT NULL,

    PRIMARY KEY (`sessionId`),
    INDEX `staka_payments_commandeId` (`commandeId`, `paidAt`),
    INDEX `staka_payments_invoiceId` (`invoiceId`),
    INDEX `staka_payments_paidAt` (`paidAt`, `sessionId`, `amount`, `tarifId`, `userId`),
    INDEX `staka_payments_paymentIntent` (`paymentIntent`),
    INDEX `staka_payments_userId` (`userId`)
) DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_unicode_ci;
