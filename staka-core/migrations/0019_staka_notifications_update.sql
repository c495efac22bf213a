-- Serves notifications.unread_count: recounts a notification that is read, soft-deleted, reassigned or given another expiry.
CREATE TRIGGER `staka_notifications_update` AFTER UPDATE ON `notifications` FOR EACH ROW
BEGIN
    DECLARE `was`, `is` BOOLEAN;
    DECLARE EXIT HANDLER FOR 1146, 1216, 1452 BEGIN END;
    SET `was` = OLD.`isRead` = FALSE AND OLD.`isDeleted` = FALSE, `is` = NEW.`isRead` = FALSE AND NEW.`isDeleted` = FALSE;
    IF @staka_counters_off IS NULL AND NOT (`was` = `is` AND OLD.`userId` = NEW.`userId` AND DATE(OLD.`expiresAt`) <=> DATE(NEW.`expiresAt`)) THEN
        IF `was` THEN
            INSERT INTO `staka_notification_counts` (`userId`, `expiresOn`, `slot`, `unread`)
            VALUES (OLD.`userId`, COALESCE(DATE(OLD.`expiresAt`), '9999-12-31'), CONNECTION_ID() & 7, -1)
            ON DUPLICATE KEY UPDATE `unread` = `unread` - 1;
        END IF;
        IF `is` THEN
            INSERT INTO `staka_notification_counts` (`userId`, `expiresOn`, `slot`, `unread`)
            VALUES (NEW.`userId`, COALESCE(DATE(NEW.`expiresAt`), '9999-12-31'), CONNECTION_ID() & 7, 1)
            ON DUPLICATE KEY UPDATE `unread` = `unread` + 1;
        END IF;
    END IF;
END;
