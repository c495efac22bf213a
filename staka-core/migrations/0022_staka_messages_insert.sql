-- Serves messages.list_conversations: counts a new message for its sender and its receiver, once if they are the same.
-- The lower user id is locked first, so that two users who write to each other at once do not deadlock.
CREATE TRIGGER `staka_messages_insert` AFTER INSERT ON `messages` FOR EACH ROW
BEGIN
    DECLARE `fresh` INT DEFAULT NEW.`isRead` = FALSE AND NEW.`deletedByAdmin` = FALSE;
    DECLARE EXIT HANDLER FOR 1146, 1216, 1452 BEGIN END;
    IF @staka_counters_off IS NOT NULL THEN
        DO 0;
    ELSEIF NEW.`senderId` <> NEW.`receiverId` THEN
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
END;
