-- Serves consultations.book: which request booked which slot. The slot is the key, so that none is booked twice.
CREATE TABLE `staka_consultation_bookings` (
    `slotId` VARCHAR(191) NOT NULL,
    `messageId` VARCHAR(191) NOT NULL,
    `bookedAt` DATETIME(3) NOT NULL,

    PRIMARY KEY (`slotId`),
    UNIQUE INDEX `staka_consultation_bookings_messageId_key` (`messageId`)
) DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_unicode_ci;
