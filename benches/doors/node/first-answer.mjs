// The child process of startup.mjs: imports one library as its users do, connects, and runs one query. The shared
// modules of the other scripts are not loaded, because their time would be added to each library's.
import { createRequire } from 'node:module';

const require = createRequire(import.meta.url);
const [, , name, url] = process.argv;
const now = new Date(process.env.STAKA_BENCH_NOW ?? '2026-06-15T12:00:00.000Z');
const user = '00000000-0000-7000-8000-000000000003';

const start = performance.now();
const answer = await {
  node: async () => null,

  async staka() {
    const { Staka } = require('../../../staka-node');
    const own = new URL(url);
    own.searchParams.set('ssl-mode', 'disabled');
    const staka = await Staka.connect(own.href, { now });
    return staka.notifications.unreadCount(user);
  },

  async mysql2() {
    const mysql = require('mysql2/promise');
    const pool = mysql.createPool(options());
    const text = `SELECT COUNT(*) AS count FROM notifications n WHERE n.userId = ? AND n.isDeleted = FALSE AND n.isRead = FALSE
      AND (n.expiresAt IS NULL OR n.expiresAt > ?)`;
    return (await pool.execute(text, [user, now]))[0][0].count;
  },

  async drizzle() {
    const { and, count, eq, gt, isNull, or } = require('drizzle-orm');
    const { drizzle } = require('drizzle-orm/mysql2');
    const mysql = require('mysql2/promise');
    const { notifications: n } = await import('./peers/drizzle-schema.mjs');
    const alive = or(isNull(n.expiresAt), gt(n.expiresAt, now));
    const unread = and(eq(n.userId, user), eq(n.isDeleted, false), eq(n.isRead, false), alive);
    return (await drizzle(mysql.createPool(options())).select({ count: count() }).from(n).where(unread))[0].count;
  },

  async prisma() {
    const { connect } = await import('../../../staka-node/test/prisma/client.mjs');
    const prisma = connect(url);
    return prisma.notification.count({
      where: { userId: user, isRead: false, isDeleted: false, OR: [{ expiresAt: null }, { expiresAt: { gt: now } }] },
    });
  },
}[name]();
process.stdout.write(JSON.stringify({ firstAnswer: performance.now() - start, answer }), () => process.exit(0));

function options() {
  const { hostname, port, username, password, pathname, searchParams } = new URL(url);
  const socketPath = searchParams.get('socket');
  return {
    ...(socketPath ? { socketPath } : { host: hostname, port: Number(port || 3306) }),
    user: decodeURIComponent(username), password: decodeURIComponent(password) || undefined,
    database: decodeURIComponent(pathname.slice(1)), timezone: 'Z',
  };
}
