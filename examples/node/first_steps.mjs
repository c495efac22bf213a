// A handle, some operations, a session for a user, an error, a transaction.
//
//     DATABASE_URL=mysql://user:password@host:3306/staka node examples/node/first_steps.mjs
//
// Without DATABASE_URL a private server with demo data is started, which takes a minute. In a program of your own the
// first line is `import { Role, Staka, StakaError } from 'staka'`.

import { Role, Staka, StakaError } from '../../staka-node/index.mjs';

const url = process.env.DATABASE_URL;
const staka = url ? await Staka.connect(url) : await Staka.local({ scale: 'small' });

// The handle itself acts as the program: it has authorised its caller.
const user = '00000000-0000-7000-8000-000000000003';
console.log(`${await staka.notifications.unreadCount(user)} unread`);
const { items, next } = await staka.notifications.list(user, { unreadOnly: true, limit: 3 });
for (const { createdAt, title } of items) console.log(`${createdAt.toISOString()} ${title}`);
if (next !== null) console.log('and more: pass `after: next`');

// For a signed-in user the core decides: one's own notifications, nobody else's.
const session = staka.asUser(user, Role.USER, { ip: '192.0.2.1' });
try {
  await session.notifications.unreadCount('00000000-0000-7000-8000-000000000001');
} catch (error) {
  if (!(error instanceof StakaError)) throw error;
  console.log(`${error.code}: ${error.message}`);
}

// What a transaction does is kept when its body ends, and undone when it throws.
const before = await session.transaction(async (tx) => {
  const count = await tx.notifications.unreadCount(user);
  await tx.notifications.markAllRead(user);
  return count;
});
console.log(`${before} were unread, ${await session.notifications.unreadCount(user)} are`);

await staka.close();
