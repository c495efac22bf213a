-- Serves tickets.list_sla_targets and the computation of deadlines: the targets of a priority, in business minutes.
-- A priority without a row has the default targets.
CREATE TABLE `staka_ticket_sla_targets` (
    `priority` VARCHAR(32) NOT NULL,
    `firstResponse` INTEGER NOT NULL,
    `resolution` INTEGER NOT NULL,
    `updatedAt` DATETIME(3) NOT NULL,

    PRIMARY KEY (`priority`)
) DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_unicode_ci;
