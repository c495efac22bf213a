-- Serves stats.time_series: counts a draft that is sent, and moves the count of a message whose hour changes.
CREATE TRIGGER `staka_message_hours_update` AFTER UPDATE ON `messages` FOR EACH ROW
BEGIN
    DECLARE `was`, `is` BOOLEAN;
    DECLARE EXIT HANDLER FOR 1146 BEGIN END;
    SET `was` = OLD.`statut` <> 'BROUILLON', `is` = NEW.`statut` <> 'BROUILLON';
    IF @staka_counters_off IS NULL AND NOT (`was` = `is` AND DATE_FORMAT(OLD.`createdAt`, '%Y-%m-%d %H') = DATE_FORMAT(NEW.`createdAt`, '%Y-%m-%d %H')) THEN
        IF `was` THEN
            INSERT INTO `staka_message_hours` (`hour`, `slot`, `messages`)
            VALUES (CAST(DATE_FORMAT(OLD.`createdAt`, '%Y-%m-%d %H:00:00') AS DATETIME), CONNECTION_ID() & 7, -1)
            ON DUPLICATE KEY UPDATE `messages` = `messages` - 1;
        END IF;
        IF `is` THEN
            INSERT INTO `staka_message_hours` (`hour`, `slot`, `messages`)
            VALUES (CAST(DATE_FORMAT(NEW.`createdAt`, '%Y-%m-%d %H:00:00') AS DATETIME), CONNECTION_ID() & 7, 1)
            ON DUPLICATE KEY UPDATE `messages` = `messages` + 1;
        END IF;
    END IF;
END;
