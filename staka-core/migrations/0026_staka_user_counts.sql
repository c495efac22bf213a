-- Serves stats.users_by_role and stats.dashboard: accounts by role and state. `rank` is the role's place in the column's
-- declaration, by which roles are sorted; a number is the sum over its slots.
CREATE TABLE `staka_user_counts` (
    `rank` SMALLINT UNSIGNED NOT NULL,
    `isActive` BOOLEAN NOT NULL,
    `slot` TINYINT UNSIGNED NOT NULL,
    `role` VARCHAR(191) NOT NULL,
    `users` INT NOT NULL,

    PRIMARY KEY (`rank`, `isActive`, `slot`)
) DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_unicode_ci;
