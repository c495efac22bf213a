// Adds a conversation of 650 messages of the heavy user to the seeded database, which has no such long one; every
// third message has a file. The messages are copies of existing rows. Does nothing if the conversation exists.
import mysql from 'mysql2/promise';

import { USERS, parseUrl } from './context.mjs';
import { progress, setting } from './setting.mjs';

const THREAD = 'thread_bench';
const MESSAGES = 650;

const connection = await mysql.createConnection(parseUrl(setting.url));
const rows = async (text, values) => (await connection.query(text, values))[0];
const [{ there }] = await rows('SELECT COUNT(*) AS there FROM messages WHERE conversationId = ?', [THREAD]);
if (there !== MESSAGES) {
  await connection.beginTransaction();
  await connection.query('DELETE FROM messages WHERE conversationId = ?', [THREAD]);
  const copied = await rows('SELECT * FROM messages WHERE senderId = ? OR receiverId = ? ORDER BY id LIMIT ?', [USERS.heavy, USERS.heavy, MESSAGES]);
  const files = await rows('SELECT id FROM files ORDER BY id LIMIT 1');
  for (const [place, message] of copied.entries()) {
    const id = `bench-${String(place).padStart(4, '0')}`;
    const metadata = message.metadata && JSON.stringify(message.metadata);
    await connection.query('INSERT INTO messages SET ?', { ...message, id, conversationId: THREAD, parentId: null, metadata });
    if (place % 3 === 0) await connection.query('INSERT INTO message_attachments SET ?', { id, messageId: id, fileId: files[0].id });
  }
  await connection.commit();
  progress(`${copied.length} messages in ${THREAD}`);
}
await connection.end();
