-- Serves tickets.list_events and every change of a ticket: the ticket's events in their order.
-- There is no foreign key, which is impossible between different collations: users.delete deletes the events, and
-- `staka verify` finds events without a ticket.
CREATE TABLE `staka_ticket_events` (
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
