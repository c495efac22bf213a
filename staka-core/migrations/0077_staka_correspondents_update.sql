-- Serves messages.list_inbox: adjusts the counts when a message is read, marked unread, deleted by an admin, sent or moved.
-- A message that moves to other users, another address or another time is counted as a deletion and a new message.
CREATE TRIGGER `staka_correspondents_update` AFTER UPDATE ON `messages` FOR EACH ROW
BEGIN
    DECLARE `fresh` INT DEFAULT NEW.`isRead` = FALSE;
    DECLARE `receiver`, `sender`, `who`, `last`, `other` VARCHAR(191) CHARACTER SET utf8mb4 COLLATE utf8mb4_unicode_ci;
    DECLARE `newest` VARCHAR(214) CHARACTER SET utf8mb4 COLLATE utf8mb4_unicode_ci;
    DECLARE `entry` VARBINARY(1020);
    DECLARE EXIT HANDLER FOR 1146, 1216, 1452 BEGIN END;
    IF @staka_counters_off IS NOT NULL THEN
        DO 0;
    ELSEIF OLD.`senderId` <=> NEW.`senderId` AND OLD.`receiverId` <=> NEW.`receiverId` AND CAST(OLD.`id` AS BINARY) = CAST(NEW.`id` AS BINARY)
        AND OLD.`createdAt` = NEW.`createdAt` AND CAST(OLD.`conversationId` AS BINARY) = CAST(NEW.`conversationId` AS BINARY)
        AND CAST(OLD.`visitorEmail` AS BINARY) <=> CAST(NEW.`visitorEmail` AS BINARY) AND OLD.`deletedByAdmin` = NEW.`deletedByAdmin`
        AND (OLD.`statut` = 'BROUILLON') = (NEW.`statut` = 'BROUILLON')
    THEN
        IF OLD.`isRead` <> NEW.`isRead` AND NEW.`deletedByAdmin` = FALSE AND NEW.`receiverId` IS NOT NULL THEN
            UPDATE `staka_correspondents` SET `unread` = `unread` + `fresh` - (OLD.`isRead` = FALSE), `waiting` = `unread` > 0
            WHERE `userId` = NEW.`receiverId` AND `correspondent` = CAST(LOWER(COALESCE(NEW.`visitorEmail`, NEW.`senderId`, '')) AS BINARY);
        END IF;
    ELSE
        IF OLD.`deletedByAdmin` = FALSE THEN
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
        IF NEW.`deletedByAdmin` = FALSE THEN
            IF NEW.`senderId` <> NEW.`receiverId` AND NEW.`statut` <> 'BROUILLON' THEN
                INSERT INTO `staka_correspondents` (`userId`, `correspondent`, `messages`, `unread`, `waiting`, `newestAt`, `newestId`) VALUES
                    (LEAST(NEW.`senderId`, NEW.`receiverId`), CAST(LOWER(COALESCE(NEW.`visitorEmail`, GREATEST(NEW.`senderId`, NEW.`receiverId`))) AS BINARY), 1, IF(NEW.`receiverId` < NEW.`senderId`, `fresh`, 0), IF(NEW.`receiverId` < NEW.`senderId`, `fresh`, 0), NEW.`createdAt`, NEW.`id`),
                    (GREATEST(NEW.`senderId`, NEW.`receiverId`), CAST(LOWER(COALESCE(NEW.`visitorEmail`, LEAST(NEW.`senderId`, NEW.`receiverId`))) AS BINARY), 1, IF(NEW.`receiverId` > NEW.`senderId`, `fresh`, 0), IF(NEW.`receiverId` > NEW.`senderId`, `fresh`, 0), NEW.`createdAt`, NEW.`id`)
                ON DUPLICATE KEY UPDATE
                    `messages` = `messages` + 1,
                    `unread` = `unread` + VALUES(`unread`),
                    `waiting` = `unread` > 0,
                    `newestId` = IF((NEW.`createdAt`, NEW.`id`) > (`newestAt`, `newestId`), NEW.`id`, `newestId`),
                    `newestAt` = GREATEST(`newestAt`, NEW.`createdAt`);
            ELSEIF NEW.`receiverId` IS NOT NULL OR (NEW.`senderId` IS NOT NULL AND NEW.`statut` <> 'BROUILLON') THEN
                INSERT INTO `staka_correspondents` (`userId`, `correspondent`, `messages`, `unread`, `waiting`, `newestAt`, `newestId`) VALUES
                    (COALESCE(NEW.`receiverId`, NEW.`senderId`), IF(NEW.`receiverId` IS NULL AND NEW.`visitorEmail` IS NULL, CONCAT(0x00, NEW.`conversationId`), CAST(LOWER(COALESCE(NEW.`visitorEmail`, NEW.`senderId`, '')) AS BINARY)), 1, IF(NEW.`receiverId` IS NULL, 0, `fresh`), IF(NEW.`receiverId` IS NULL, 0, `fresh`), NEW.`createdAt`, NEW.`id`)
                ON DUPLICATE KEY UPDATE
                    `messages` = `messages` + 1,
                    `unread` = `unread` + VALUES(`unread`),
                    `waiting` = `unread` > 0,
                    `newestId` = IF((NEW.`createdAt`, NEW.`id`) > (`newestAt`, `newestId`), NEW.`id`, `newestId`),
                    `newestAt` = GREATEST(`newestAt`, NEW.`createdAt`);
            END IF;
        END IF;
    END IF;
END;
