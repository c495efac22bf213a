-- Serves stats.time_series: counts a new message in its hour.
CREATE TRIGGER `staka_message_hours_insert` AFTER INSERT ON `messages` FOR EACH ROW
BEGIN
    DECLARE EXIT HANDLER FOR 1146 BEGIN END;
    IF @staka_counters_off IS NULL AND NEW.`statut` <> 'BROUILLON' THEN
        INSERT INTO `staka_message_hours` (`hour`, `slot`, `messages`)
        VALUES (CAST(DATE_FORMAT(NEW.`createdAt`, '%Y-%m-%d %H:00:00') AS DATETIME), CONNECTION_ID() & 7, 1)
        ON DUPLICATE KEY UPDATE `messages` = `messages` + 1;
    END IF;
END;
