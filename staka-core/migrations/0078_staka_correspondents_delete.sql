-- Serves messages.list_inbox: no longer counts a deleted message; if it was the newest, the one before it is the newest.
-- The correspondent's row is updated first, which locks it, so that the newest message is not read from an older snapshot.
CREATE TRIGGER `staka_correspondents_delete` AFTER DELETE ON `messages` FOR EACH ROW
BEGIN
    DECLARE `receiver`, `sender`, `who`, `last`, `other` VARCHAR(191) CHARACTER SET utf8mb4 COLLATE utf8mb4_unicode_ci;
    DECLARE `newest` VARCHAR(214) CHARACTER SET utf8mb4 COLLATE utf8mb4_unicode_ci;
    DECLARE `entry` VARBINARY(1020);
    DECLARE EXIT HANDLER FOR 1146, 1216, 1452 BEGIN END;
    IF OLD.`deletedByAdmin` = FALSE AND @staka_counters_off IS NULL THEN
        SET `receiver` = OLD.`receiverId`;
        SET `sender` = IF(OLD.`statut` = 'BROUILLON' OR OLD.`senderId` <=> `receiver`, NULL, OLD.`senderId`);
        SET `who` = LEAST(COALESCE(`sender`, `receiver`), COALESCE(`receiver`, `sender`));
        SET `last` = GREATEST(COALESCE(`sender`, `receiver`), COALESCE(`receiver`, `sender`));
    END IF;
    WHILE `who` IS NOT NULL DO
        SET `other` = IF(`who` <=> `receiver`, OLD.`senderId`, `receiver`);
        SET `entry` = IF(`receiver` IS NULL AND OLD.`visitorEmail` IS NULL, CONCAT(0x00, OLD.`conversationId`), CAST(LOWER(COALESCE(OLD.`visitorEmail`, `other`, '')) AS BINARY));
        UPDATE `staka_correspondents` SET
            `messages` = `messages` - 1,
            `unread` = `unread` - (`who` <=> `receiver` AND OLD.`isRead` = FALSE),
            `waiting` = `unread` > 0
        WHERE `userId` = `who` AND `correspondent` = `entry`;
        SET `newest` = (SELECT IF(`messages` > 0, `newestId`, '') FROM `staka_correspondents` WHERE `userId` = `who` AND `correspondent` = `entry`);
        IF `newest` = '' THEN
            DELETE FROM `staka_correspondents` WHERE `userId` = `who` AND `correspondent` = `entry`;
        ELSEIF `newest` = OLD.`id` THEN
            IF OLD.`visitorEmail` IS NOT NULL THEN
                SELECT MAX(CONCAT(`m`.`createdAt`, `m`.`id`)) INTO `newest` FROM `messages` `m`
                WHERE `m`.`visitorEmail` = OLD.`visitorEmail` AND CAST(LOWER(`m`.`visitorEmail`) AS BINARY) = `entry` AND `m`.`deletedByAdmin` = FALSE
                    AND (`m`.`receiverId` = `who` OR (`m`.`senderId` = `who` AND `m`.`statut` <> 'BROUILLON')) LOCK IN SHARE MODE;
            ELSEIF `receiver` IS NULL THEN
                SELECT MAX(CONCAT(`m`.`createdAt`, `m`.`id`)) INTO `newest` FROM `messages` `m`
                WHERE `m`.`senderId` = `who` AND `m`.`conversationId` = OLD.`conversationId` AND CAST(`m`.`conversationId` AS BINARY) = CAST(OLD.`conversationId` AS BINARY)
                    AND `m`.`receiverId` IS NULL AND `m`.`visitorEmail` IS NULL AND `m`.`deletedByAdmin` = FALSE AND `m`.`statut` <> 'BROUILLON' LOCK IN SHARE MODE;
            ELSEIF `other` IS NULL THEN
                SELECT MAX(CONCAT(`m`.`createdAt`, `m`.`id`)) INTO `newest` FROM `messages` `m`
                WHERE `m`.`receiverId` = `who` AND `m`.`senderId` IS NULL AND `m`.`visitorEmail` IS NULL AND `m`.`deletedByAdmin` = FALSE LOCK IN SHARE MODE;
            ELSE
                SELECT MAX(`m`.`newest`) INTO `newest` FROM (
                    (SELECT MAX(CONCAT(`own`.`createdAt`, `own`.`id`)) AS `newest` FROM `messages` `own`
                    WHERE `own`.`senderId` = `who` AND `own`.`receiverId` = `other` AND CAST(LOWER(`own`.`receiverId`) AS BINARY) = `entry`
                        AND `own`.`visitorEmail` IS NULL AND `own`.`deletedByAdmin` = FALSE AND (`own`.`statut` <> 'BROUILLON' OR `who` = `other`) LOCK IN SHARE MODE)
                    UNION ALL
                    (SELECT MAX(CONCAT(`received`.`createdAt`, `received`.`id`)) FROM `messages` `received`
                    WHERE `received`.`receiverId` = `who` AND `received`.`senderId` = `other` AND CAST(LOWER(`received`.`senderId`) AS BINARY) = `entry`
                        AND `received`.`visitorEmail` IS NULL AND `received`.`deletedByAdmin` = FALSE LOCK IN SHARE MODE)
                ) `m`;
            END IF;
            IF `newest` IS NOT NULL THEN
                UPDATE `staka_correspondents` SET `newestAt` = CAST(LEFT(`newest`, 23) AS DATETIME(3)), `newestId` = SUBSTRING(`newest`, 24)
                WHERE `userId` = `who` AND `correspondent` = `entry`;
            END IF;
        END IF;
        SET `who` = IF(`who` = `last`, NULL, `last`);
    END WHILE;
END;
