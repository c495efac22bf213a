-- Serves notifications.unread_count: a new notification is counted. It is not where our table is not
-- there (error 1146) or the user is not (1452): no write fails that went well before.
CREATE TRIGGER `staka_notifications_insert` AFTER INSERT ON `notifications` FOR EACH ROW
BEGIN
    DECLARE EXIT HANDLER FOR 1146, 1216, 1452 BEGIN END;
    IF @staka_unmaintained IS NULL AND NEW.`isRead` = FALSE AND NEW.`isDeleted` = FALSE THEN
        INSERT INTO `staka_notification_counts` (`userId`, `expiresOn`, `slot`, `unread`)
        VALUES (NEW.`userId`, COALESCE(DATE(NEW.`expiresAt`), '9999-12-31'), CONNECTION_ID() & 7, 1)
        ON DUPLICATE KEY UPDATE `unread` = `unread` + 1;
    END IF;
END;
