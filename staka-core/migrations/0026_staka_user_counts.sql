-- Serves stats.users_by_role and stats.dashboard: accounts by role and state; a number is the sum over its slots. A role
-- is known by its name: its place in the column's declaration moves when a role is added before it.
CREATE TABLE `staka_user_counts` (
    `role` VARCHAR(191) NOT NULL,
    `isActive` BOOLEAN NOT NULL,
    `slot` TINYINT UNSIGNED NOT NULL,
    `users` INT NOT NULL,

    PRIMARY KEY (`role`, `isActive`, `slot`)
) DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_unicode_ci;
