-- Serves settings.password_scheme and whoever hashes a password: what is set for the whole database, by name. What has no
-- row is as the way in which this database began says (staka_migrations).
CREATE TABLE `staka_settings` (
    `name` VARCHAR(64) NOT NULL,
    `value` VARCHAR(191) NOT NULL,
    `updatedAt` DATETIME(3) NOT NULL,

    PRIMARY KEY (`name`)
) DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_unicode_ci;
