-- Serves settings.get_password_scheme and the hashing of passwords: settings of the whole database, by name.
-- The default of a setting without a row depends on whether the database was adopted (staka_migrations).
CREATE TABLE `staka_settings` (
    `name` VARCHAR(64) NOT NULL,
    `value` VARCHAR(191) NOT NULL,
    `updatedAt` DATETIME(3) NOT NULL,

    PRIMARY KEY (`name`)
) DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_unicode_ci;
