-- Serves stats.users_by_role: counts a new account.
CREATE TRIGGER `staka_users_insert` AFTER INSERT ON `users` FOR EACH ROW
BEGIN
    DECLARE EXIT HANDLER FOR 1146 BEGIN END;
    IF @staka_counters_off IS NULL THEN
        INSERT INTO `staka_user_counts` (`role`, `isActive`, `slot`, `users`)
        VALUES (NEW.`role`, NEW.`isActive`, CONNECTION_ID() & 7, 1)
        ON DUPLICATE KEY UPDATE `users` = `users` + 1;
    END IF;
END;
