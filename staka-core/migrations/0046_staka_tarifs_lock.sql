-- Serves tarifs.create, update and record_stripe_ids: the row to lock while a name or a product is assigned.
CREATE TABLE `staka_tarifs_lock` (
    `name` VARCHAR(64) NOT NULL,
    PRIMARY KEY (`name`)
) DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_unicode_ci;
