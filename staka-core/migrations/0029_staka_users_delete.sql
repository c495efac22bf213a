-- Serves stats.users_by_role: no longer counts a deleted account.
CREATE TRIGGER `staka_users_delete` AFTER DELETE ON `users` FOR EACH ROW
BEGIN
    DECLARE EXIT HANDLER FOR 1146 BEGIN END;
    IF @staka_counters_off IS NULL THEN
        INSERT INTO `staka_user_counts` (`role`, `isActive`, `slot`, `users`)
        VALUES (OLD.`role`, OLD.`isActive`, CONNECTION_ID() & 7, -1)
        ON DUPLICATE KEY UPDATE `users` = `users` - 1;
    END IF;
END;
