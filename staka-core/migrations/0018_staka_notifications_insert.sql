-- Serves notifications.unread_count: counts a new notification.
-- Errors for a missing counter table (1146) or user (1216, 1452) are ignored, so that no write fails because of it.
CREATE TRIGGER `staka_notifications_insert` AFTER INSERT ON `notifications` FOR EACH ROW
BEGIN
    DECLARE EXIT HANDLER FOR 1146, 1216, 1452 BEGIN END;
    IF @staka_counters_off IS NULL AND NEW.`isRead` = FALSE AND NEW.`isDeleted` = FALSE THEN
        INSERT INTO `staka_notification_counts` (`userId`, `expiresOn`, `slot`, `unread`)
        VALUES (NEW.`userId`, COALESCE(DATE(NEW.`expiresAt`), '9999-12-31'), CONNECTION_ID() & 7, 1)
        ON DUPLICATE KEY UPDATE `unread` = `unread` + 1;
    END IF;
END;
