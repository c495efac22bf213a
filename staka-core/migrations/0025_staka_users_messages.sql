-- Serves messages.list_conversations: before a user is deleted, removes the messages that the user sent from the counts.
-- A foreign key deletes the messages with the user, for which no trigger runs; another deletes the user's own conversations.
-- Nothing is deleted from `messages` here: a statement that uses it together with `users` would fail (error 1442), and
-- without foreign key checks the messages stay.
CREATE TRIGGER `staka_users_messages` BEFORE DELETE ON `users` FOR EACH ROW
BEGIN
    DECLARE `done` BOOLEAN DEFAULT FALSE;
    DECLARE `who`, `what`, `newest` VARCHAR(191) CHARACTER SET utf8mb4 COLLATE utf8mb4_unicode_ci;
    DECLARE `gone`, `fresh` INT;
    DECLARE `at` DATETIME(3);
    DECLARE `sent` CURSOR FOR
        SELECT `s`.`receiverId`, MIN(`s`.`conversationId`), COUNT(*), SUM(`s`.`isRead` = FALSE AND `s`.`deletedByAdmin` = FALSE)
        FROM `messages` `s` WHERE `s`.`senderId` = OLD.`id` AND `s`.`receiverId` <> OLD.`id`
        GROUP BY `s`.`receiverId`, CAST(`s`.`conversationId` AS BINARY) ORDER BY `s`.`receiverId` LOCK IN SHARE MODE;
    DECLARE CONTINUE HANDLER FOR NOT FOUND SET `done` = TRUE;
    DECLARE EXIT HANDLER FOR 1146, 1216, 1452 BEGIN END;
    IF @staka_counters_off IS NULL AND @@SESSION.foreign_key_checks THEN
        OPEN `sent`;
        FETCH `sent` INTO `who`, `what`, `gone`, `fresh`;
        WHILE NOT `done` DO
            UPDATE `staka_conversations` SET `messages` = `messages` - `gone`, `unread` = `unread` - `fresh`
            WHERE `userId` = `who` AND `conversationId` = CAST(`what` AS BINARY);
            SET `newest` = NULL;
            SELECT `m`.`createdAt`, `m`.`id` INTO `at`, `newest` FROM (
                (SELECT `own`.`createdAt`, `own`.`id` FROM `messages` `own` WHERE `own`.`senderId` = `who` AND `own`.`conversationId` = `what` AND CAST(`own`.`conversationId` AS BINARY) = CAST(`what` AS BINARY) ORDER BY `own`.`createdAt` DESC, `own`.`id` DESC LIMIT 1 LOCK IN SHARE MODE)
                UNION ALL
                (SELECT `received`.`createdAt`, `received`.`id` FROM `messages` `received` WHERE `received`.`receiverId` = `who` AND `received`.`conversationId` = `what` AND CAST(`received`.`conversationId` AS BINARY) = CAST(`what` AS BINARY) AND NOT (`received`.`senderId` <=> OLD.`id`) ORDER BY `received`.`createdAt` DESC, `received`.`id` DESC LIMIT 1 LOCK IN SHARE MODE)
            ) `m` ORDER BY `m`.`createdAt` DESC, `m`.`id` DESC LIMIT 1;
            IF `newest` IS NULL THEN
                DELETE FROM `staka_conversations` WHERE `userId` = `who` AND `conversationId` = CAST(`what` AS BINARY);
            ELSE
                UPDATE `staka_conversations` SET `newestAt` = `at`, `newestId` = `newest` WHERE `userId` = `who` AND `conversationId` = CAST(`what` AS BINARY);
            END IF;
            SET `done` = FALSE;
            FETCH `sent` INTO `who`, `what`, `gone`, `fresh`;
        END WHILE;
        CLOSE `sent`;
    END IF;
END;
