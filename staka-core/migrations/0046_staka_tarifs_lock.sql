-- Serves tarifs.create, update and record_stripe_ids: who gives a name or a product holds the row, one at a time.
CREATE TABLE `staka_tarifs_lock` (
    `name` VARCHAR(64) NOT NULL,
    PRIMARY KEY (`name`)
) DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_unicode_ci;
