-- Serves notifications.unread_count: no longer counts a deleted notification.
CREATE TRIGGER `staka_notifications_delete` AFTER DELETE ON `notifications` FOR EACH ROW
BEGIN
    DECLARE EXIT HANDLER FOR 1146, 1216, 1452 BEGIN END;
    IF @staka_counters_off IS NULL AND OLD.`isRead` = FALSE AND OLD.`isDeleted` = FALSE THEN
        INSERT INTO `staka_notification_counts` (`userId`, `expiresOn`, `slot`, `unread`)
        VALUES (OLD.`userId`, COALESCE(DATE(OLD.`expiresAt`), '9999-12-31'), CONNECTION_ID() & 7, -1)
        ON DUPLICATE KEY UPDATE `unread` = `unread` - 1;
    END IF;
END;
