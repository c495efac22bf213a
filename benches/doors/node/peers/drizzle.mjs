// Drizzle on mysql2: its query builder and relational queries, each prepared once (its fastest way). `planetscale` is
// its name for relational queries without LATERAL, which MariaDB does not support.
import { and, asc, count, desc, eq, gt, gte, inArray, isNotNull, isNull, lt, lte, or, sql, sum } from 'drizzle-orm';
import { drizzle } from 'drizzle-orm/mysql2';
import mysql from 'mysql2/promise';

import { ISOLATION, parseUrl } from '../context.mjs';
import * as schema from './drizzle-schema.mjs';

const { attachments, auditLogs, commandes, faqs, files, messages, notifications, pages, paymentMethods, receiver, sender,
  tarifs, users } = schema;

class RolledBack extends Error {}

export async function open(url) {
  const pool = mysql.createPool({ ...parseUrl(url), connectionLimit: 10, timezone: 'Z' });
  pool.pool.on('connection', (connection) => connection.query(`SET SESSION TRANSACTION ISOLATION LEVEL ${ISOLATION}`));
  await pool.query('SELECT 1');
  const db = drizzle(pool, { schema, mode: 'planetscale' });
  return {
    name: 'drizzle',
    queries: queries(db),
    async rolledBack(act) {
      let answer;
      await db
        .transaction(async (tx) => {
          answer = await act(queries(tx));
          throw new RolledBack();
        })
        .catch((error) => {
          if (!(error instanceof RolledBack)) throw error;
        });
      return answer;
    },
    close: () => pool.end(),
  };
}

const $ = (name) => sql.placeholder(name);
const brief = (user) => ({ id: user.id, prenom: user.prenom, nom: user.nom, avatar: user.avatar, role: user.role });
const number = (expression) => expression.mapWith(Number);
const unread = and(eq(notifications.isDeleted, false), eq(notifications.isRead, false));

function queries(db) {
  const unreadCount = db
    .select({ count: count() })
    .from(notifications)
    .where(and(eq(notifications.userId, $('user')), unread,
      or(isNull(notifications.expiresAt), gt(notifications.expiresAt, $('now')))))
    .prepare();
  const { id, title, message, type, priority, isRead, actionUrl, createdAt } = notifications;
  const list = db
    .select({ id, title, message, type, priority, isRead, actionUrl, createdAt })
    .from(notifications)
    .where(and(eq(notifications.userId, $('user')), eq(notifications.isDeleted, false)))
    .orderBy(desc(priority), desc(createdAt), desc(id))
    .limit(20)
    .prepare();
  const p = paymentMethods;
  const cards = db
    .select({
      id: p.id, stripePaymentMethodId: p.stripePaymentMethodId, brand: p.brand, last4: p.last4, expMonth: p.expMonth,
      expYear: p.expYear, isDefault: p.isDefault,
    })
    .from(p)
    .where(and(eq(p.userId, $('user')), eq(p.isActive, true)))
    .orderBy(desc(p.isDefault), desc(p.createdAt), desc(p.id))
    .prepare();
  const orders = db.query.commandes
    .findMany({
      where: eq(commandes.userId, $('user')),
      with: { invoices: { columns: { id: true, number: true, amount: true, status: true, pdfUrl: true } } },
      orderBy: [desc(commandes.createdAt), desc(commandes.id)],
      limit: 100,
    })
    .prepare();
  const payments = db
    .select({ paymentStatus: commandes.paymentStatus, amount: number(sum(commandes.amount)), count: count() })
    .from(commandes)
    .where(and(gte(commandes.createdAt, $('from')), lt(commandes.createdAt, $('to')), gt(commandes.amount, 0)))
    .groupBy(commandes.paymentStatus)
    .orderBy(asc(commandes.paymentStatus))
    .prepare();
  const byRole = db
    .select({ role: users.role, isActive: users.isActive, count: count() })
    .from(users)
    .groupBy(users.role, users.isActive)
    .orderBy(asc(users.role), asc(users.isActive))
    .prepare();
  const byStatut = db
    .select({ statut: commandes.statut, count: count() })
    .from(commandes)
    .where(gte(commandes.createdAt, $('since')))
    .groupBy(commandes.statut)
    .orderBy(asc(commandes.statut))
    .prepare();
  const revenue = db
    .select({ sum: number(sum(commandes.amount)), average: sql`avg(${commandes.amount})`.mapWith(Number), count: count() })
    .from(commandes)
    .where(and(gte(commandes.createdAt, $('since')), eq(commandes.paymentStatus, 'paid')))
    .prepare();
  const a = auditLogs;
  const recent = db
    .select({
      id: a.id, timestamp: a.timestamp, adminEmail: a.adminEmail, action: a.action, targetType: a.targetType,
      severity: a.severity,
    })
    .from(a)
    .where(inArray(a.severity, ['HIGH', 'CRITICAL']))
    .orderBy(desc(a.timestamp), desc(a.id))
    .limit(10)
    .prepare();

  const toRead = sql`(${messages.receiverId} <=> ${$('user')} and not ${messages.isRead} and not ${messages.deletedByAdmin})`;
  const newest = db
    .select({
      newest: sql`max(concat(${messages.createdAt}, ${messages.id}))`.as('newest'),
      messageCount: count().as('messageCount'),
      unreadCount: sql`sum(${toRead})`
        .mapWith(Number)
        .as('unreadCount'),
    })
    .from(messages)
    .where(or(eq(messages.senderId, $('user')), eq(messages.receiverId, $('user'))))
    .groupBy(messages.conversationId)
    .orderBy(sql`newest desc`)
    .limit(50)
    .as('t');
  const conversations = db
    .select({
      messageCount: newest.messageCount, unreadCount: newest.unreadCount, message: messages, sender: brief(sender),
      receiver: brief(receiver),
    })
    .from(newest)
    .innerJoin(messages, eq(messages.id, sql`substring(${newest.newest}, 24)`))
    .leftJoin(sender, eq(sender.id, messages.senderId))
    .leftJoin(receiver, eq(receiver.id, messages.receiverId))
    .orderBy(desc(newest.newest))
    .prepare();

  // Not as a relational query: MariaDB does not know the outer table in its nested subqueries.
  const conversation = db
    .select({
      message: messages, sender: { prenom: sender.prenom, nom: sender.nom, avatar: sender.avatar, role: sender.role },
    })
    .from(messages)
    .leftJoin(sender, eq(sender.id, messages.senderId))
    .where(eq(messages.conversationId, $('conversation')))
    .orderBy(asc(messages.createdAt), asc(messages.id))
    .limit(1000)
    .prepare();
  const attached = db
    .select({ id: attachments.id, messageId: attachments.messageId, fileId: attachments.fileId, file: files })
    .from(messages)
    .innerJoin(attachments, eq(attachments.messageId, messages.id))
    .innerJoin(files, eq(files.id, attachments.fileId))
    .where(eq(messages.conversationId, $('conversation')))
    .prepare();
  const messageStats = db
    .select({ type: messages.type, statut: messages.statut, count: count() })
    .from(messages)
    .where(gte(messages.createdAt, $('since')))
    .groupBy(messages.type, messages.statut)
    .orderBy(asc(messages.type), asc(messages.statut))
    .prepare();
  const m = messages;
  const records = db
    .select({
      id: m.id, conversationId: m.conversationId, senderId: m.senderId, receiverId: m.receiverId, type: m.type,
      statut: m.statut, isRead: m.isRead, createdAt: m.createdAt,
    })
    .from(m)
    .where(and(gte(m.createdAt, $('start')), lt(m.createdAt, $('to'))))
    .orderBy(asc(m.createdAt), asc(m.id))
    .limit(100_000)
    .prepare();
  const g = pages;
  const published = db
    .select({
      id: g.id, title: g.title, slug: g.slug, excerpt: g.excerpt, type: g.type, metaTitle: g.metaTitle,
      metaDescription: g.metaDescription, publishedAt: g.publishedAt,
    })
    .from(g)
    .where(and(eq(g.status, 'PUBLISHED'), eq(g.isPublic, true), lte(g.publishedAt, $('now'))))
    .orderBy(asc(g.type), asc(g.sortOrder), asc(g.slug))
    .prepare();
  const byCategorie = db
    .select({ categorie: faqs.categorie, count: count() })
    .from(faqs)
    .where(eq(faqs.visible, true))
    .groupBy(faqs.categorie)
    .orderBy(asc(faqs.categorie))
    .prepare();
  const t = tarifs;
  const offers = db
    .select({
      id: t.id, nom: t.nom, description: t.description, prix: t.prix, prixFormate: t.prixFormate,
      dureeEstimee: t.dureeEstimee, stripePriceId: t.stripePriceId, stripeProductId: t.stripeProductId,
    })
    .from(t)
    .where(and(eq(t.actif, true), isNotNull(t.stripeProductId)))
    .orderBy(asc(t.ordre), asc(t.prix), asc(t.id))
    .prepare();

  return {
    'notifications.unread_count': async (c) => (await unreadCount.execute(c))[0].count,
    'notifications.list_by_user': (c) => list.execute(c),
    'notifications.mark_all_read': async ({ user, now }) => {
      const mine = and(eq(notifications.userId, user), unread);
      const [{ affectedRows }] = await db.update(notifications).set({ isRead: true, readAt: now, updatedAt: now }).where(mine);
      return affectedRows;
    },
    'payment_methods.list_active': (c) => cards.execute(c),
    'commandes.list_with_invoices': (c) => orders.execute(c),
    'stats.payments_by_status': (c) => payments.execute(c),
    'stats.users_by_role': () => byRole.execute(),
    'stats.commandes_by_statut': (c) => byStatut.execute(c),
    'stats.revenue': async (c) => (await revenue.execute(c))[0],
    'audit_logs.list_recent': () => recent.execute(),
    'messages.list_conversations': async (c) =>
      (await conversations.execute(c)).map(({ message: newestOf, ...rest }) => Object.assign(newestOf, rest)),
    'messages.list_by_conversation': async (c) => {
      const byId = new Map();
      for (const { message: of, sender: by } of await conversation.execute(c)) {
        byId.set(of.id, Object.assign(of, { sender: by, attachments: [] }));
      }
      for (const attachment of await attached.execute(c)) byId.get(attachment.messageId)?.attachments.push(attachment);
      return [...byId.values()];
    },
    'stats.messages_by_type_and_statut': (c) => messageStats.execute(c),
    'stats.message_records': (c) => records.execute(c),
    'pages.list_published': (c) => published.execute(c),
    'faqs.count_by_categorie': () => byCategorie.execute(),
    'tarifs.list_active': () => offers.execute(),
  };
}
