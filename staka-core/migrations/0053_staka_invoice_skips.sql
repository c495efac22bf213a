-- Serves invoices.issue and get_numbering: numbers of a series that were skipped because another program had used them.
CREATE TABLE `staka_invoice_skips` (
    `series` VARCHAR(16) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
    `year` INT NOT NULL,
    `sequence` INT NOT NULL,
    `invoiceId` VARCHAR(191) NULL,
    `skippedAt` DATETIME(3) NOT NULL,

    PRIMARY KEY (`series`, `year`, `sequence`)
) DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_unicode_ci;
