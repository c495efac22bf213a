// First steps: a handle, some operations, a session for a user, an error, a transaction.
//
//     DATABASE_URL=mysql://user:password@host:3306/staka node examples/node/first_steps.mjs
//
// Without DATABASE_URL a private server with demo data is started, which takes a minute. Your own programs import from
// the package: `import { Role, Staka, StakaError } from 'staka'`.

import { Role, Staka, StakaError } from '../../staka-node/index.mjs';

const url = process.env.DATABASE_URL;
const staka = url ? await Staka.connect(url) : await Staka.local({ scale: 'small' });

// The operations of the handle itself run as the system and are not restricted.
const user = '00000000-0000-7000-8000-000000000003';
console.log(`${await staka.notifications.unreadCount(user)} unread`);
const { items, next } = await staka.notifications.listByUser(user, { unreadOnly: true, limit: 3 });
for (const { createdAt, title } of items) console.log(`${createdAt.toISOString()} ${title}`);
if (next !== null) console.log('and more: pass `after: next`');

// A session of a user is restricted: it sees the user's own notifications, but not those of others.
const session = staka.asUser(user, Role.USER, { ip: '192.0.2.1' });
try {
  await session.notifications.unreadCount('00000000-0000-7000-8000-000000000001');
} catch (error) {
  if (!(error instanceof StakaError)) throw error;
  console.log(`${error.code}: ${error.message}`);
}

// A transaction is committed when its body ends and rolled back when it throws.
const before = await session.transaction(async (tx) => {
  const count = await tx.notifications.unreadCount(user);
  await tx.notifications.markAllRead(user);
  return count;
});
console.log(`${before} unread before, ${await session.notifications.unreadCount(user)} unread now`);

await staka.close();
