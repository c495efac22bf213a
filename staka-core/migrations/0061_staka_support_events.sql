-- Serves support.history and every act on a ticket: what happened to it, in its order. By no foreign key, as where
-- collations differ none could be: users.remove takes the events along, and `staka verify` looks for what is left.
CREATE TABLE `staka_support_events` (
    `ticketId` VARCHAR(191) NOT NULL,
    `place` INTEGER NOT NULL,
    `kind` VARCHAR(32) NOT NULL,
    `at` DATETIME(3) NOT NULL,
    `actorId` VARCHAR(191) NULL,
    `fromClient` BOOLEAN NOT NULL,
    `before` VARCHAR(191) NULL,
    `after` VARCHAR(191) NULL,
    `body` TEXT NULL,

    PRIMARY KEY (`ticketId`, `place`)
) DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_unicode_ci;
