-- Serves messages.list_inbox: counts the messages of a user again that still exist after the user's deletion.
-- This happens with MySQL's REPLACE of a user with the same id, which does not change the user's messages.
CREATE TRIGGER `staka_correspondents_replaced` AFTER DELETE ON `users` FOR EACH ROW
BEGIN
    DECLARE EXIT HANDLER FOR 1146, 1216, 1452 BEGIN END;
    IF @staka_counters_off IS NULL AND @@SESSION.foreign_key_checks THEN
        INSERT INTO `staka_correspondents` (`userId`, `correspondent`, `messages`, `unread`, `waiting`, `newestAt`, `newestId`)
        SELECT `s`.`receiverId`, CAST(LOWER(MIN(COALESCE(`s`.`visitorEmail`, `s`.`senderId`))) AS BINARY), COUNT(*), SUM(`s`.`isRead` = FALSE), SUM(`s`.`isRead` = FALSE) > 0,
            CAST(LEFT(MAX(CONCAT(`s`.`createdAt`, `s`.`id`)), 23) AS DATETIME(3)), SUBSTRING(MAX(CONCAT(`s`.`createdAt`, `s`.`id`)), 24)
        FROM `messages` `s` WHERE `s`.`senderId` = OLD.`id` AND `s`.`receiverId` <> OLD.`id` AND `s`.`deletedByAdmin` = FALSE
        GROUP BY `s`.`receiverId`, CAST(LOWER(COALESCE(`s`.`visitorEmail`, `s`.`senderId`)) AS BINARY) ORDER BY `s`.`receiverId` LOCK IN SHARE MODE
        ON DUPLICATE KEY UPDATE
            `messages` = `messages` + VALUES(`messages`),
            `unread` = `unread` + VALUES(`unread`),
            `waiting` = `unread` > 0,
            `newestId` = IF((VALUES(`newestAt`), VALUES(`newestId`)) > (`newestAt`, `newestId`), VALUES(`newestId`), `newestId`),
            `newestAt` = GREATEST(`newestAt`, VALUES(`newestAt`));
        INSERT INTO `staka_correspondents` (`userId`, `correspondent`, `messages`, `unread`, `waiting`, `newestAt`, `newestId`)
        SELECT `r`.`senderId`, CAST(LOWER(MIN(`r`.`receiverId`)) AS BINARY), COUNT(*), 0, FALSE,
            CAST(LEFT(MAX(CONCAT(`r`.`createdAt`, `r`.`id`)), 23) AS DATETIME(3)), SUBSTRING(MAX(CONCAT(`r`.`createdAt`, `r`.`id`)), 24)
        FROM `messages` `r` WHERE `r`.`receiverId` = OLD.`id` AND `r`.`senderId` <> OLD.`id` AND `r`.`visitorEmail` IS NULL
            AND `r`.`deletedByAdmin` = FALSE AND `r`.`statut` <> 'BROUILLON'
        GROUP BY `r`.`senderId`, CAST(LOWER(`r`.`receiverId`) AS BINARY) ORDER BY `r`.`senderId` LOCK IN SHARE MODE
        ON DUPLICATE KEY UPDATE
            `messages` = `messages` + VALUES(`messages`),
            `unread` = `unread` + VALUES(`unread`),
            `waiting` = `unread` > 0,
            `newestId` = IF((VALUES(`newestAt`), VALUES(`newestId`)) > (`newestAt`, `newestId`), VALUES(`newestId`), `newestId`),
            `newestAt` = GREATEST(`newestAt`, VALUES(`newestAt`));
        DELETE `k` FROM `staka_correspondents` `k` JOIN (
            SELECT DISTINCT `r`.`senderId` AS `userId`, CONCAT(0x00, CAST(`r`.`conversationId` AS BINARY)) AS `entry` FROM `messages` `r`
            WHERE `r`.`receiverId` = OLD.`id` AND `r`.`senderId` <> OLD.`id` AND `r`.`visitorEmail` IS NULL AND `r`.`deletedByAdmin` = FALSE AND `r`.`statut` <> 'BROUILLON'
        ) `g` ON `g`.`userId` = `k`.`userId` AND `g`.`entry` = `k`.`correspondent`;
        INSERT INTO `staka_correspondents` (`userId`, `correspondent`, `messages`, `unread`, `waiting`, `newestAt`, `newestId`)
        SELECT `l`.`senderId`, CONCAT(0x00, MIN(`l`.`conversationId`)), COUNT(*), 0, FALSE,
            CAST(LEFT(MAX(CONCAT(`l`.`createdAt`, `l`.`id`)), 23) AS DATETIME(3)), SUBSTRING(MAX(CONCAT(`l`.`createdAt`, `l`.`id`)), 24)
        FROM (
            SELECT DISTINCT `r`.`senderId` AS `userId`, CAST(`r`.`conversationId` AS BINARY) AS `bytes` FROM `messages` `r`
            WHERE `r`.`receiverId` = OLD.`id` AND `r`.`senderId` <> OLD.`id` AND `r`.`visitorEmail` IS NULL AND `r`.`deletedByAdmin` = FALSE AND `r`.`statut` <> 'BROUILLON'
        ) `g` JOIN `messages` `l` ON `l`.`senderId` = `g`.`userId` AND CAST(`l`.`conversationId` AS BINARY) = `g`.`bytes`
        WHERE `l`.`receiverId` IS NULL AND `l`.`visitorEmail` IS NULL AND `l`.`deletedByAdmin` = FALSE AND `l`.`statut` <> 'BROUILLON'
        GROUP BY `l`.`senderId`, CAST(`l`.`conversationId` AS BINARY) ORDER BY `l`.`senderId` LOCK IN SHARE MODE
        ON DUPLICATE KEY UPDATE
            `messages` = `messages` + VALUES(`messages`),
            `unread` = `unread` + VALUES(`unread`),
            `waiting` = `unread` > 0,
            `newestId` = IF((VALUES(`newestAt`), VALUES(`newestId`)) > (`newestAt`, `newestId`), VALUES(`newestId`), `newestId`),
            `newestAt` = GREATEST(`newestAt`, VALUES(`newestAt`));
    END IF;
END;
