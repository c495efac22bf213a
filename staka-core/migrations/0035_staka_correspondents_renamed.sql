-- Serves messages.list_inbox: a correspondent whose user id changes keeps their rows. A foreign key renames the user's own.
CREATE TRIGGER `staka_correspondents_renamed` AFTER UPDATE ON `users` FOR EACH ROW
BEGIN
    DECLARE EXIT HANDLER FOR 1062, 1146 BEGIN END;
    IF CAST(LOWER(OLD.`id`) AS BINARY) <> CAST(LOWER(NEW.`id`) AS BINARY) AND @staka_counters_off IS NULL AND @@SESSION.foreign_key_checks THEN
        UPDATE `staka_correspondents` SET `correspondent` = CAST(LOWER(NEW.`id`) AS BINARY) WHERE `correspondent` = CAST(LOWER(OLD.`id`) AS BINARY);
    END IF;
END;
