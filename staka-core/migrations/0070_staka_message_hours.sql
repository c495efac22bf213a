-- Serves stats.time_series: the number of messages written in each hour (UTC), without drafts; a count is the sum of its slots.
-- Hours suit every time zone whose days begin at a full hour of UTC.
CREATE TABLE `staka_message_hours` (
    `hour` DATETIME NOT NULL,
    `slot` TINYINT UNSIGNED NOT NULL,
    `messages` INT NOT NULL,

    PRIMARY KEY (`hour`, `slot`)
) DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_unicode_ci;
