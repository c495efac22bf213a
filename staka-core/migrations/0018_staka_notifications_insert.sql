-- Serves notifications.unread_count: a new notification is counted. Without our table (error 1146) it is not.
CREATE TRIGGER `staka_notifications_insert` AFTER INSERT ON `notifications` FOR EACH ROW
BEGIN
    DECLARE EXIT HANDLER FOR 1146 BEGIN END;
    IF @staka_unmaintained IS NULL AND NEW.`isRead` = FALSE AND NEW.`isDeleted` = FALSE THEN
        INSERT INTO `staka_notification_counts` (`userId`, `expiresOn`, `slot`, `unread`)
        VALUES (NEW.`userId`, COALESCE(DATE(NEW.`expiresAt`), '9999-12-31'), CONNECTION_ID() & 7, 1)
        ON DUPLICATE KEY UPDATE `unread` = `unread` + 1;
    END IF;
END;
