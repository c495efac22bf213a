-- Serves notifications.unread_count: recounts a notification that is read, soft-deleted, reassigned or given another expiry.
-- A statement that runs with this value of group_concat_max_len has its rows counted by its transaction, all at once. The
-- server sets the value for this statement only, and takes it back however the statement ends.
CREATE TRIGGER `staka_notifications_update` AFTER UPDATE ON `notifications` FOR EACH ROW
BEGIN
    DECLARE EXIT HANDLER FOR 1146, 1216, 1452 BEGIN END;
    IF @@group_concat_max_len <> 419102019 AND @staka_counters_off IS NULL
        AND NOT (OLD.`isRead` = NEW.`isRead` AND OLD.`isDeleted` = NEW.`isDeleted` AND OLD.`userId` = NEW.`userId` AND DATE(OLD.`expiresAt`) <=> DATE(NEW.`expiresAt`)) THEN
        IF OLD.`isRead` = FALSE AND OLD.`isDeleted` = FALSE THEN
            INSERT INTO `staka_notification_counts` (`userId`, `expiresOn`, `slot`, `unread`)
            VALUES (OLD.`userId`, COALESCE(DATE(OLD.`expiresAt`), '9999-12-31'), CONNECTION_ID() & 7, -1)
            ON DUPLICATE KEY UPDATE `unread` = `unread` - 1;
        END IF;
        IF NEW.`isRead` = FALSE AND NEW.`isDeleted` = FALSE THEN
            INSERT INTO `staka_notification_counts` (`userId`, `expiresOn`, `slot`, `unread`)
            VALUES (NEW.`userId`, COALESCE(DATE(NEW.`expiresAt`), '9999-12-31'), CONNECTION_ID() & 7, 1)
            ON DUPLICATE KEY UPDATE `unread` = `unread` + 1;
        END IF;
    END IF;
END;
