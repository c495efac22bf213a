-- Serves messages.list_conversations: counts the messages of a user again that still exist after the user's deletion.
-- This happens with MySQL's REPLACE of a user with the same id, which does not delete the user's messages.
CREATE TRIGGER `staka_users_replaced` AFTER DELETE ON `users` FOR EACH ROW
BEGIN
    DECLARE EXIT HANDLER FOR 1146, 1216, 1452 BEGIN END;
    IF @staka_counters_off IS NULL AND @@SESSION.foreign_key_checks THEN
        INSERT INTO `staka_conversations` (`userId`, `conversationId`, `messages`, `unread`, `newestAt`, `newestId`)
        SELECT `s`.`receiverId`, CAST(`s`.`conversationId` AS BINARY), COUNT(*), SUM(`s`.`isRead` = FALSE AND `s`.`deletedByAdmin` = FALSE),
            CAST(LEFT(MAX(CONCAT(`s`.`createdAt`, `s`.`id`)), 23) AS DATETIME(3)), SUBSTRING(MAX(CONCAT(`s`.`createdAt`, `s`.`id`)), 24)
        FROM `messages` `s` WHERE `s`.`senderId` = OLD.`id` AND `s`.`receiverId` <> OLD.`id`
        GROUP BY `s`.`receiverId`, CAST(`s`.`conversationId` AS BINARY) ORDER BY `s`.`receiverId` LOCK IN SHARE MODE
        ON DUPLICATE KEY UPDATE
            `messages` = `messages` + VALUES(`messages`),
            `unread` = `unread` + VALUES(`unread`),
            `newestId` = IF((VALUES(`newestAt`), VALUES(`newestId`)) > (`newestAt`, `newestId`), VALUES(`newestId`), `newestId`),
            `newestAt` = GREATEST(`newestAt`, VALUES(`newestAt`));
    END IF;
END;
