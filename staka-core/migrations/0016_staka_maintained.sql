-- Serves every table that triggers maintain: which of them were filled, so that what they say can be believed.
CREATE TABLE `staka_maintained` (
    `name` VARCHAR(64) NOT NULL,
    `filledAt` DATETIME(3) NOT NULL,

    PRIMARY KEY (`name`)
) DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_unicode_ci;
