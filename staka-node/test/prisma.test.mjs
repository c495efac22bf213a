// Compares the 16 queries of the specification through Prisma 7.10 and through the addon, on one seeded database: the
// same rows, field by field, except for the deviations in prisma/deviations.json, each of which must occur.
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { isDeepStrictEqual } from 'node:util';

import { Staka } from '../index.mjs';
import { connect } from './prisma/client.mjs';
import { assertSame, optionsOf, table } from './prisma/compare.mjs';
import { prepare } from './prisma/prepare.mjs';
import { queries } from './prisma/queries.mjs';

const NOW = new Date('2026-06-15T12:00:00.000Z');
const SERVERS = { MariaDB: process.env.STAKA_TEST_MARIADB_DOORS_URL, MySQL: process.env.STAKA_TEST_MYSQL_DOORS_URL };
const SUBJECTS = {
  heavy: '00000000-0000-7000-8000-000000000002',
  light: '00000000-0000-7000-8000-000000000003',
  admin: '00000000-0000-7000-8000-000000000001',
};
const WRITE = 'notifications.mark_all_read';

/** The queries through the addon; those that return pages take `options`. */
const STAKA = {
  'notifications.unread_count': (staka, { user }) => staka.notifications.unreadCount(user),
  'notifications.list_by_user': (staka, { user }, options) => staka.notifications.listByUser(user, options),
  'payment_methods.list_active': (staka, { user }) => staka.paymentMethods.listActive(user),
  'commandes.list_with_invoices': (staka, { user }, options) => staka.commandes.listWithInvoices(user, options),
  'stats.payments_by_status': (staka, { from, to }) => staka.stats.paymentsByStatus(from, to),
  'stats.users_by_role': (staka) => staka.stats.usersByRole(),
  'stats.commandes_by_statut': (staka, { since }) => staka.stats.commandesByStatut(since),
  'stats.revenue': (staka, { since }) => staka.stats.revenue(since),
  'audit_logs.list_recent': (staka) => staka.auditLogs.listRecent(),
  'messages.list_conversations': (staka, { user }, options) => staka.messages.listConversations(user, options),
  'messages.list_by_conversation': (staka, { conversation }, options) => staka.messages.listByConversation(conversation, options),
  'stats.messages_by_type_and_statut': (staka, { since }) => staka.stats.messagesByTypeAndStatut(since),
  'pages.list_published': (staka) => staka.pages.listPublished(),
  'faqs.count_by_categorie': (staka) => staka.faqs.countByCategorie(),
  'tarifs.list_active': (staka) => staka.tarifs.listActive(),
};

class RolledBack extends Error {}

/** Runs `body` in a transaction of either library, which is rolled back. */
async function rolledBack(transaction, body) {
  let answer;
  await assert.rejects(
    transaction(async (tx) => {
      answer = await body(tx);
      throw new RolledBack();
    }),
    RolledBack,
  );
  return answer;
}

test('every query of the specification is compared', () => {
  assert.deepEqual(Object.keys(queries).toSorted(), [...Object.keys(STAKA), WRITE].toSorted());
});

for (const [server, url] of Object.entries(SERVERS)) {
  describe(`Prisma on ${server}`, { skip: !url && 'no server' }, () => {
    const shown = new Set();
    let prisma;
    /** A client that reads uncommitted changes of others. */
    let onlooker;
    let staka;
    let conversations;

    before(async () => {
      prepare();
      prisma = connect(url);
      onlooker = connect(url, { isolation: 'READ UNCOMMITTED', connections: 1 });
      staka = await Staka.connect(url, { now: NOW });
      conversations = await chooseConversations(prisma);
    });

    after(async () => {
      await staka?.close();
      await onlooker?.$disconnect();
      await prisma?.$disconnect();
    });

    for (const query of Object.keys(STAKA)) {
      test(query, async () => {
        for (const [subject, user] of Object.entries(SUBJECTS)) {
          for (const conversation of query === 'messages.list_by_conversation' ? conversations[subject] : [undefined]) {
            const of = {
              user, conversation, now: NOW, since: new Date('2026-05-16T12:00:00Z'),
              from: new Date('2026-05-01T00:00:00Z'), to: new Date('2026-06-01T00:00:00Z'),
            };
            const expected = await queries[query](prisma, of);
            const again = (options) => STAKA[query](staka, of, options);
            if (query === 'notifications.unread_count') {
              await assertUnreadCount(prisma, expected, await again(), of, shown);
              continue;
            }
            for (const id of await assertSame(query, expected, await again(optionsOf(query)), again)) shown.add(id);
          }
        }
      });
    }

    test(WRITE, async () => {
      for (const user of Object.values(SUBJECTS)) await assertRead({ prisma, onlooker, staka }, user, shown);
    });

    test('every listed deviation occurs', () => {
      assert.deepEqual([...shown].toSorted(), table.deviations.map(({ id }) => id).toSorted());
    });
  });
}

/** Returns conversations to compare: each user's longest, one with an attachment, one of a visitor. */
async function chooseConversations(prisma) {
  const longest = async (user) => {
    const [found] = await prisma.message.groupBy({
      by: ['conversationId'],
      where: { OR: [{ senderId: user }, { receiverId: user }] },
      orderBy: [{ _count: { conversationId: 'desc' } }, { conversationId: 'asc' }],
      take: 1,
    });
    return found.conversationId;
  };
  const attached = await prisma.messageAttachment.findFirst({ select: { message: true }, orderBy: { id: 'asc' } });
  const visitor = await prisma.message.findFirst({ where: { isFromVisitor: true }, orderBy: { id: 'asc' } });
  return {
    heavy: [await longest(SUBJECTS.heavy), attached.message.conversationId],
    light: [await longest(SUBJECTS.light)],
    admin: [await longest(SUBJECTS.admin), visitor.conversationId],
  };
}

async function assertUnreadCount(prisma, expected, result, { user }, shown) {
  const endless = { userId: user, isRead: false, isDeleted: false, expiresAt: null };
  assert.equal(result, expected + (await prisma.notification.count({ where: endless })));
  if (result > expected) shown.add('badge');
}

async function assertRead({ prisma, onlooker, staka }, user, shown) {
  const deleted = { userId: user, isRead: false, isDeleted: true };
  const untouched = await prisma.notification.count({ where: deleted });
  const marks = {
    where: { userId: user, readAt: NOW },
    select: { id: true, isRead: true, isDeleted: true, updatedAt: true },
    orderBy: { id: 'asc' },
  };
  const before = await prisma.notification.findMany({
    where: { userId: user, isRead: false, isDeleted: false }, select: { id: true, updatedAt: true }, orderBy: { id: 'asc' },
  });
  const started = Date.now();

  const expected = await rolledBack(
    (body) => prisma.$transaction(body, { timeout: 60_000 }),
    async (tx) => {
      const { count, ...rest } = await queries[WRITE](tx, { user, now: NOW });
      assert.deepEqual(rest, {});
      return { count, marked: await tx.notification.findMany(marks), page: await queries['notifications.list_by_user'](tx, { user }) };
    },
  );
  shown.add('read.count');

  const result = await rolledBack(
    (body) => staka.transaction(body),
    async (tx) => {
      const count = await tx.notifications.markAllRead(user);
      assert.equal(await tx.notifications.unreadCount(user), 0);
      return { count, marked: await onlooker.notification.findMany(marks), page: (await tx.notifications.listByUser(user)).items };
    },
  );
  assert.equal(typeof result.count, 'number');
  assert.equal(result.count, expected.count - untouched);
  // `isDeepStrictEqual`, because `deepEqual` would print a difference of thousands of rows.
  const marked = (rows) => rows.filter((row) => !row.isDeleted).map(({ updatedAt, ...row }) => row);
  assert(isDeepStrictEqual(marked(result.marked), marked(expected.marked)), 'the same rows are marked');
  const versions = before.map((row) => new Date(Math.max(NOW.getTime(), row.updatedAt.getTime() + 1)));
  assert(isDeepStrictEqual(result.marked.map((row) => row.updatedAt), versions), 'updatedAt is the version');
  assert(expected.marked.every((row) => row.updatedAt.getTime() >= started - 1), 'updatedAt is the clock of the machine');
  shown.add('read.version');
  assert.equal(result.marked.length, result.count);
  assert.equal(expected.marked.length, expected.count);
  if (untouched > 0) shown.add('read.deleted');
  const open = await assertSame('notifications.list_by_user', expected.page, { items: result.page, next: null });
  assert.deepEqual(open, []);
}
