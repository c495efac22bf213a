// mysql2 with `execute` and Staka's SQL, converted by hand to the same rows: nested objects, booleans, parsed JSON.
import mysql from 'mysql2/promise';

import { ISOLATION, SQL, parseUrl, values } from '../context.mjs';

export async function open(url) {
  const pool = mysql.createPool({ ...parseUrl(url), connectionLimit: 10, timezone: 'Z', maxPreparedStatements: 512 });
  pool.pool.on('connection', (connection) => connection.query(`SET SESSION TRANSACTION ISOLATION LEVEL ${ISOLATION}`));
  await pool.query('SELECT 1');
  const on = (executor) => Object.fromEntries(Object.entries(queries).map(([name, query]) => [name, (c) => query(executor, c)]));
  return {
    name: 'mysql2',
    queries: on(pool),
    pool,
    /** Runs `body` with queries that are rolled back afterwards. */
    async rolledBack(act) {
      const connection = await pool.getConnection();
      try {
        await connection.beginTransaction();
        return await act(on(connection));
      } finally {
        await connection.rollback();
        connection.release();
      }
    },
    close: () => pool.end(),
  };
}

const rows = async (db, name, context, { part = 0, nested = false } = {}) => {
  const { text, parameters } = SQL[name][part];
  // A number would be sent as a double, which MySQL refuses after LIMIT.
  const bound = values(parameters, context).map((value) => (typeof value === 'number' ? String(value) : value));
  // With `nestTables`, a row has an object for each table of the statement.
  return (await db.execute(nested ? { sql: text, nestTables: true } : text, bound))[0];
};

const COMMANDES_PAGE = 100;
const CONVERSATIONS_PAGE = 50;
const MESSAGES_PAGE = 1000;
const MANY = 100_000;

function message(row) {
  row.isFromVisitor = row.isFromVisitor === 1;
  row.isRead = row.isRead === 1;
  row.isArchived = row.isArchived === 1;
  row.isPinned = row.isPinned === 1;
  row.deletedByAdmin = row.deletedByAdmin === 1;
  // The driver parses MySQL's JSON type; MariaDB's is text.
  if (typeof row.metadata === 'string') row.metadata = JSON.parse(row.metadata);
  return row;
}

const flag = (name) => (row) => {
  row[name] = row[name] === 1;
  return row;
};

const queries = {
  'notifications.unread_count': async (db, c) => (await rows(db, 'notifications.unread_count', c))[0].count,
  'notifications.list_by_user': async (db, c) => (await rows(db, 'notifications.list_by_user', c)).slice(0, 20).map(flag('isRead')),
  'notifications.mark_all_read': async (db, c) => (await rows(db, 'notifications.mark_all_read', c)).affectedRows,
  'payment_methods.list_active': async (db, c) => (await rows(db, 'payment_methods.list_active', c)).map(flag('isDefault')),

  'commandes.list_with_invoices': async (db, c) => {
    const commandes = (await rows(db, 'commandes.list_with_invoices', c)).slice(0, COMMANDES_PAGE);
    if (commandes.length === 0) return commandes;
    const byId = new Map();
    for (const commande of commandes) {
      commande.invoices = [];
      byId.set(commande.id, commande);
    }
    const window = { ...c, oldest: commandes.at(-1).createdAt, newest: commandes[0].createdAt };
    const invoices = await rows(db, 'commandes.list_with_invoices', window, { part: 1 });
    for (const { commandeId, id, number, amount, status, pdfUrl } of invoices) {
      byId.get(commandeId)?.invoices.push({ id, number, amount, status, pdfUrl });
    }
    return commandes;
  },

  'stats.payments_by_status': (db, c) => rows(db, 'stats.payments_by_status', c),
  'stats.users_by_role': async (db, c) => (await rows(db, 'stats.users_by_role', c)).map(flag('isActive')),
  'stats.commandes_by_statut': (db, c) => rows(db, 'stats.commandes_by_statut', c),
  'stats.revenue': async (db, c) => {
    const [{ sum, withAmount, count }] = await rows(db, 'stats.revenue', c);
    return { sum, average: sum === null ? null : Math.round((sum / withAmount) * 1e4) / 1e4, count };
  },
  'audit_logs.list_recent': (db, c) => rows(db, 'audit_logs.list_recent', c),

  'messages.list_conversations': async (db, c) => {
    const nested = await rows(db, 'messages.list_conversations', c, { nested: true });
    return nested.slice(0, CONVERSATIONS_PAGE).map(({ t, m, s, r }) => {
      message(m);
      m.messageCount = t.messageCount;
      m.unreadCount = t.unreadCount;
      m.sender = s.id === null ? null : s;
      m.receiver = r.id === null ? null : r;
      return m;
    });
  },

  'messages.list_by_conversation': async (db, c) => {
    const nested = await rows(db, 'messages.list_by_conversation', c, { nested: true });
    const byId = new Map();
    const messages = nested.slice(0, MESSAGES_PAGE).map(({ m, s }) => {
      message(m);
      m.sender = s.role === null ? null : s;
      m.attachments = [];
      byId.set(m.id, m);
      return m;
    });
    if (messages.length === 0) return messages;
    const window = { ...c, oldest: messages[0].createdAt, newest: messages.at(-1).createdAt };
    for (const { a, f } of await rows(db, 'messages.list_by_conversation', window, { part: 1, nested: true })) {
      a.file = f;
      byId.get(a.messageId)?.attachments.push(a);
    }
    return messages;
  },

  'stats.messages_by_type_and_statut': (db, c) => rows(db, 'stats.messages_by_type_and_statut', c),
  'stats.message_records': async (db, c) => (await rows(db, 'stats.message_records', c)).slice(0, MANY).map(flag('isRead')),
  'pages.list_published': (db, c) => rows(db, 'pages.list_published', c),
  'faqs.count_by_categorie': (db, c) => rows(db, 'faqs.count_by_categorie', c),
  'tarifs.list_active': (db, c) => rows(db, 'tarifs.list_active', c),
};
