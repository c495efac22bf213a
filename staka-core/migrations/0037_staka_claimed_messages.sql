-- Serves messages.unclaim: the messages that a claim assigned to the account, as their sender or as their receiver.
CREATE TABLE `staka_claimed_messages` (
    `claimId` VARCHAR(191) NOT NULL,
    `messageId` VARCHAR(191) NOT NULL,
    `asSender` BOOLEAN NOT NULL,

    PRIMARY KEY (`claimId`, `messageId`)
) DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_unicode_ci;
