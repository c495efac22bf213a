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
INSERT INTO `password_resets` (`id`, `userId`, `tokenHash`, `expiresAt`, `createdAt`) VALUES ('r2', 'ann', 'y', '2026-01-01 01:00:00', '2026-01-01');
INSERT INTO `support_requests` (`id`, `userId`, `title`, `description`, `status`, `assignedToId`, `createdAt`, `updatedAt`) VALUES
    ('s3', 'ann', 'Aide', '…', 'RESOLU', NULL, '2026-02-02', '2026-02-02'), ('s4', 'ann', 'Aide', '…', 'OUVERT', 'ann', '2026-02-02', '2026-02-02');
INSERT INTO `staka_ticket_events` (`ticketId`, `place`, `kind`, `at`, `actorId`, `fromClient`, `before`, `after`, `body`) VALUES
    ('s4', 1, 'OPENED', '2026-02-02', 'ann', TRUE, NULL, 'OUVERT', NULL), ('s4', 3, 'REPLIED', '2026-02-03', NULL, FALSE, NULL, NULL, 'Bonjour'),
    ('gone', 1, 'OPENED', '2026-02-02', NULL, TRUE, NULL, 'OUVERT', NULL);
INSERT INTO `invoices` (`id`, `commandeId`, `number`, `amount`, `taxAmount`, `pdfUrl`, `status`, `issuedAt`, `createdAt`, `updatedAt`) VALUES
    ('ours', 'late', 'FACT-2026-002', 10, 0, '', 'SENT', '2026-02-02', '2026-02-02', '2026-02-02'),
    ('theirs', 'late', 'FACT-2026-050', 10, 0, '', 'CANCELLED', '2026-02-02', '2026-02-02', '2026-02-02');
INSERT INTO `staka_invoice_series` (`series`, `year`, `id`, `first`, `next`, `openedAt`) VALUES ('FACT', 2026, 's', 1, 5, '2026-01-01');
INSERT INTO `staka_billing_documents` (`id`, `kind`, `series`, `year`, `sequence`, `number`, `invoiceId`, `invoiceNumber`, `commandeId`, `userId`, `title`, `buyerName`, `buyerEmail`, `sellerName`, `regime`, `rate`, `amount`, `taxAmount`, `total`, `issuedAt`, `digest`) VALUES
    ('ours', 'INVOICE', 'FACT', 2026, 2, 'FACT-2026-002', 'ours', 'FACT-2026-002', 'late', 'ann', 'Un', 'A', 'a@example.org', 'S', 'FRANCHISE', 0, 20, 0, 20, '2026-02-02', 'changed'),
    ('lost', 'INVOICE', 'FACT', 2026, 3, 'FACT-2026-003', 'lost', 'FACT-2026-003', 'late', 'ann', 'Un', 'A', 'a@example.org', 'S', 'FRANCHISE', 0, 20, 5, 20, '2026-02-01', 'changed'),
    ('far', 'INVOICE', 'FACT', 2026, 9, 'FACT-2026-009', 'far', 'FACT-2026-009', 'late', 'ann', 'Un', 'A', 'a@example.org', 'S', 'FRANCHISE', 0, 20, 0, 20, '2999-02-01', 'changed'),
    ('note', 'CREDIT_NOTE', 'AVOIR', 2026, 1, 'AVOIR-2026-001', 'ours', 'FACT-2026-002', 'late', 'ann', 'Un', 'A', 'a@example.org', 'S', 'FRANCHISE', 0, 20, 0, 20, '2026-02-03', 'changed');
INSERT INTO `staka_payments` (`sessionId`, `commandeId`, `userId`, `paymentIntent`, `amount`, `currency`, `status`, `paidAt`, `refunded`, `updatedAt`) VALUES
    ('cs_1', 'late', 'ann', 'pi_1', 10, 'eur', 'paid', '2026-02-03', 0, '2026-02-02'), ('cs_2', 'late', 'ann', 'pi_2', 10, 'eur', 'partially_refunded', '2026-02-02', 20, '2026-02-02');
INSERT INTO `staka_payment_events` (`id`, `type`, `sessionId`, `paymentIntent`, `payload`, `occurredAt`, `receivedAt`, `deliveries`, `outcome`) VALUES
    ('evt_1', 'checkout.session.completed', 'cs_3', 'pi_3', 'coupé', '2026-02-02', '2026-02-02', 1, 'UNMATCHED');
INSERT INTO `staka_erasures` (`userId`, `erasedAt`, `reason`) VALUES ('ann', '2026-02-02', 'REQUEST');
ALTER TABLE `commandes` MODIFY `statut` ENUM('EN_ATTENTE', 'PAYEE', 'EN_COURS', 'TERMINE', 'ANNULEE', 'SUSPENDUE') NOT NULL DEFAULT 'EN_ATTENTE';
UPDATE `commandes` SET `statut` = 'PAYEE' WHERE `id` = 'word';
UPDATE `staka_notification_counts` SET `unread` = `unread` + 1;
UPDATE `staka_conversations` SET `messages` = `messages` + 1;
UPDATE `staka_correspondents` SET `messages` = `messages` + 1;
UPDATE `staka_user_counts` SET `users` = `users` + 1;
UPDATE `staka_message_hours` SET `messages` = `messages` + 1;
