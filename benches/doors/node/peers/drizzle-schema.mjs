// The tables as Drizzle declares them, as far as the queries need them.
import { relations } from 'drizzle-orm';
import { alias, boolean, customType, datetime, int, mysqlEnum, mysqlTable, text, varchar } from 'drizzle-orm/mysql-core';

const id = (name) => varchar(name, { length: 191 });
const moment = () => datetime({ mode: 'date', fsp: 3 });
// Drizzle's own `json` does not parse MariaDB's JSON.
const json = customType({
  dataType: () => 'json',
  fromDriver: (value) => (typeof value === 'string' ? JSON.parse(value) : value),
});

export const users = mysqlTable('users', {
  id: id().primaryKey(),
  prenom: varchar({ length: 100 }).notNull(),
  nom: varchar({ length: 100 }).notNull(),
  avatar: varchar({ length: 500 }),
  role: mysqlEnum(['USER', 'ADMIN', 'CORRECTOR']).notNull(),
  isActive: boolean().notNull(),
});

export const commandes = mysqlTable('commandes', {
  id: id().primaryKey(),
  userId: id().notNull(),
  titre: varchar({ length: 255 }).notNull(),
  description: text(),
  fichierUrl: varchar({ length: 500 }),
  statut: mysqlEnum(['EN_ATTENTE', 'EN_COURS', 'TERMINE', 'ANNULEE', 'SUSPENDUE']).notNull(),
  noteClient: text(),
  noteCorrecteur: text(),
  priorite: mysqlEnum(['FAIBLE', 'NORMALE', 'HAUTE', 'URGENTE']).notNull(),
  dateEcheance: moment(),
  dateFinition: moment(),
  createdAt: moment().notNull(),
  updatedAt: moment().notNull(),
  paymentStatus: varchar({ length: 50 }),
  stripeSessionId: varchar({ length: 255 }),
  amount: int(),
});

export const invoices = mysqlTable('invoices', {
  id: id().primaryKey(),
  commandeId: id().notNull(),
  number: varchar({ length: 50 }).notNull(),
  amount: int().notNull(),
  pdfUrl: varchar({ length: 500 }).notNull(),
  status: mysqlEnum(['GENERATED', 'SENT', 'PAID', 'OVERDUE', 'CANCELLED']).notNull(),
  createdAt: moment().notNull(),
});

export const files = mysqlTable('files', {
  id: id().primaryKey(),
  filename: varchar({ length: 255 }).notNull(),
  mimeType: varchar({ length: 100 }).notNull(),
  size: int().notNull(),
  url: varchar({ length: 500 }).notNull(),
  type: mysqlEnum(['DOCUMENT', 'IMAGE', 'AUDIO', 'VIDEO', 'ARCHIVE', 'OTHER']).notNull(),
});

export const messages = mysqlTable('messages', {
  id: id().primaryKey(),
  conversationId: id().notNull(),
  senderId: id(),
  receiverId: id(),
  visitorEmail: varchar({ length: 255 }),
  visitorName: varchar({ length: 100 }),
  isFromVisitor: boolean().notNull(),
  subject: varchar({ length: 255 }),
  content: text().notNull(),
  type: mysqlEnum([
    'USER_MESSAGE', 'SYSTEM_MESSAGE', 'NOTIFICATION', 'SUPPORT_MESSAGE', 'ADMIN_MESSAGE', 'CONSULTATION_REQUEST',
  ]).notNull(),
  statut: mysqlEnum(['BROUILLON', 'ENVOYE', 'DELIVRE', 'LU', 'ARCHIVE']).notNull(),
  isRead: boolean().notNull(),
  isArchived: boolean().notNull(),
  isPinned: boolean().notNull(),
  deletedByAdmin: boolean().notNull(),
  parentId: id(),
  displayFirstName: varchar({ length: 100 }),
  displayLastName: varchar({ length: 100 }),
  displayRole: varchar({ length: 100 }),
  metadata: json(),
  status: varchar({ length: 50 }),
  createdAt: moment().notNull(),
  updatedAt: moment().notNull(),
});

export const attachments = mysqlTable('message_attachments', {
  id: id().primaryKey(),
  messageId: id().notNull(),
  fileId: id().notNull(),
});

export const paymentMethods = mysqlTable('payment_methods', {
  id: id().primaryKey(),
  userId: id().notNull(),
  stripePaymentMethodId: varchar({ length: 255 }).notNull(),
  brand: varchar({ length: 50 }).notNull(),
  last4: varchar({ length: 4 }).notNull(),
  expMonth: int().notNull(),
  expYear: int().notNull(),
  isDefault: boolean().notNull(),
  isActive: boolean().notNull(),
  createdAt: moment().notNull(),
});

export const notifications = mysqlTable('notifications', {
  id: id().primaryKey(),
  userId: id().notNull(),
  title: varchar({ length: 255 }).notNull(),
  message: text().notNull(),
  type: mysqlEnum([
    'INFO', 'SUCCESS', 'WARNING', 'ERROR', 'PAYMENT', 'ORDER', 'MESSAGE', 'SYSTEM', 'CONSULTATION',
  ]).notNull(),
  priority: mysqlEnum(['FAIBLE', 'NORMALE', 'HAUTE', 'URGENTE']).notNull(),
  actionUrl: varchar({ length: 500 }),
  isRead: boolean().notNull(),
  isDeleted: boolean().notNull(),
  readAt: moment(),
  expiresAt: moment(),
  createdAt: moment().notNull(),
  updatedAt: moment().notNull(),
});

export const pages = mysqlTable('pages', {
  id: id().primaryKey(),
  title: varchar({ length: 255 }).notNull(),
  slug: varchar({ length: 255 }).notNull(),
  excerpt: text(),
  type: mysqlEnum(['PAGE', 'FAQ', 'BLOG', 'LEGAL', 'HELP', 'LANDING']).notNull(),
  status: mysqlEnum(['DRAFT', 'PUBLISHED', 'ARCHIVED', 'SCHEDULED']).notNull(),
  metaTitle: varchar({ length: 255 }),
  metaDescription: text(),
  sortOrder: int().notNull(),
  isPublic: boolean().notNull(),
  publishedAt: moment(),
});

export const faqs = mysqlTable('faqs', {
  id: id().primaryKey(),
  visible: boolean().notNull(),
  categorie: varchar({ length: 100 }).notNull(),
});

export const tarifs = mysqlTable('tarifs', {
  id: id().primaryKey(),
  nom: varchar({ length: 255 }).notNull(),
  description: text().notNull(),
  prix: int().notNull(),
  prixFormate: varchar({ length: 50 }).notNull(),
  dureeEstimee: varchar({ length: 100 }),
  actif: boolean().notNull(),
  ordre: int().notNull(),
  stripePriceId: varchar({ length: 255 }),
  stripeProductId: varchar({ length: 255 }),
});

export const auditLogs = mysqlTable('audit_logs', {
  id: id().primaryKey(),
  timestamp: moment().notNull(),
  adminEmail: varchar({ length: 255 }).notNull(),
  action: varchar({ length: 100 }).notNull(),
  targetType: mysqlEnum(['user', 'command', 'invoice', 'payment', 'file', 'auth', 'system']).notNull(),
  severity: mysqlEnum(['LOW', 'MEDIUM', 'HIGH', 'CRITICAL']).notNull(),
});

export const sender = alias(users, 's');
export const receiver = alias(users, 'r');

export const commandesRelations = relations(commandes, ({ many }) => ({ invoices: many(invoices) }));
export const invoicesRelations = relations(invoices, ({ one }) => ({
  commande: one(commandes, { fields: [invoices.commandeId], references: [commandes.id] }),
}));
