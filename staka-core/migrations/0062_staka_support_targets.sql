-- Serves support.policy and whoever reckons deadlines: what is promised for tickets of a priority, in business minutes.
-- A priority without a row has what the program promises.
CREATE TABLE `staka_support_targets` (
    `priority` VARCHAR(32) NOT NULL,
    `firstResponse` INTEGER NOT NULL,
    `resolution` INTEGER NOT NULL,
    `updatedAt` DATETIME(3) NOT NULL,

    PRIMARY KEY (`priority`)
) DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_unicode_ci;
