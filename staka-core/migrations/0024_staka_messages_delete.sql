-- Serves messages.list_conversations: no longer counts a deleted message; if it was the newest, the one before it is the newest.
-- The conversation's rows are updated first, which locks them, so that the newest message is not read from an older snapshot.
CREATE TRIGGER `staka_messages_delete` AFTER DELETE ON `messages` FOR EACH ROW
BEGIN
    DECLARE `who` VARCHAR(191) CHARACTER SET utf8mb4 COLLATE utf8mb4_unicode_ci DEFAULT LEAST(COALESCE(OLD.`senderId`, OLD.`receiverId`), COALESCE(OLD.`receiverId`, OLD.`senderId`));
    DECLARE `last` VARCHAR(191) CHARACTER SET utf8mb4 COLLATE utf8mb4_unicode_ci DEFAULT GREATEST(COALESCE(OLD.`senderId`, OLD.`receiverId`), COALESCE(OLD.`receiverId`, OLD.`senderId`));
    DECLARE `at` DATETIME(3);
    DECLARE `newest` VARCHAR(191) CHARACTER SET utf8mb4 COLLATE utf8mb4_unicode_ci;
    DECLARE EXIT HANDLER FOR 1146, 1216, 1452 BEGIN END;
    WHILE `who` IS NOT NULL AND @staka_counters_off IS NULL DO
        UPDATE `staka_conversations` SET
            `messages` = `messages` - 1,
            `unread` = `unread` - (`who` <=> OLD.`receiverId` AND OLD.`isRead` = FALSE AND OLD.`deletedByAdmin` = FALSE)
        WHERE `userId` = `who` AND `conversationId` = CAST(OLD.`conversationId` AS BINARY);
        IF EXISTS (SELECT 1 FROM `staka_conversations` WHERE `userId` = `who` AND `conversationId` = CAST(OLD.`conversationId` AS BINARY) AND `newestId` = OLD.`id`) THEN
            SET `newest` = NULL;
            SELECT `m`.`createdAt`, `m`.`id` INTO `at`, `newest` FROM (
                (SELECT `sent`.`createdAt`, `sent`.`id` FROM `messages` `sent` WHERE `sent`.`senderId` = `who` AND `sent`.`conversationId` = OLD.`conversationId` AND CAST(`sent`.`conversationId` AS BINARY) = CAST(OLD.`conversationId` AS BINARY) ORDER BY `sent`.`createdAt` DESC, `sent`.`id` DESC LIMIT 1 LOCK IN SHARE MODE)
                UNION ALL
                (SELECT `received`.`createdAt`, `received`.`id` FROM `messages` `received` WHERE `received`.`receiverId` = `who` AND `received`.`conversationId` = OLD.`conversationId` AND CAST(`received`.`conversationId` AS BINARY) = CAST(OLD.`conversationId` AS BINARY) ORDER BY `received`.`createdAt` DESC, `received`.`id` DESC LIMIT 1 LOCK IN SHARE MODE)
            ) `m` ORDER BY `m`.`createdAt` DESC, `m`.`id` DESC LIMIT 1;
            IF `newest` IS NULL THEN
                DELETE FROM `staka_conversations` WHERE `userId` = `who` AND `conversationId` = CAST(OLD.`conversationId` AS BINARY);
            ELSE
                UPDATE `staka_conversations` SET `newestAt` = `at`, `newestId` = `newest` WHERE `userId` = `who` AND `conversationId` = CAST(OLD.`conversationId` AS BINARY);
            END IF;
        END IF;
        SET `who` = IF(`who` = `last`, NULL, `last`);
    END WHILE;
END;
