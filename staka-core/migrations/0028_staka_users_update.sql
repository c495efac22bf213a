-- Serves stats.users_by_role: an account of another role or state is counted anew.
CREATE TRIGGER `staka_users_update` AFTER UPDATE ON `users` FOR EACH ROW
BEGIN
    DECLARE EXIT HANDLER FOR 1146 BEGIN END;
    IF @staka_unmaintained IS NULL AND (OLD.`role` <> NEW.`role` OR OLD.`isActive` <> NEW.`isActive`) THEN
        INSERT INTO `staka_user_counts` (`rank`, `isActive`, `slot`, `role`, `users`)
        VALUES (OLD.`role` + 0, OLD.`isActive`, CONNECTION_ID() & 7, OLD.`role`, -1)
        ON DUPLICATE KEY UPDATE `users` = `users` - 1;
        INSERT INTO `staka_user_counts` (`rank`, `isActive`, `slot`, `role`, `users`)
        VALUES (NEW.`role` + 0, NEW.`isActive`, CONNECTION_ID() & 7, NEW.`role`, 1)
        ON DUPLICATE KEY UPDATE `users` = `users` + 1;
    END IF;
END;
