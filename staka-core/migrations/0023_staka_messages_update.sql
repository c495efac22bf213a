-- Serves messages.list_conversations: adjusts the counts when a message is read, marked unread, deleted by an admin or moved.
-- A message that moves to other users, another conversation or another time is counted as a deletion and a new message.
CREATE TRIGGER `staka_messages_update` AFTER UPDATE ON `messages` FOR EACH ROW
BEGIN
    DECLARE `was` INT DEFAULT OLD.`isRead` = FALSE AND OLD.`deletedByAdmin` = FALSE;
    DECLARE `fresh` INT DEFAULT NEW.`isRead` = FALSE AND NEW.`deletedByAdmin` = FALSE;
    DECLARE `who` VARCHAR(191) CHARACTER SET utf8mb4 COLLATE utf8mb4_unicode_ci DEFAULT LEAST(COALESCE(OLD.`senderId`, OLD.`receiverId`), COALESCE(OLD.`receiverId`, OLD.`senderId`));
    DECLARE `last` VARCHAR(191) CHARACTER SET utf8mb4 COLLATE utf8mb4_unicode_ci DEFAULT GREATEST(COALESCE(OLD.`senderId`, OLD.`receiverId`), COALESCE(OLD.`receiverId`, OLD.`senderId`));
    DECLARE `at` DATETIME(3);
    DECLARE `newest` VARCHAR(191) CHARACTER SET utf8mb4 COLLATE utf8mb4_unicode_ci;
    DECLARE EXIT HANDLER FOR 1146, 1216, 1452 BEGIN END;
    IF @staka_counters_off IS NOT NULL THEN
        DO 0;
    ELSEIF OLD.`senderId` <=> NEW.`senderId` AND OLD.`receiverId` <=> NEW.`receiverId` AND CAST(OLD.`id` AS BINARY) = CAST(NEW.`id` AS BINARY)
        AND OLD.`createdAt` = NEW.`createdAt` AND CAST(OLD.`conversationId` AS BINARY) = CAST(NEW.`conversationId` AS BINARY)
    THEN
        IF `was` <> `fresh` AND NEW.`receiverId` IS NOT NULL THEN
            UPDATE `staka_conversations` SET `unread` = `unread` + `fresh` - `was`
            WHERE `userId` = NEW.`receiverId` AND `conversationId` = CAST(NEW.`conversationId` AS BINARY);
        END IF;
    ELSE
        WHILE `who` IS NOT NULL DO
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
        IF NEW.`senderId` <> NEW.`receiverId` THEN
            INSERT INTO `staka_conversations` (`userId`, `conversationId`, `messages`, `unread`, `newestAt`, `newestId`) VALUES
                (LEAST(NEW.`senderId`, NEW.`receiverId`), NEW.`conversationId`, 1, IF(NEW.`receiverId` < NEW.`senderId`, `fresh`, 0), NEW.`createdAt`, NEW.`id`),
                (GREATEST(NEW.`senderId`, NEW.`receiverId`), NEW.`conversationId`, 1, IF(NEW.`receiverId` > NEW.`senderId`, `fresh`, 0), NEW.`createdAt`, NEW.`id`)
            ON DUPLICATE KEY UPDATE
                `messages` = `messages` + 1,
                `unread` = `unread` + VALUES(`unread`),
                `newestId` = IF((NEW.`createdAt`, NEW.`id`) > (`newestAt`, `newestId`), NEW.`id`, `newestId`),
                `newestAt` = GREATEST(`newestAt`, NEW.`createdAt`);
        ELSEIF NEW.`senderId` IS NOT NULL OR NEW.`receiverId` IS NOT NULL THEN
            INSERT INTO `staka_conversations` (`userId`, `conversationId`, `messages`, `unread`, `newestAt`, `newestId`) VALUES
                (COALESCE(NEW.`receiverId`, NEW.`senderId`), NEW.`conversationId`, 1, IF(NEW.`receiverId` IS NULL, 0, `fresh`), NEW.`createdAt`, NEW.`id`)
            ON DUPLICATE KEY UPDATE
                `messages` = `messages` + 1,
                `unread` = `unread` + VALUES(`unread`),
                `newestId` = IF((NEW.`createdAt`, NEW.`id`) > (`newestAt`, `newestId`), NEW.`id`, `newestId`),
                `newestAt` = GREATEST(`newestAt`, NEW.`createdAt`);
        END IF;
    END IF;
END;
