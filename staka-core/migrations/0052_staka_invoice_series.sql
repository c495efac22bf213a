-- Serves invoices.issue and create_credit_note: the next number of a series in a year.
-- The row is locked until the end of the transaction that takes a number, so that none is lost or issued twice.
-- `id` identifies the transaction that created the row.
CREATE TABLE `staka_invoice_series` (
    `series` VARCHAR(16) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
    `year` INT NOT NULL,
    `id` VARCHAR(191) NOT NULL,
    `first` INT NOT NULL,
    `next` INT NOT NULL,
    `lastIssuedAt` DATETIME(3) NULL,
    `openedAt` DATETIME(3) NOT NULL,

    PRIMARY KEY (`series`, `year`)
) DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_unicode_ci;
