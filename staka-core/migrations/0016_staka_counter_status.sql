-- Serves all counter tables: records which of them are filled, so that they can be trusted.
CREATE TABLE `staka_counter_status` (
    `name` VARCHAR(64) NOT NULL,
    `filledAt` DATETIME(3) NOT NULL,

    PRIMARY KEY (`name`)
) DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_unicode_ci;
