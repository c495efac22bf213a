-- Serves stats.time_series: before a user is deleted, removes the messages that the user sent from the counts.
-- A foreign key deletes these messages with the user, for which no trigger runs.
CREATE TRIGGER `staka_message_hours_users` BEFORE DELETE ON `users` FOR EACH ROW
BEGIN
    DECLARE EXIT HANDLER FOR 1146 BEGIN END;
    IF @staka_counters_off IS NULL AND @@SESSION.foreign_key_checks THEN
        INSERT INTO `staka_message_hours` (`hour`, `slot`, `messages`)
        SELECT CAST(DATE_FORMAT(`s`.`createdAt`, '%Y-%m-%d %H:00:00') AS DATETIME), CONNECTION_ID() & 7, -COUNT(*)
        FROM `messages` `s` WHERE `s`.`senderId` = OLD.`id` AND `s`.`statut` <> 'BROUILLON' GROUP BY 1 ORDER BY 1 LOCK IN SHARE MODE
        ON DUPLICATE KEY UPDATE `messages` = `messages` + VALUES(`messages`);
    END IF;
END;
