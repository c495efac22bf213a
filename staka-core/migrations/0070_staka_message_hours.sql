-- Serves stats.series: the messages written in each hour of UTC, drafts apart; an hour's number is the sum over its slots.
-- Hours serve every zone whose days begin with one.
CREATE TABLE `staka_message_hours` (
    `hour` DATETIME NOT NULL,
    `slot` TINYINT UNSIGNED NOT NULL,
    `messages` INT NOT NULL,

    PRIMARY KEY (`hour`, `slot`)
) DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_unicode_ci;
