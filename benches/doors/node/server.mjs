// The server's part of the time, from SHOW PROFILES for the statements as Staka sends them, prepared and
// over the binary protocol. It includes writing the rows to the socket, but not the network and the client.
import mysql from 'mysql2/promise';

import { ISOLATION, SQL, parseUrl, values } from './context.mjs';

export async function openServer(url) {
  const connection = await mysql.createConnection({ ...parseUrl(url), timezone: 'Z' });
  await connection.query(`SET SESSION TRANSACTION ISOLATION LEVEL ${ISOLATION}`);

  async function run({ text, parameters }, context) {
    const bound = values(parameters, context).map((value) => (typeof value === 'number' ? String(value) : value));
    return (await connection.execute(text, bound))[0];
  }

  // The list also contains earlier statements.
  let seen = 0;

  /** Returns the milliseconds of all statements of one call. */
  async function once(query, context) {
    const write = query === 'notifications.mark_all_read';
    if (write) await connection.beginTransaction();
    await connection.query('SET profiling = 1');
    const [first, ...others] = SQL[query];
    const rows = await run(first, context);
    for (const statement of others) {
      const moments = rows.map((row) => row.createdAt).sort((a, b) => a - b);
      if (rows.length > 0) await run(statement, { ...context, oldest: moments[0], newest: moments.at(-1) });
    }
    await connection.query('SET profiling = 0');
    const [profiles] = await connection.query('SHOW PROFILES');
    if (write) await connection.rollback();
    const made = profiles.filter(({ Query_ID, Query }) => Query_ID > seen && /^(SELECT|UPDATE|\(SELECT)/.test(Query));
    seen = profiles.at(-1).Query_ID;
    return made.reduce((sum, { Duration }) => sum + Duration * 1000, 0);
  }

  return {
    once,
    /** Returns the user's conversation with the most messages, and among equal ones the most attachments. */
    async conversationOf(user) {
      const text = `SELECT m.conversationId FROM messages m LEFT JOIN message_attachments a ON a.messageId = m.id
        WHERE m.senderId = ? OR m.receiverId = ? GROUP BY m.conversationId
        ORDER BY COUNT(DISTINCT m.id) DESC, COUNT(a.id) DESC, m.conversationId LIMIT 1`;
      return (await connection.query(text, [user, user]))[0][0]?.conversationId;
    },
    version: async () => (await connection.query('SELECT VERSION() AS version'))[0][0].version,
    close: () => connection.end(),
  };
}
