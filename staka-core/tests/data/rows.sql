-- A few rows in each of the 14 tables.
INSERT INTO `users` (`id`, `prenom`, `nom`, `email`, `password`, `role`, `updatedAt`, `preferences`) VALUES
    ('u1', 'Amélie', 'Durand', 'amelie@exemple.fr', 'x', 'USER', '2025-07-01 10:00:00.123', '{"a": 1}'),
    ('u2', 'Bruno', 'Petit', 'bruno@exemple.fr', 'x', 'ADMIN', '2025-07-02 10:00:00.456', NULL);
INSERT INTO `commandes` (`id`, `userId`, `titre`, `statut`, `updatedAt`, `paymentStatus`, `amount`) VALUES
    ('c1', 'u1', 'Relecture d''un roman', 'EN_COURS', '2025-07-03 10:00:00.000', 'paid', 12000),
    ('c2', 'u1', 'Mise en page', 'EN_ATTENTE', '2025-07-04 10:00:00.000', NULL, NULL);
INSERT INTO `files` (`id`, `filename`, `storedName`, `mimeType`, `size`, `url`, `uploadedById`, `commandeId`, `updatedAt`) VALUES
    ('f1', 'roman.pdf', 'f1.pdf', 'application/pdf', 1024, '/f1', 'u1', 'c1', '2025-07-05 10:00:00.000');
INSERT INTO `messages` (`id`, `conversationId`, `senderId`, `receiverId`, `content`, `parentId`, `metadata`, `updatedAt`) VALUES
    ('m1', 'thread_u1_u2', 'u1', 'u2', 'Bonjour 😀', NULL, '{"k": ["v"]}', '2025-07-06 10:00:00.000'),
    ('m2', 'thread_u1_u2', 'u2', 'u1', 'Bien reçu', 'm1', NULL, '2025-07-07 10:00:00.000');
INSERT INTO `message_attachments` (`id`, `messageId`, `fileId`) VALUES ('ma1', 'm1', 'f1');
INSERT INTO `payment_methods` (`id`, `userId`, `stripePaymentMethodId`, `brand`, `last4`, `expMonth`, `expYear`, `updatedAt`) VALUES
    ('pm1', 'u1', 'pm_1', 'visa', '4242', 12, 2030, '2025-07-08 10:00:00.000');
INSERT INTO `invoices` (`id`, `commandeId`, `number`, `amount`, `pdfUrl`, `updatedAt`) VALUES
    ('i1', 'c1', 'FACT-2025-0001', 12000, '/i1.pdf', '2025-07-09 10:00:00.000');
INSERT INTO `notifications` (`id`, `userId`, `title`, `message`, `updatedAt`) VALUES
    ('n1', 'u1', 'Bienvenue', 'Bonjour Amélie', '2025-07-10 10:00:00.000'),
    ('n2', 'u2', 'Commande', 'Une commande', '2025-07-10 11:00:00.000');
INSERT INTO `pages` (`id`, `title`, `slug`, `content`, `updatedAt`) VALUES
    ('pg1', 'À propos', 'a-propos', 'Texte', '2025-07-11 10:00:00.000');
INSERT INTO `faqs` (`id`, `question`, `answer`, `categorie`, `updatedAt`) VALUES
    ('fq1', 'Combien ?', 'Cela dépend.', 'Tarifs', '2025-07-12 10:00:00.000');
INSERT INTO `tarifs` (`id`, `nom`, `description`, `prix`, `prixFormate`, `typeService`, `updatedAt`) VALUES
    ('t1', 'Relecture', 'Par page', 200, '2,00€', 'relecture', '2025-07-13 10:00:00.000');
INSERT INTO `support_requests` (`id`, `userId`, `title`, `description`, `assignedToId`, `updatedAt`) VALUES
    ('s1', 'u1', 'Aide', 'Je ne trouve pas ma facture', 'u2', '2025-07-14 10:00:00.000');
INSERT INTO `audit_logs` (`id`, `adminEmail`, `action`, `targetType`) VALUES ('a1', 'bruno@exemple.fr', 'USER_UPDATE', 'user');
INSERT INTO `password_resets` (`id`, `userId`, `tokenHash`, `expiresAt`) VALUES ('pr1', 'u1', 'hash', '2025-07-15 10:00:00.000');
