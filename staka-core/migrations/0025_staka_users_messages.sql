-- Serves messages.conversations: the messages that a user sent go with the user by a foreign key, for which no trigger
-- runs; deleted first, they are counted out of their receivers' conversations. The newest goes first: replies before
-- what they answer.
CREATE TRIGGER `staka_users_messages` BEFORE DELETE ON `users` FOR EACH ROW
    DELETE FROM `messages` WHERE `senderId` = OLD.`id` ORDER BY `createdAt` DESC, `id` DESC;
