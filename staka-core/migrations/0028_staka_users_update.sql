-- Serves stats.users_by_role: recounts an account whose role or state changes.
CREATE TRIGGER `staka_users_update` AFTER UPDATE ON `users` FOR EACH ROW
BEGIN
    DECLARE EXIT HANDLER FOR 1146 BEGIN END;
    IF @staka_counters_off IS NULL AND (OLD.`role` <> NEW.`role` OR OLD.`isActive` <> NEW.`isActive`) THEN
        INSERT INTO `staka_user_counts` (`role`, `isActive`, `slot`, `users`)
        VALUES (OLD.`role`, OLD.`isActive`, CONNECTION_ID() & 7, -1)
        ON DUPLICATE KEY UPDATE `users` = `users` - 1;
        INSERT INTO `staka_user_counts` (`role`, `isActive`, `slot`, `users`)
        VALUES (NEW.`role`, NEW.`isActive`, CONNECTION_ID() & 7, 1)
        ON DUPLICATE KEY UPDATE `users` = `users` + 1;
    END IF;
END;
