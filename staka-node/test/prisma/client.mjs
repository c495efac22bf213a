// A Prisma client on a database URL, with its fastest settings: one pool, and cached prepared statements (by default,
// the adapter prepares at each call). The client must have been generated: see prepare.mjs.
import { createRequire } from 'node:module';

const require = createRequire(import.meta.url);

export function connect(url, { isolation, connections = 10 } = {}) {
  const { PrismaMariaDb } = require('@prisma/adapter-mariadb');
  const { PrismaClient } = require('@prisma/client');
  const { hostname, port, username, password, pathname, searchParams } = new URL(url);
  const socket = searchParams.get('socket');
  const adapter = new PrismaMariaDb({
    ...(socket ? { socketPath: socket } : { host: hostname, port: Number(port || 3306) }),
    user: decodeURIComponent(username),
    password: decodeURIComponent(password) || undefined,
    database: decodeURIComponent(pathname.slice(1)),
    connectionLimit: connections,
    prepareCacheLength: 256,
    // MySQL 8 and later, without TLS.
    allowPublicKeyRetrieval: true,
    ...(isolation && { initSql: `SET SESSION TRANSACTION ISOLATION LEVEL ${isolation}` }),
  });
  return new PrismaClient({ adapter });
}
