-- Serves invoices.get: the transitions of an invoice's status. There is no foreign key: they outlive the order and account.
CREATE TABLE `staka_invoice_transitions` (
    `id` VARCHAR(191) NOT NULL,
    `invoiceId` VARCHAR(191) NOT NULL,
    `fromStatus` VARCHAR(16) NULL,
    `toStatus` VARCHAR(16) NOT NULL,
    `at` DATETIME(3) NOT NULL,
    `actorId` VARCHAR(191) NULL,

    PRIMARY KEY (`id`),
    INDEX `staka_invoice_transitions_invoice` (`invoiceId`, `at`, `id`)
) DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_unicode_ci;
