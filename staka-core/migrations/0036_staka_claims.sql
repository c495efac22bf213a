-- Serves messages.claim: which account claimed the conversations of which visitor, by whom and when.
-- `openEmail` is the visitor's address until the claim is undone; it is unique by its bytes, so that it is claimed only once.
CREATE TABLE `staka_claims` (
    `id` VARCHAR(191) NOT NULL,
    `visitorEmail` VARCHAR(255) NOT NULL,
    `openEmail` VARBINARY(1020) NULL,
    `userId` VARCHAR(191) NOT NULL,
    `claimedById` VARCHAR(191) NULL,
    `claimedAt` DATETIME(3) NOT NULL,
    `undoneById` VARCHAR(191) NULL,
    `undoneAt` DATETIME(3) NULL,

    PRIMARY KEY (`id`),
    UNIQUE INDEX `staka_claims_openEmail_key` (`openEmail`),
    INDEX `staka_claims_userId` (`userId`, `claimedAt`),
    INDEX `staka_claims_recent` (`claimedAt`)
) DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_unicode_ci;
