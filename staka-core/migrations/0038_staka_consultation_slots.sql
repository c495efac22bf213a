-- Serves consultations.list_available_slots: the times at which consultations are offered.
CREATE TABLE `staka_consultation_slots` (
    `id` VARCHAR(191) NOT NULL,
    `startsAt` DATETIME(3) NOT NULL,
    `minutes` INT NOT NULL,
    `isOpen` BOOLEAN NOT NULL,
    `createdAt` DATETIME(3) NOT NULL,
    `updatedAt` DATETIME(3) NOT NULL,

    PRIMARY KEY (`id`),
    UNIQUE INDEX `staka_consultation_slots_startsAt_key` (`startsAt`)
) DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_unicode_ci;
