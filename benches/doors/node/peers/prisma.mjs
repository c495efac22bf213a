// Prisma 7.10 with the specification's queries; a query that returns other rows than Staka is changed as little as
// possible.
import { connect } from '../../../../staka-node/test/prisma/client.mjs';
import { queries as guide } from '../../../../staka-node/test/prisma/queries.mjs';
import { ISOLATION } from '../context.mjs';

const queries = {
  ...guide,
  'notifications.unread_count': (prisma, { user, now }) =>
    prisma.notification.count({
      where: { userId: user, isRead: false, isDeleted: false, OR: [{ expiresAt: null }, { expiresAt: { gt: now } }] },
    }),
  'notifications.mark_all_read': async (prisma, { user, now }) => {
    const where = { userId: user, isRead: false, isDeleted: false };
    return (await prisma.notification.updateMany({ where, data: { isRead: true, readAt: now } })).count;
  },
  'commandes.list_with_invoices': (prisma, c) => guide['commandes.list_with_invoices'](prisma, { ...c, take: 100 }),
  'messages.list_by_conversation': (prisma, c) => guide['messages.list_by_conversation'](prisma, { ...c, take: 1000 }),
  'stats.message_records': (prisma, { start, to }) =>
    prisma.message.findMany({
      where: { createdAt: { gte: start, lt: to } },
      select: {
        id: true, conversationId: true, senderId: true, receiverId: true, type: true, statut: true, isRead: true,
        createdAt: true,
      },
      orderBy: [{ createdAt: 'asc' }, { id: 'asc' }],
      take: 100_000,
    }),
};

class RolledBack extends Error {}

export async function open(url) {
  const prisma = connect(url, { isolation: ISOLATION });
  await prisma.$connect();
  const on = (client) => Object.fromEntries(Object.entries(queries).map(([name, query]) => [name, (c) => query(client, c)]));
  return {
    name: 'prisma',
    queries: on(prisma),
    prisma,
    async rolledBack(act) {
      let answer;
      await prisma
        .$transaction(async (tx) => {
          answer = await act(on(tx));
          throw new RolledBack();
        }, { timeout: 120_000, maxWait: 10_000 })
        .catch((error) => {
          if (!(error instanceof RolledBack)) throw error;
        });
      return answer;
    },
    close: () => prisma.$disconnect(),
  };
}
