-- Serves payments.record_event, list_events, get_event and retry_event: each event of Stripe as received, and its outcome.
-- The event's id is the key, so that an event is processed once however often it is delivered.
CREATE TABLE `staka_payment_events` (
    `id` VARCHAR(255) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
    `type` VARCHAR(100) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
    `sessionId` VARCHAR(255) CHARACTER SET ascii COLLATE ascii_bin NULL,
    `paymentIntent` VARCHAR(255) CHARACTER SET ascii COLLATE ascii_bin NULL,
    `commandeId` VARCHAR(191) NULL,
    `userId` VARCHAR(191) NULL,
    `payload` LONGTEXT NOT NULL,
    `occurredAt` DATETIME(3) NOT NULL,
    `receivedAt` DATETIME(3) NOT NULL,
    `deliveries` INTEGER NOT NULL,
    `outcome` VARCHAR(32) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
    `detail` VARCHAR(500) NULL,
    `processedAt` DATETIME(3) NULL,

    PRIMARY KEY (`id`),
    INDEX `staka_payment_events_sessionId` (`sessionId`),
    INDEX `staka_payment_events_paymentIntent` (`paymentIntent`, `type`),
    INDEX `staka_payment_events_outcome` (`outcome`, `receivedAt`, `id`),
    INDEX `staka_payment_events_receivedAt` (`receivedAt`, `id`),
    INDEX `staka_payment_events_commandeId` (`commandeId`, `receivedAt`, `id`),
    INDEX `staka_payment_events_userId` (`userId`)
) DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_unicode_ci;
