-- The world of tests/it/matrix.rs: one owner with everything, and people who should not see it. A text with CANARI in
-- it is private: its first word says whose.
INSERT INTO `users` (`id`, `prenom`, `nom`, `email`, `password`, `role`, `isActive`, `createdAt`, `updatedAt`, `adresse`, `telephone`, `bio`, `preferences`) VALUES
    ('owner', 'Odile', 'Propriétaire', 'proprio-CANARI@example.org', '$2b$04$FETWR93IJqm33JQdjFSkcub9b1bvJINzf7QwL1KzjcAX3JYtWaSlm', 'USER', TRUE, '2026-01-02 10:00:00', '2026-01-02 10:00:00', 'adresse-CANARI', 'tel-CANARI', 'Une autrice.', '{"privacy": {"note": "preferences-CANARI"}}'),
    ('other', 'Aline', 'Autre', 'autre@example.org', '$2b$04$FETWR93IJqm33JQdjFSkcub9b1bvJINzf7QwL1KzjcAX3JYtWaSlm', 'USER', TRUE, '2026-01-03 10:00:00', '2026-01-03 10:00:00', NULL, NULL, NULL, NULL),
    ('corrector', 'Colin', 'Correcteur', 'correcteur@example.org', '$2b$04$FETWR93IJqm33JQdjFSkcub9b1bvJINzf7QwL1KzjcAX3JYtWaSlm', 'CORRECTOR', TRUE, '2026-01-03 10:00:00', '2026-01-03 10:00:00', NULL, NULL, NULL, NULL),
    ('admin', 'Agathe', 'Administratrice', 'admin-CANARI@example.org', '$2b$04$FETWR93IJqm33JQdjFSkcub9b1bvJINzf7QwL1KzjcAX3JYtWaSlm', 'ADMIN', TRUE, '2026-01-01 10:00:00', '2026-01-01 10:00:00', NULL, NULL, NULL, NULL),
    ('admin2', 'Armand', 'Administrateur', 'armand-CANARI@example.org', '$2b$04$FETWR93IJqm33JQdjFSkcub9b1bvJINzf7QwL1KzjcAX3JYtWaSlm', 'ADMIN', TRUE, '2026-01-01 11:00:00', '2026-01-01 11:00:00', NULL, NULL, NULL, NULL),
    ('disabled', 'Didier', 'Désactivé', 'desactive@example.org', '$2b$04$FETWR93IJqm33JQdjFSkcub9b1bvJINzf7QwL1KzjcAX3JYtWaSlm', 'USER', FALSE, '2026-01-03 10:00:00', '2026-01-03 10:00:00', NULL, NULL, NULL, NULL);

INSERT INTO `commandes` (`id`, `userId`, `titre`, `description`, `noteClient`, `noteCorrecteur`, `statut`, `createdAt`, `updatedAt`) VALUES
    ('order', 'owner', 'titre-CANARI', 'description-CANARI', NULL, NULL, 'EN_ATTENTE', '2026-02-01 10:00:00', '2026-02-01 10:00:00'),
    ('bare', 'owner', 'nue-CANARI', NULL, NULL, NULL, 'EN_ATTENTE', '2026-02-03 10:00:00', '2026-02-03 10:00:00'),
    ('billed', 'owner', 'facturee-CANARI', NULL, NULL, NULL, 'TERMINE', '2026-02-02 10:00:00', '2026-02-02 10:00:00');
INSERT INTO `commandes` (`id`, `userId`, `titre`, `statut`, `amount`, `createdAt`, `updatedAt`) VALUES
    ('priced', 'owner', 'chiffree-CANARI', 'EN_ATTENTE', 46800, '2025-02-04 10:00:00', '2025-02-04 10:00:00');
INSERT INTO `invoices` (`id`, `commandeId`, `number`, `amount`, `pdfUrl`, `createdAt`, `updatedAt`) VALUES
    ('invoice', 'billed', 'FACT-CANARI', 46800, 'https://example.org/facture-CANARI.pdf', '2026-02-02 11:00:00', '2026-02-02 11:00:00');

INSERT INTO `files` (`id`, `filename`, `storedName`, `mimeType`, `size`, `url`, `type`, `uploadedById`, `commandeId`, `createdAt`, `updatedAt`) VALUES
    ('file', 'manuscrit-CANARI.pdf', 'a1.pdf', 'application/pdf', 1000, 'https://example.org/manuscrit-CANARI', 'DOCUMENT', 'owner', 'order', '2026-02-01 11:00:00', '2026-02-01 11:00:00'),
    ('loose', 'image-CANARI.png', 'a2.png', 'image/png', 1000, 'https://example.org/image-CANARI', 'IMAGE', 'owner', NULL, '2026-02-01 12:00:00', '2026-02-01 12:00:00'),
    ('piece', 'piece-CANARI.png', 'a3.png', 'image/png', 1000, 'https://example.org/piece-CANARI', 'IMAGE', 'owner', NULL, '2026-02-01 12:00:00', '2026-02-01 12:00:00');

INSERT INTO `messages` (`id`, `conversationId`, `senderId`, `receiverId`, `visitorEmail`, `visitorName`, `isFromVisitor`, `subject`, `content`, `type`, `statut`, `metadata`, `createdAt`, `updatedAt`) VALUES
    ('said', 'thread_admin_owner', 'owner', 'admin', NULL, NULL, FALSE, 'Sujet', 'message-CANARI', 'USER_MESSAGE', 'ENVOYE', NULL, '2026-03-01 10:00:00', '2026-03-01 10:00:00'),
    ('answered', 'thread_admin_owner', 'admin', 'owner', NULL, NULL, FALSE, NULL, 'reponse-CANARI', 'ADMIN_MESSAGE', 'ENVOYE', NULL, '2026-03-01 11:00:00', '2026-03-01 11:00:00'),
    ('draft', 'thread_admin_owner', 'owner', NULL, NULL, NULL, FALSE, NULL, 'brouillon-CANARI', 'USER_MESSAGE', 'BROUILLON', NULL, '2026-03-01 12:00:00', '2026-03-01 12:00:00'),
    ('visited', 'visite', NULL, 'admin', 'visiteur-canari@example.org', 'Visiteur', TRUE, NULL, 'visite-CANARI', 'USER_MESSAGE', 'ENVOYE', NULL, '2026-03-02 10:00:00', '2026-03-02 10:00:00'),
    ('mine', 'visite-owner', NULL, 'admin', 'proprio-CANARI@example.org', 'Odile', TRUE, NULL, 'mienne-CANARI', 'USER_MESSAGE', 'ENVOYE', NULL, '2026-03-02 11:00:00', '2026-03-02 11:00:00');
INSERT INTO `staka_consultation_slots` (`id`, `startsAt`, `minutes`, `isOpen`, `createdAt`, `updatedAt`) VALUES
    ('slot', '2026-07-01 09:00:00', 30, TRUE, '2026-06-01', '2026-06-01'),
    ('held', '2026-07-01 10:00:00', 30, TRUE, '2026-06-01', '2026-06-01');
INSERT INTO `messages` (`id`, `conversationId`, `senderId`, `receiverId`, `content`, `type`, `metadata`, `createdAt`, `updatedAt`) VALUES
    ('asked', 'thread_admin_owner', 'owner', 'admin', 'rendez-vous-CANARI', 'CONSULTATION_REQUEST', '{"consultationRequest": {"date": "2026-07-01", "time": "10:00"}}', '2026-03-03 10:00:00', '2026-03-03 10:00:00');
INSERT INTO `staka_consultation_bookings` (`slotId`, `messageId`, `bookedAt`) VALUES ('held', 'asked', '2026-06-01');
INSERT INTO `message_attachments` (`id`, `messageId`, `fileId`) VALUES ('attachment', 'said', 'piece');

INSERT INTO `notifications` (`id`, `userId`, `title`, `message`, `expiresAt`, `createdAt`, `updatedAt`) VALUES
    ('notice', 'owner', 'avis-CANARI', '…', '2027-01-01', '2026-03-01 10:00:00', '2026-03-01 10:00:00');

INSERT INTO `pages` (`id`, `title`, `slug`, `content`, `type`, `status`, `isPublic`, `requireAuth`, `publishedAt`, `createdAt`, `updatedAt`) VALUES
    ('page', 'Mentions', 'mentions', 'Pour tous.', 'LEGAL', 'PUBLISHED', TRUE, FALSE, '2026-01-01', '2026-01-01', '2026-01-01'),
    ('page-draft', 'Ébauche', 'ebauche', 'page-CANARI', 'PAGE', 'DRAFT', TRUE, FALSE, NULL, '2026-01-01', '2026-01-01'),
    ('page-members', 'Membres', 'membres', 'Pour qui est connecté.', 'PAGE', 'PUBLISHED', TRUE, TRUE, '2026-01-01', '2026-01-01', '2026-01-01');
INSERT INTO `faqs` (`id`, `question`, `answer`, `visible`, `categorie`, `createdAt`, `updatedAt`) VALUES
    ('faq', 'Combien ?', 'Cela dépend.', TRUE, 'Prix', '2026-01-01', '2026-01-01'),
    ('faq-hidden', 'faq-CANARI', 'Caché.', FALSE, 'Prix', '2026-01-01', '2026-01-01');
INSERT INTO `tarifs` (`id`, `nom`, `description`, `prix`, `prixFormate`, `typeService`, `actif`, `createdAt`, `updatedAt`, `stripePriceId`, `stripeProductId`) VALUES
    ('tarif', 'Correction', 'Complète.', 46800, '468€', 'Correction', TRUE, '2026-01-01', '2026-01-01', 'price_1', 'prod_1'),
    ('tarif-old', 'tarif-CANARI', 'Ancien.', 100, '1€', 'Correction', FALSE, '2026-01-01', '2026-01-01', NULL, NULL);
INSERT INTO `audit_logs` (`id`, `timestamp`, `adminEmail`, `action`, `targetType`, `targetId`, `details`, `severity`, `createdAt`) VALUES
    ('trace', '2026-03-01 10:00:00', 'admin-CANARI@example.org', 'USER_UPDATED', 'user', 'owner', '{"note": "trace-CANARI"}', 'HIGH', '2026-03-01 10:00:00');
INSERT INTO `payment_methods` (`id`, `userId`, `stripePaymentMethodId`, `brand`, `last4`, `expMonth`, `expYear`, `createdAt`, `updatedAt`) VALUES
    ('card', 'owner', 'pm_CANARI', 'visa', '4242', 12, 2030, '2026-01-01', '2026-01-01');
-- The token is 43 times the letter A.
INSERT INTO `password_resets` (`id`, `userId`, `tokenHash`, `expiresAt`, `createdAt`) VALUES
    ('reset', 'owner', '0f007385b6f9d4b7eeb2748605afe1a984a0a3bfa3f014d09e2a784ce9e5cd1a', '2026-06-15 13:00:00', '2026-06-15 11:30:00');
INSERT INTO `support_requests` (`id`, `userId`, `title`, `description`, `status`, `assignedToId`, `tags`, `firstResponseAt`, `resolvedAt`, `createdAt`, `updatedAt`) VALUES
    ('ticket', 'owner', 'ticket-CANARI', 'aide-CANARI', 'OUVERT', NULL, 'tag-CANARI', NULL, NULL, '2026-06-10 08:00:00', '2026-06-10 08:00:00'),
    ('ticket-solved', 'owner', 'resolu-CANARI', 'aide-CANARI', 'RESOLU', 'admin', NULL, '2026-06-10 09:00:00', '2026-06-11 09:00:00', '2026-06-10 08:00:00', '2026-06-11 09:00:00'),
    ('ticket-corrector', 'disabled', 'Mon compte', 'Il dort.', 'EN_COURS', 'corrector', NULL, NULL, NULL, '2026-06-10 08:00:00', '2026-06-10 08:00:00');
-- Orders to pay: one that waits for it, one that was paid, and an event that nobody could place.
INSERT INTO `commandes` (`id`, `userId`, `titre`, `statut`, `amount`, `paymentStatus`, `stripeSessionId`, `createdAt`, `updatedAt`) VALUES
    ('payable', 'owner', 'prix-CANARI', 'EN_ATTENTE', 46800, NULL, NULL, '2025-12-01 10:00:00', '2025-12-01 10:00:00'),
    ('sold', 'owner', 'vendue-CANARI', 'EN_COURS', 46800, 'paid', 'cs_CANARI', '2025-12-02 10:00:00', '2025-12-02 10:00:00');
INSERT INTO `staka_payments` (`sessionId`, `commandeId`, `userId`, `paymentIntent`, `amount`, `currency`, `status`, `paidAt`, `updatedAt`) VALUES
    ('cs_CANARI', 'sold', 'owner', 'pi_CANARI', 46800, 'eur', 'paid', '2025-12-02 11:00:00', '2025-12-02 11:00:00');
INSERT INTO `staka_payment_events` (`id`, `type`, `sessionId`, `payload`, `occurredAt`, `receivedAt`, `deliveries`, `outcome`) VALUES
    ('evt_CANARI', 'checkout.session.completed', 'cs_test_nobody', '{"id": "evt_CANARI", "type": "checkout.session.completed", "created": 1, "data": {"object": {"id": "cs_test_nobody", "payment_status": "paid", "amount_total": 1, "currency": "eur"}}}', '2026-03-01', '2026-03-01', 1, 'UNMATCHED');
