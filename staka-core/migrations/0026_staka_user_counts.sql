-- Serves stats.users_by_role and stats.dashboard: accounts by role and state; a count is the sum of its slots.
-- The role is stored as text: its ordinal in the enum changes when a role is added before it.
CREATE TABLE `staka_user_counts` (
    `role` VARCHAR(191) NOT NULL,
    `isActive` BOOLEAN NOT NULL,
    `slot` TINYINT UNSIGNED NOT NULL,
    `users` INT NOT NULL,

    PRIMARY KEY (`role`, `isActive`, `slot`)
) DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_unicode_ci;
