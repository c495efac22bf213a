-- Serves messages.list_inbox: before a user is deleted, removes them from the correspondents of others.
-- Foreign keys delete the messages that the user sent and the user's own rows, and take the receiver from the messages that
-- the user received; no trigger runs for these. Messages without receiver and address then count by conversation.
CREATE TRIGGER `staka_correspondents_users` BEFORE DELETE ON `users` FOR EACH ROW
BEGIN
    DECLARE `done` BOOLEAN DEFAULT FALSE;
    DECLARE `who` VARCHAR(191) CHARACTER SET utf8mb4 COLLATE utf8mb4_unicode_ci;
    DECLARE `address` VARCHAR(255) CHARACTER SET utf8mb4 COLLATE utf8mb4_unicode_ci;
    DECLARE `newest` VARCHAR(214) CHARACTER SET utf8mb4 COLLATE utf8mb4_unicode_ci;
    DECLARE `gone`, `fresh` INT;
    DECLARE `claimed` CURSOR FOR
        SELECT `s`.`receiverId`, MIN(`s`.`visitorEmail`), COUNT(*), SUM(`s`.`isRead` = FALSE)
        FROM `messages` `s` WHERE `s`.`senderId` = OLD.`id` AND `s`.`receiverId` <> OLD.`id` AND `s`.`visitorEmail` IS NOT NULL AND `s`.`deletedByAdmin` = FALSE
        GROUP BY `s`.`receiverId`, CAST(LOWER(`s`.`visitorEmail`) AS BINARY) ORDER BY `s`.`receiverId` LOCK IN SHARE MODE;
    DECLARE CONTINUE HANDLER FOR NOT FOUND SET `done` = TRUE;
    DECLARE EXIT HANDLER FOR 1146, 1216, 1452 BEGIN END;
    IF @staka_counters_off IS NULL AND @@SESSION.foreign_key_checks THEN
        DELETE FROM `staka_correspondents` WHERE `correspondent` = CAST(LOWER(OLD.`id`) AS BINARY) AND `userId` <> OLD.`id`;
        INSERT INTO `staka_correspondents` (`userId`, `correspondent`, `messages`, `unread`, `waiting`, `newestAt`, `newestId`)
        SELECT `r`.`senderId`, CONCAT(0x00, MIN(`r`.`conversationId`)), COUNT(*), 0, FALSE,
            CAST(LEFT(MAX(CONCAT(`r`.`createdAt`, `r`.`id`)), 23) AS DATETIME(3)), SUBSTRING(MAX(CONCAT(`r`.`createdAt`, `r`.`id`)), 24)
        FROM `messages` `r` WHERE `r`.`receiverId` = OLD.`id` AND `r`.`senderId` <> OLD.`id` AND `r`.`visitorEmail` IS NULL
            AND `r`.`deletedByAdmin` = FALSE AND `r`.`statut` <> 'BROUILLON'
        GROUP BY `r`.`senderId`, CAST(`r`.`conversationId` AS BINARY) ORDER BY `r`.`senderId` LOCK IN SHARE MODE
        ON DUPLICATE KEY UPDATE
            `messages` = `messages` + VALUES(`messages`),
            `unread` = `unread` + VALUES(`unread`),
            `waiting` = `unread` > 0,
            `newestId` = IF((VALUES(`newestAt`), VALUES(`newestId`)) > (`newestAt`, `newestId`), VALUES(`newestId`), `newestId`),
            `newestAt` = GREATEST(`newestAt`, VALUES(`newestAt`));
        OPEN `claimed`;
        FETCH `claimed` INTO `who`, `address`, `gone`, `fresh`;
        WHILE NOT `done` DO
            UPDATE `staka_correspondents` SET `messages` = `messages` - `gone`, `unread` = `unread` - `fresh`, `waiting` = `unread` > 0
            WHERE `userId` = `who` AND `correspondent` = CAST(LOWER(`address`) AS BINARY);
            DELETE FROM `staka_correspondents` WHERE `userId` = `who` AND `correspondent` = CAST(LOWER(`address`) AS BINARY) AND `messages` <= 0;
            SELECT MAX(CONCAT(`m`.`createdAt`, `m`.`id`)) INTO `newest` FROM `messages` `m`
            WHERE `m`.`visitorEmail` = `address` AND CAST(LOWER(`m`.`visitorEmail`) AS BINARY) = CAST(LOWER(`address`) AS BINARY) AND `m`.`deletedByAdmin` = FALSE
                AND ((`m`.`receiverId` = `who` AND NOT (`m`.`senderId` <=> OLD.`id`)) OR (`m`.`senderId` = `who` AND `m`.`statut` <> 'BROUILLON')) LOCK IN SHARE MODE;
            IF `newest` IS NOT NULL THEN
                UPDATE `staka_correspondents` SET `newestAt` = CAST(LEFT(`newest`, 23) AS DATETIME(3)), `newestId` = SUBSTRING(`newest`, 24)
                WHERE `userId` = `who` AND `correspondent` = CAST(LOWER(`address`) AS BINARY);
            END IF;
            SET `done` = FALSE;
            FETCH `claimed` INTO `who`, `address`, `gone`, `fresh`;
        END WHILE;
        CLOSE `claimed`;
    END IF;
END;
