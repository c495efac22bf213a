-- The schema that Prisma makes from the guide: 14 tables, 71 indexes besides the primary keys, 14 foreign keys.
-- These tables are Prisma's: nothing here is ever altered by a later migration.

CREATE TABLE `users` (
    `id` VARCHAR(191) NOT NULL,
    `prenom` VARCHAR(100) NOT NULL,
    `nom` VARCHAR(100) NOT NULL,
    `email` VARCHAR(255) NOT NULL,
    `password` VARCHAR(255) NOT NULL,
    `role` ENUM('USER', 'ADMIN', 'CORRECTOR') NOT NULL DEFAULT 'USER',
    `isActive` BOOLEAN NOT NULL DEFAULT true,
    `createdAt` DATETIME(3) NOT NULL DEFAULT CURRENT_TIMESTAMP(3),
    `updatedAt` DATETIME(3) NOT NULL,
    `adresse` TEXT NULL,
    `avatar` VARCHAR(500) NULL,
    `telephone` VARCHAR(20) NULL,
    `bio` TEXT NULL,
    `preferences` JSON NULL,

    UNIQUE INDEX `users_email_key`(`email`),
    INDEX `users_email_idx`(`email`),
    INDEX `users_role_idx`(`role`),
    INDEX `users_isActive_idx`(`isActive`),
    PRIMARY KEY (`id`)
) DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_unicode_ci;

CREATE TABLE `commandes` (
    `id` VARCHAR(191) NOT NULL,
    `userId` VARCHAR(191) NOT NULL,
    `titre` VARCHAR(255) NOT NULL,
    `description` TEXT NULL,
    `fichierUrl` VARCHAR(500) NULL,
    `statut` ENUM('EN_ATTENTE', 'EN_COURS', 'TERMINE', 'ANNULEE', 'SUSPENDUE') NOT NULL DEFAULT 'EN_ATTENTE',
    `noteClient` TEXT NULL,
    `noteCorrecteur` TEXT NULL,
    `priorite` ENUM('FAIBLE', 'NORMALE', 'HAUTE', 'URGENTE') NOT NULL DEFAULT 'NORMALE',
    `dateEcheance` DATETIME(3) NULL,
    `dateFinition` DATETIME(3) NULL,
    `createdAt` DATETIME(3) NOT NULL DEFAULT CURRENT_TIMESTAMP(3),
    `updatedAt` DATETIME(3) NOT NULL,
    `paymentStatus` VARCHAR(50) NULL,
    `stripeSessionId` VARCHAR(255) NULL,
    `amount` INTEGER NULL,

    INDEX `commandes_userId_idx`(`userId`),
    INDEX `commandes_statut_idx`(`statut`),
    INDEX `commandes_priorite_idx`(`priorite`),
    INDEX `commandes_createdAt_idx`(`createdAt`),
    PRIMARY KEY (`id`)
) DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_unicode_ci;

CREATE TABLE `files` (
    `id` VARCHAR(191) NOT NULL,
    `filename` VARCHAR(255) NOT NULL,
    `storedName` VARCHAR(255) NOT NULL,
    `mimeType` VARCHAR(100) NOT NULL,
    `size` INTEGER NOT NULL,
    `url` VARCHAR(500) NOT NULL,
    `type` ENUM('DOCUMENT', 'IMAGE', 'AUDIO', 'VIDEO', 'ARCHIVE', 'OTHER') NOT NULL DEFAULT 'DOCUMENT',
    `uploadedById` VARCHAR(191) NOT NULL,
    `commandeId` VARCHAR(191) NULL,
    `description` TEXT NULL,
    `isPublic` BOOLEAN NOT NULL DEFAULT false,
    `createdAt` DATETIME(3) NOT NULL DEFAULT CURRENT_TIMESTAMP(3),
    `updatedAt` DATETIME(3) NOT NULL,

    INDEX `files_uploadedById_idx`(`uploadedById`),
    INDEX `files_commandeId_idx`(`commandeId`),
    INDEX `files_type_idx`(`type`),
    INDEX `files_createdAt_idx`(`createdAt`),
    PRIMARY KEY (`id`)
) DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_unicode_ci;

CREATE TABLE `messages` (
    `id` VARCHAR(191) NOT NULL,
    `conversationId` VARCHAR(191) NOT NULL,
    `senderId` VARCHAR(191) NULL,
    `receiverId` VARCHAR(191) NULL,
    `visitorEmail` VARCHAR(255) NULL,
    `visitorName` VARCHAR(100) NULL,
    `isFromVisitor` BOOLEAN NOT NULL DEFAULT false,
    `subject` VARCHAR(255) NULL,
    `content` TEXT NOT NULL,
    `type` ENUM('USER_MESSAGE', 'SYSTEM_MESSAGE', 'NOTIFICATION', 'SUPPORT_MESSAGE', 'ADMIN_MESSAGE', 'CONSULTATION_REQUEST') NOT NULL DEFAULT 'USER_MESSAGE',
    `statut` ENUM('BROUILLON', 'ENVOYE', 'DELIVRE', 'LU', 'ARCHIVE') NOT NULL DEFAULT 'ENVOYE',
    `isRead` BOOLEAN NOT NULL DEFAULT false,
    `isArchived` BOOLEAN NOT NULL DEFAULT false,
    `isPinned` BOOLEAN NOT NULL DEFAULT false,
    `deletedByAdmin` BOOLEAN NOT NULL DEFAULT false,
    `parentId` VARCHAR(191) NULL,
    `displayFirstName` VARCHAR(100) NULL,
    `displayLastName` VARCHAR(100) NULL,
    `displayRole` VARCHAR(100) NULL,
    `metadata` JSON NULL,
    `status` VARCHAR(50) NULL,
    `createdAt` DATETIME(3) NOT NULL DEFAULT CURRENT_TIMESTAMP(3),
    `updatedAt` DATETIME(3) NOT NULL,

    INDEX `messages_conversationId_idx`(`conversationId`),
    INDEX `messages_senderId_idx`(`senderId`),
    INDEX `messages_receiverId_idx`(`receiverId`),
    INDEX `messages_visitorEmail_idx`(`visitorEmail`),
    INDEX `messages_type_idx`(`type`),
    INDEX `messages_isRead_idx`(`isRead`),
    INDEX `messages_createdAt_idx`(`createdAt`),
    PRIMARY KEY (`id`)
) DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_unicode_ci;

CREATE TABLE `message_attachments` (
    `id` VARCHAR(191) NOT NULL,
    `messageId` VARCHAR(191) NOT NULL,
    `fileId` VARCHAR(191) NOT NULL,

    INDEX `message_attachments_messageId_idx`(`messageId`),
    INDEX `message_attachments_fileId_idx`(`fileId`),
    UNIQUE INDEX `message_attachments_messageId_fileId_key`(`messageId`, `fileId`),
    PRIMARY KEY (`id`)
) DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_unicode_ci;

CREATE TABLE `payment_methods` (
    `id` VARCHAR(191) NOT NULL,
    `userId` VARCHAR(191) NOT NULL,
    `stripePaymentMethodId` VARCHAR(255) NOT NULL,
    `brand` VARCHAR(50) NOT NULL,
    `last4` VARCHAR(4) NOT NULL,
    `expMonth` INTEGER NOT NULL,
    `expYear` INTEGER NOT NULL,
    `isDefault` BOOLEAN NOT NULL DEFAULT false,
    `isActive` BOOLEAN NOT NULL DEFAULT true,
    `fingerprint` VARCHAR(255) NULL,
    `createdAt` DATETIME(3) NOT NULL DEFAULT CURRENT_TIMESTAMP(3),
    `updatedAt` DATETIME(3) NOT NULL,

    UNIQUE INDEX `payment_methods_stripePaymentMethodId_key`(`stripePaymentMethodId`),
    INDEX `payment_methods_userId_idx`(`userId`),
    INDEX `payment_methods_stripePaymentMethodId_idx`(`stripePaymentMethodId`),
    INDEX `payment_methods_isDefault_idx`(`isDefault`),
    INDEX `payment_methods_isActive_idx`(`isActive`),
    PRIMARY KEY (`id`)
) DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_unicode_ci;

CREATE TABLE `invoices` (
    `id` VARCHAR(191) NOT NULL,
    `commandeId` VARCHAR(191) NOT NULL,
    `number` VARCHAR(50) NOT NULL,
    `amount` INTEGER NOT NULL,
    `taxAmount` INTEGER NOT NULL DEFAULT 0,
    `pdfUrl` VARCHAR(500) NOT NULL,
    `status` ENUM('GENERATED', 'SENT', 'PAID', 'OVERDUE', 'CANCELLED') NOT NULL DEFAULT 'GENERATED',
    `issuedAt` DATETIME(3) NULL,
    `dueAt` DATETIME(3) NULL,
    `paidAt` DATETIME(3) NULL,
    `createdAt` DATETIME(3) NOT NULL DEFAULT CURRENT_TIMESTAMP(3),
    `updatedAt` DATETIME(3) NOT NULL,

    UNIQUE INDEX `invoices_number_key`(`number`),
    INDEX `invoices_commandeId_idx`(`commandeId`),
    INDEX `invoices_status_idx`(`status`),
    INDEX `invoices_number_idx`(`number`),
    INDEX `invoices_createdAt_idx`(`createdAt`),
    PRIMARY KEY (`id`)
) DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_unicode_ci;

CREATE TABLE `notifications` (
    `id` VARCHAR(191) NOT NULL,
    `userId` VARCHAR(191) NOT NULL,
    `title` VARCHAR(255) NOT NULL,
    `message` TEXT NOT NULL,
    `type` ENUM('INFO', 'SUCCESS', 'WARNING', 'ERROR', 'PAYMENT', 'ORDER', 'MESSAGE', 'SYSTEM', 'CONSULTATION') NOT NULL DEFAULT 'INFO',
    `priority` ENUM('FAIBLE', 'NORMALE', 'HAUTE', 'URGENTE') NOT NULL DEFAULT 'NORMALE',
    `data` TEXT NULL,
    `actionUrl` VARCHAR(500) NULL,
    `isRead` BOOLEAN NOT NULL DEFAULT false,
    `isDeleted` BOOLEAN NOT NULL DEFAULT false,
    `readAt` DATETIME(3) NULL,
    `expiresAt` DATETIME(3) NULL,
    `createdAt` DATETIME(3) NOT NULL DEFAULT CURRENT_TIMESTAMP(3),
    `updatedAt` DATETIME(3) NOT NULL,

    INDEX `notifications_userId_idx`(`userId`),
    INDEX `notifications_type_idx`(`type`),
    INDEX `notifications_isRead_idx`(`isRead`),
    INDEX `notifications_isDeleted_idx`(`isDeleted`),
    INDEX `notifications_priority_idx`(`priority`),
    INDEX `notifications_createdAt_idx`(`createdAt`),
    PRIMARY KEY (`id`)
) DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_unicode_ci;

CREATE TABLE `pages` (
    `id` VARCHAR(191) NOT NULL,
    `title` VARCHAR(255) NOT NULL,
    `slug` VARCHAR(255) NOT NULL,
    `content` LONGTEXT NOT NULL,
    `excerpt` TEXT NULL,
    `type` ENUM('PAGE', 'FAQ', 'BLOG', 'LEGAL', 'HELP', 'LANDING') NOT NULL DEFAULT 'PAGE',
    `status` ENUM('DRAFT', 'PUBLISHED', 'ARCHIVED', 'SCHEDULED') NOT NULL DEFAULT 'DRAFT',
    `metaTitle` VARCHAR(255) NULL,
    `metaDescription` TEXT NULL,
    `metaKeywords` TEXT NULL,
    `category` VARCHAR(100) NULL,
    `tags` TEXT NULL,
    `sortOrder` INTEGER NOT NULL DEFAULT 0,
    `isPublic` BOOLEAN NOT NULL DEFAULT true,
    `requireAuth` BOOLEAN NOT NULL DEFAULT false,
    `publishedAt` DATETIME(3) NULL,
    `createdAt` DATETIME(3) NOT NULL DEFAULT CURRENT_TIMESTAMP(3),
    `updatedAt` DATETIME(3) NOT NULL,

    UNIQUE INDEX `pages_slug_key`(`slug`),
    INDEX `pages_slug_idx`(`slug`),
    INDEX `pages_type_idx`(`type`),
    INDEX `pages_status_idx`(`status`),
    INDEX `pages_category_idx`(`category`),
    INDEX `pages_isPublic_idx`(`isPublic`),
    INDEX `pages_publishedAt_idx`(`publishedAt`),
    PRIMARY KEY (`id`)
) DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_unicode_ci;

CREATE TABLE `faqs` (
    `id` VARCHAR(191) NOT NULL,
    `question` TEXT NOT NULL,
    `answer` LONGTEXT NOT NULL,
    `details` TEXT NULL,
    `ordre` INTEGER NOT NULL DEFAULT 0,
    `visible` BOOLEAN NOT NULL DEFAULT true,
    `categorie` VARCHAR(100) NOT NULL,
    `createdAt` DATETIME(3) NOT NULL DEFAULT CURRENT_TIMESTAMP(3),
    `updatedAt` DATETIME(3) NOT NULL,

    INDEX `faqs_visible_idx`(`visible`),
    INDEX `faqs_ordre_idx`(`ordre`),
    INDEX `faqs_categorie_idx`(`categorie`),
    INDEX `faqs_createdAt_idx`(`createdAt`),
    PRIMARY KEY (`id`)
) DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_unicode_ci;

CREATE TABLE `tarifs` (
    `id` VARCHAR(191) NOT NULL,
    `nom` VARCHAR(255) NOT NULL,
    `description` TEXT NOT NULL,
    `prix` INTEGER NOT NULL,
    `prixFormate` VARCHAR(50) NOT NULL,
    `typeService` VARCHAR(100) NOT NULL,
    `dureeEstimee` VARCHAR(100) NULL,
    `actif` BOOLEAN NOT NULL DEFAULT true,
    `ordre` INTEGER NOT NULL DEFAULT 0,
    `createdAt` DATETIME(3) NOT NULL DEFAULT CURRENT_TIMESTAMP(3),
    `updatedAt` DATETIME(3) NOT NULL,
    `stripePriceId` VARCHAR(255) NULL,
    `stripeProductId` VARCHAR(255) NULL,

    INDEX `tarifs_actif_idx`(`actif`),
    INDEX `tarifs_ordre_idx`(`ordre`),
    INDEX `tarifs_typeService_idx`(`typeService`),
    INDEX `tarifs_createdAt_idx`(`createdAt`),
    INDEX `tarifs_stripeProductId_idx`(`stripeProductId`),
    INDEX `tarifs_stripePriceId_idx`(`stripePriceId`),
    PRIMARY KEY (`id`)
) DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_unicode_ci;

CREATE TABLE `support_requests` (
    `id` VARCHAR(191) NOT NULL,
    `userId` VARCHAR(191) NOT NULL,
    `title` VARCHAR(255) NOT NULL,
    `description` TEXT NOT NULL,
    `category` ENUM('GENERAL', 'TECHNIQUE', 'FACTURATION', 'COMMANDE', 'COMPTE', 'AUTRE') NOT NULL DEFAULT 'GENERAL',
    `priority` ENUM('FAIBLE', 'NORMALE', 'HAUTE', 'URGENTE', 'CRITIQUE') NOT NULL DEFAULT 'NORMALE',
    `status` ENUM('OUVERT', 'EN_COURS', 'EN_ATTENTE', 'RESOLU', 'FERME', 'ANNULE') NOT NULL DEFAULT 'OUVERT',
    `assignedToId` VARCHAR(191) NULL,
    `source` VARCHAR(100) NULL,
    `tags` TEXT NULL,
    `firstResponseAt` DATETIME(3) NULL,
    `resolvedAt` DATETIME(3) NULL,
    `closedAt` DATETIME(3) NULL,
    `createdAt` DATETIME(3) NOT NULL DEFAULT CURRENT_TIMESTAMP(3),
    `updatedAt` DATETIME(3) NOT NULL,

    INDEX `support_requests_userId_idx`(`userId`),
    INDEX `support_requests_assignedToId_idx`(`assignedToId`),
    INDEX `support_requests_status_idx`(`status`),
    INDEX `support_requests_priority_idx`(`priority`),
    INDEX `support_requests_category_idx`(`category`),
    INDEX `support_requests_createdAt_idx`(`createdAt`),
    PRIMARY KEY (`id`)
) DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_unicode_ci;

CREATE TABLE `audit_logs` (
    `id` VARCHAR(191) NOT NULL,
    `timestamp` DATETIME(3) NOT NULL DEFAULT CURRENT_TIMESTAMP(3),
    `adminEmail` VARCHAR(255) NOT NULL,
    `action` VARCHAR(100) NOT NULL,
    `targetType` ENUM('user', 'command', 'invoice', 'payment', 'file', 'auth', 'system') NOT NULL,
    `targetId` VARCHAR(191) NULL,
    `details` TEXT NULL,
    `ipAddress` VARCHAR(45) NULL,
    `userAgent` TEXT NULL,
    `severity` ENUM('LOW', 'MEDIUM', 'HIGH', 'CRITICAL') NOT NULL DEFAULT 'MEDIUM',
    `createdAt` DATETIME(3) NOT NULL DEFAULT CURRENT_TIMESTAMP(3),

    INDEX `audit_logs_adminEmail_idx`(`adminEmail`),
    INDEX `audit_logs_action_idx`(`action`),
    INDEX `audit_logs_targetType_idx`(`targetType`),
    INDEX `audit_logs_severity_idx`(`severity`),
    INDEX `audit_logs_timestamp_idx`(`timestamp`),
    INDEX `audit_logs_createdAt_idx`(`createdAt`),
    PRIMARY KEY (`id`)
) DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_unicode_ci;

CREATE TABLE `password_resets` (
    `id` VARCHAR(191) NOT NULL,
    `userId` VARCHAR(191) NOT NULL,
    `tokenHash` VARCHAR(255) NOT NULL,
    `expiresAt` DATETIME(3) NOT NULL,
    `createdAt` DATETIME(3) NOT NULL DEFAULT CURRENT_TIMESTAMP(3),

    UNIQUE INDEX `password_resets_tokenHash_key`(`tokenHash`),
    INDEX `password_resets_userId_idx`(`userId`),
    INDEX `password_resets_expiresAt_idx`(`expiresAt`),
    INDEX `password_resets_tokenHash_idx`(`tokenHash`),
    PRIMARY KEY (`id`)
) DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_unicode_ci;

ALTER TABLE `commandes` ADD CONSTRAINT `commandes_userId_fkey` FOREIGN KEY (`userId`) REFERENCES `users`(`id`) ON DELETE CASCADE ON UPDATE CASCADE;

ALTER TABLE `files` ADD CONSTRAINT `files_commandeId_fkey` FOREIGN KEY (`commandeId`) REFERENCES `commandes`(`id`) ON DELETE CASCADE ON UPDATE CASCADE;

ALTER TABLE `files` ADD CONSTRAINT `files_uploadedById_fkey` FOREIGN KEY (`uploadedById`) REFERENCES `users`(`id`) ON DELETE CASCADE ON UPDATE CASCADE;

ALTER TABLE `messages` ADD CONSTRAINT `messages_parentId_fkey` FOREIGN KEY (`parentId`) REFERENCES `messages`(`id`) ON DELETE NO ACTION ON UPDATE NO ACTION;

ALTER TABLE `messages` ADD CONSTRAINT `messages_receiverId_fkey` FOREIGN KEY (`receiverId`) REFERENCES `users`(`id`) ON DELETE SET NULL ON UPDATE CASCADE;

ALTER TABLE `messages` ADD CONSTRAINT `messages_senderId_fkey` FOREIGN KEY (`senderId`) REFERENCES `users`(`id`) ON DELETE CASCADE ON UPDATE CASCADE;

ALTER TABLE `message_attachments` ADD CONSTRAINT `message_attachments_fileId_fkey` FOREIGN KEY (`fileId`) REFERENCES `files`(`id`) ON DELETE CASCADE ON UPDATE CASCADE;

ALTER TABLE `message_attachments` ADD CONSTRAINT `message_attachments_messageId_fkey` FOREIGN KEY (`messageId`) REFERENCES `messages`(`id`) ON DELETE CASCADE ON UPDATE CASCADE;

ALTER TABLE `payment_methods` ADD CONSTRAINT `payment_methods_userId_fkey` FOREIGN KEY (`userId`) REFERENCES `users`(`id`) ON DELETE CASCADE ON UPDATE CASCADE;

ALTER TABLE `invoices` ADD CONSTRAINT `invoices_commandeId_fkey` FOREIGN KEY (`commandeId`) REFERENCES `commandes`(`id`) ON DELETE CASCADE ON UPDATE CASCADE;

ALTER TABLE `notifications` ADD CONSTRAINT `notifications_userId_fkey` FOREIGN KEY (`userId`) REFERENCES `users`(`id`) ON DELETE CASCADE ON UPDATE CASCADE;

ALTER TABLE `support_requests` ADD CONSTRAINT `support_requests_userId_fkey` FOREIGN KEY (`userId`) REFERENCES `users`(`id`) ON DELETE CASCADE ON UPDATE CASCADE;

ALTER TABLE `support_requests` ADD CONSTRAINT `support_requests_assignedToId_fkey` FOREIGN KEY (`assignedToId`) REFERENCES `users`(`id`) ON DELETE SET NULL ON UPDATE CASCADE;

ALTER TABLE `password_resets` ADD CONSTRAINT `password_resets_userId_fkey` FOREIGN KEY (`userId`) REFERENCES `users`(`id`) ON DELETE CASCADE ON UPDATE CASCADE;
