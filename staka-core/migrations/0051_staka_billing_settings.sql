-- Serves billing.get_settings and invoices.issue: the seller, the VAT regime and rate, and the days until payment is due.
-- The table has at most one row; without it the defaults apply.
CREATE TABLE `staka_billing_settings` (
    `name` VARCHAR(16) NOT NULL,
    `sellerName` VARCHAR(255) NOT NULL,
    `sellerAddress` TEXT NULL,
    `siret` VARCHAR(14) NULL,
    `vatNumber` VARCHAR(20) NULL,
    `legalMention` TEXT NULL,
    `regime` VARCHAR(16) NOT NULL,
    `rate` INT NOT NULL,
    `paymentDays` INT NOT NULL,
    `updatedAt` DATETIME(3) NULL,

    PRIMARY KEY (`name`)
) DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_unicode_ci;
