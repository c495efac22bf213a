-- Serves stats.series: a deleted message is counted no more.
CREATE TRIGGER `staka_message_hours_delete` AFTER DELETE ON `messages` FOR EACH ROW
BEGIN
    DECLARE EXIT HANDLER FOR 1146 BEGIN END;
    IF @staka_unmaintained IS NULL AND OLD.`statut` <> 'BROUILLON' THEN
        INSERT INTO `staka_message_hours` (`hour`, `slot`, `messages`)
        VALUES (CAST(DATE_FORMAT(OLD.`createdAt`, '%Y-%m-%d %H:00:00') AS DATETIME), CONNECTION_ID() & 7, -1)
        ON DUPLICATE KEY UPDATE `messages` = `messages` - 1;
    END IF;
END;
