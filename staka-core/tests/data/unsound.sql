-- A database in which every check of `staka verify` finds something: tests/it/verify.rs. Foreign keys are off.
INSERT INTO `users` (`id`, `prenom`, `nom`, `email`, `password`, `role`, `isActive`, `createdAt`, `updatedAt`, `preferences`) VALUES
    ('ann', 'Anne', 'Martin', 'Anne@Example.org', 'PENDING_ACTIVATION', 'USER', TRUE, '2026-01-02', '2026-01-01', '[1]'),
    ('bob', 'Basile', 'Petit', 'basile@example.org', '', 'USER', FALSE, '2999-01-01', '2999-01-02', NULL);
INSERT INTO `commandes` (`id`, `userId`, `titre`, `statut`, `dateFinition`, `createdAt`, `updatedAt`, `paymentStatus`, `stripeSessionId`, `amount`) VALUES
    ('orphan', 'gone', 'Sans personne', 'EN_ATTENTE', NULL, '2026-02-02', '2026-02-01', NULL, NULL, NULL),
    ('early', 'ann', 'Finie avant', 'TERMINE', '2026-01-01', '2999-02-02', '2999-02-02', 'paid', 'cs_twice', NULL),
    ('late', 'ann', 'Finie, sans date', 'TERMINE', NULL, '2026-02-02', '2026-02-02', 'settled', 'cs_twice', -5),
    ('word', 'ann', 'Autre révision', 'EN_COURS', NULL, '2026-02-02', '2026-02-02', NULL, NULL, 100);
INSERT INTO `files` (`id`, `filename`, `storedName`, `mimeType`, `size`, `url`, `type`, `uploadedById`, `commandeId`, `createdAt`, `updatedAt`) VALUES
    ('file', 'a.pdf', 'a.pdf', 'application/pdf', 1, '/a', 'DOCUMENT', 'gone', 'gone', '2026-02-02', '2026-02-01'),
    ('file2', 'a.pdf', 'a.pdf', 'application/pdf', 1, '/a', 'DOCUMENT', 'ann', NULL, '2999-02-02', '2999-02-02');
INSERT INTO `messages` (`id`, `conversationId`, `senderId`, `receiverId`, `parentId`, `content`, `metadata`, `createdAt`, `updatedAt`) VALUES
    ('said', 'c', 'gone', 'gone', 'gone', 'Bonjour', '"{\\"a\\": 1}"', '2026-02-02', '2026-02-01'),
    ('said2', 'c', 'ann', 'ann', NULL, 'Bonjour', NULL, '2999-02-02', '2999-02-02');
INSERT INTO `message_attachments` (`id`, `messageId`, `fileId`) VALUES ('piece', 'gone', 'gone');
INSERT INTO `payment_methods` (`id`, `userId`, `stripePaymentMethodId`, `brand`, `last4`, `expMonth`, `expYear`, `isDefault`, `isActive`, `createdAt`, `updatedAt`) VALUES
    ('card1', 'ann', 'pm_1', 'visa', '4242', 13, 2030, TRUE, TRUE, '2026-02-02', '2026-02-01'),
    ('card2', 'ann', 'pm_2', 'visa', '4242', 12, 2030, TRUE, TRUE, '2999-02-02', '2999-02-02'),
    ('card3', 'bob', 'pm_3', 'visa', '4242', 12, 2030, FALSE, TRUE, '2026-02-02', '2026-02-02'),
    ('card4', 'gone', 'pm_4', 'visa', '4242', 12, 2030, TRUE, FALSE, '2026-02-02', '2026-02-02');
INSERT INTO `invoices` (`id`, `commandeId`, `number`, `amount`, `taxAmount`, `pdfUrl`, `status`, `issuedAt`, `dueAt`, `paidAt`, `createdAt`, `updatedAt`) VALUES
    ('i1', 'gone', 'INV-1', -1, 0, '/a', 'GENERATED', '2026-02-02', '2026-02-01', NULL, '2026-02-02', '2026-02-01'),
    ('i2', 'late', 'INV-2', 10, 0, '/a', 'PAID', '2999-02-02', NULL, NULL, '2999-02-02', '2999-02-02'),
    ('i3', 'late', 'INV-3', 10, 0, '/a', 'GENERATED', '2026-02-02', NULL, NULL, '2026-02-02', '2026-02-02');
INSERT INTO `notifications` (`id`, `userId`, `title`, `message`, `data`, `isRead`, `readAt`, `expiresAt`, `createdAt`, `updatedAt`) VALUES
    ('n1', 'gone', 'Avis', '…', '{"coupé": "en plei', TRUE, NULL, '2026-01-01', '2026-02-02', '2026-02-01'),
    ('n2', 'ann', 'Avis', '…', NULL, FALSE, NULL, NULL, '2999-02-02', '2999-02-02');
INSERT INTO `pages` (`id`, `title`, `slug`, `content`, `type`, `status`, `publishedAt`, `createdAt`, `updatedAt`) VALUES
    ('p1', 'Page', 'page', '…', 'PAGE', 'PUBLISHED', NULL, '2026-02-02', '2026-02-01'),
    ('p2', 'Page', 'page-2', '…', 'PAGE', 'DRAFT', NULL, '2999-02-02', '2999-02-02');
INSERT INTO `faqs` (`id`, `question`, `answer`, `categorie`, `createdAt`, `updatedAt`) VALUES
    ('f1', '?', '!', 'Prix', '2026-02-02', '2026-02-01'), ('f2', '?', '!', 'Prix', '2999-02-02', '2999-02-02');
INSERT INTO `tarifs` (`id`, `nom`, `description`, `prix`, `prixFormate`, `typeService`, `createdAt`, `updatedAt`) VALUES
    ('t1', 'Un', '…', -1, '-1€', 'Correction', '2026-02-02', '2026-02-01'), ('t2', 'Deux', '…', 1, '1€', 'Correction', '2999-02-02', '2999-02-02');
INSERT INTO `support_requests` (`id`, `userId`, `title`, `description`, `assignedToId`, `firstResponseAt`, `createdAt`, `updatedAt`) VALUES
    ('s1', 'gone', 'Aide', '…', 'gone', '2026-01-01', '2026-02-02', '2026-02-01'), ('s2', 'ann', 'Aide', '…', NULL, NULL, '2999-02-02', '2999-02-02');
INSERT INTO `audit_logs` (`id`, `timestamp`, `adminEmail`, `action`, `targetType`, `details`, `createdAt`) VALUES
    ('a1', '2026-02-02', 'system', 'NOTE', 'system', 'rien', '2026-02-02');
INSERT INTO `password_resets` (`id`, `userId`, `tokenHash`, `expiresAt`, `createdAt`) VALUES ('r1', 'gone', 'x', '2026-03-02', '2026-02-02');
INSERT INTO `staka_claims` (`id`, `visitorEmail`, `userId`, `claimedAt`) VALUES ('claim', 'visite@example.org', 'gone', '2026-02-02');
INSERT INTO `staka_claimed_messages` (`claimId`, `messageId`, `asSender`) VALUES ('gone', 'gone', TRUE);
INSERT INTO `staka_consultation_bookings` (`slotId`, `messageId`, `bookedAt`) VALUES ('gone', 'gone', '2026-02-02');
ALTER TABLE `commandes` MODIFY `statut` ENUM('EN_ATTENTE', 'PAYEE', 'EN_COURS', 'TERMINE', 'ANNULEE', 'SUSPENDUE') NOT NULL DEFAULT 'EN_ATTENTE';
UPDATE `commandes` SET `statut` = 'PAYEE' WHERE `id` = 'word';
UPDATE `staka_notification_counts` SET `unread` = `unread` + 1;
UPDATE `staka_conversations` SET `messages` = `messages` + 1;
UPDATE `staka_user_counts` SET `users` = `users` + 1;
