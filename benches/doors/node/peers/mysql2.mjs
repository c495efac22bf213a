// mysql2 with `execute` and Staka's own SQL by hand, made into the same rows: nested briefs, booleans, parsed JSON.
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
    /** Runs `act` with queries that are rolled back afterwards. */
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

const rows = async (db, name, context, part = 0) => {
  const { text, parameters } = SQL[name][part];
  // A number would be sent as a double, which MySQL refuses after LIMIT.
  const bound = values(parameters, context).map((value) => (typeof value === 'number' ? String(value) : value));
  return (await db.execute(text, bound))[0];
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
  // MySQL's JSON type is parsed by the driver, MariaDB's is text.
  if (typeof row.metadata === 'string') row.metadata = JSON.parse(row.metadata);
  return row;
}

function brief(row, who) {
  const { [`${who}_id`]: id, [`${who}_prenom`]: prenom, [`${who}_nom`]: nom, [`${who}_avatar`]: avatar, [`${who}_role`]: role } = row;
  delete row[`${who}_id`];
  delete row[`${who}_prenom`];
  delete row[`${who}_nom`];
  delete row[`${who}_avatar`];
  delete row[`${who}_role`];
  row[who] = role === null ? null : id === undefined ? { prenom, nom, avatar, role } : { id, prenom, nom, avatar, role };
}

const flag = (name) => (row) => {
  row[name] = row[name] === 1;
  return row;
};

const queries = {
  'notifications.unread_count': async (db, c) => (await rows(db, 'notifications.unread_count', c))[0].count,
  'notifications.list': async (db, c) => (await rows(db, 'notifications.list', c)).slice(0, 20).map(flag('isRead')),
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
    for (const { commandeId, ...invoice } of await rows(db, 'commandes.list_with_invoices', window, 1)) {
      byId.get(commandeId)?.invoices.push(invoice);
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
  'audit_logs.recent': (db, c) => rows(db, 'audit_logs.recent', c),

  'messages.conversations': async (db, c) => {
    const conversations = (await rows(db, 'messages.conversations', c)).slice(0, CONVERSATIONS_PAGE);
    for (const row of conversations) {
      message(row);
      brief(row, 'sender');
      brief(row, 'receiver');
    }
    return conversations;
  },

  'messages.conversation': async (db, c) => {
    const messages = (await rows(db, 'messages.conversation', c)).slice(0, MESSAGES_PAGE);
    if (messages.length === 0) return messages;
    const byId = new Map();
    for (const row of messages) {
      message(row);
      brief(row, 'sender');
      row.attachments = [];
      byId.set(row.id, row);
    }
    const window = { ...c, oldest: messages[0].createdAt, newest: messages.at(-1).createdAt };
    for (const { id, messageId, fileId, file_id, ...file } of await rows(db, 'messages.conversation', window, 1)) {
      byId.get(messageId)?.attachments.push({ id, messageId, fileId, file: { id: file_id, ...file } });
    }
    return messages;
  },

  'stats.messages_by_type_and_statut': (db, c) => rows(db, 'stats.messages_by_type_and_statut', c),
  'stats.messages': async (db, c) => (await rows(db, 'stats.messages', c)).slice(0, MANY).map(flag('isRead')),
  'pages.published': (db, c) => rows(db, 'pages.published', c),
  'faqs.count_by_categorie': (db, c) => rows(db, 'faqs.count_by_categorie', c),
  'tarifs.active': (db, c) => rows(db, 'tarifs.active', c),
};
