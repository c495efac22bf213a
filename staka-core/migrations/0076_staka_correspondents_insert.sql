-- Serves messages.list_inbox: counts a new message for its sender and its receiver, once if they are the same.
-- The lower user id is locked first, so that two users who write to each other at once do not deadlock.
CREATE TRIGGER `staka_correspondents_insert` AFTER INSERT ON `messages` FOR EACH ROW
BEGIN
    DECLARE `fresh` INT DEFAULT NEW.`isRead` = FALSE;
    DECLARE EXIT HANDLER FOR 1146, 1216, 1452 BEGIN END;
    IF @staka_counters_off IS NULL THEN
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
