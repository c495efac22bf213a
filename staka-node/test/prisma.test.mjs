// The guide's 16 queries through Prisma 7.10 and through the addon, on one seeded database: the same rows, field by field,
// types included, but for prisma/deviations.json; each line of that table must show, or the test fails.
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

/** The same query through the addon; `options` for those that give pages. */
const STAKA = {
  'notifications.unread_count': (staka, { user }) => staka.notifications.unreadCount(user),
  'notifications.list': (staka, { user }, options) => staka.notifications.list(user, options),
  'payment_methods.list_active': (staka, { user }) => staka.paymentMethods.listActive(user),
  'commandes.list_with_invoices': (staka, { user }, options) => staka.commandes.listWithInvoices(user, options),
  'stats.payments_by_status': (staka, { from, to }) => staka.stats.paymentsByStatus(from, to),
  'stats.users_by_role': (staka) => staka.stats.usersByRole(),
  'stats.commandes_by_statut': (staka, { since }) => staka.stats.commandesByStatut(since),
  'stats.revenue': (staka, { since }) => staka.stats.revenue(since),
  'audit_logs.recent': (staka) => staka.auditLogs.recent(),
  'messages.conversations': (staka, { user }, options) => staka.messages.conversations(user, options),
  'messages.conversation': (staka, { conversation }, options) => staka.messages.conversation(conversation, options),
  'stats.messages_by_type_and_statut': (staka, { since }) => staka.stats.messagesByTypeAndStatut(since),
  'pages.published': (staka) => staka.pages.published(),
  'faqs.count_by_categorie': (staka) => staka.faqs.countByCategorie(),
  'tarifs.active': (staka) => staka.tarifs.active(),
};

class RolledBack extends Error {}

/** Runs `act` in a transaction of either library, and takes it back. */
async function rolledBack(transaction, act) {
  let answer;
  await assert.rejects(
    transaction(async (tx) => {
      answer = await act(tx);
      throw new RolledBack();
    }),
    RolledBack,
  );
  return answer;
}

test('every query of the guide is compared', () => {
  assert.deepEqual(Object.keys(queries).toSorted(), [...Object.keys(STAKA), WRITE].toSorted());
});

for (const [server, url] of Object.entries(SERVERS)) {
  describe(`Prisma on ${server}`, { skip: !url && 'no server' }, () => {
    const shown = new Set();
    let prisma;
    /** Sees what others have not committed. */
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
          for (const conversation of query === 'messages.conversation' ? conversations[subject] : [undefined]) {
            const of = {
              user, conversation, now: NOW, since: new Date('2026-05-16T12:00:00Z'),
              from: new Date('2026-05-01T00:00:00Z'), to: new Date('2026-06-01T00:00:00Z'),
            };
            const theirs = await queries[query](prisma, of);
            const again = (options) => STAKA[query](staka, of, options);
            if (query === 'notifications.unread_count') {
              await assertBadge(prisma, theirs, await again(), of, shown);
              continue;
            }
            for (const id of await assertSame(query, theirs, await again(optionsOf(query)), again)) shown.add(id);
          }
        }
      });
    }

    test(WRITE, async () => {
      for (const user of Object.values(SUBJECTS)) await assertRead({ prisma, onlooker, staka }, user, shown);
    });

    test('every deviation of the table shows', () => {
      assert.deepEqual([...shown].toSorted(), table.deviations.map(({ id }) => id).toSorted());
    });
  });
}

/** The user's longest, one with an attachment, one of a visitor's. */
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

async function assertBadge(prisma, theirs, ours, { user }, shown) {
  const endless = { userId: user, isRead: false, isDeleted: false, expiresAt: null };
  assert.equal(ours, theirs + (await prisma.notification.count({ where: endless })));
  if (ours > theirs) shown.add('badge');
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

  const theirs = await rolledBack(
    (body) => prisma.$transaction(body, { timeout: 60_000 }),
    async (tx) => {
      const { count, ...rest } = await queries[WRITE](tx, { user, now: NOW });
      assert.deepEqual(rest, {});
      return { count, marked: await tx.notification.findMany(marks), page: await queries['notifications.list'](tx, { user }) };
    },
  );
  shown.add('read.count');

  const ours = await rolledBack(
    (body) => staka.transaction(body),
    async (tx) => {
      const count = await tx.notifications.markAllRead(user);
      assert.equal(await tx.notifications.unreadCount(user), 0);
      return { count, marked: await onlooker.notification.findMany(marks), page: (await tx.notifications.list(user)).items };
    },
  );
  assert.equal(typeof ours.count, 'number');
  assert.equal(ours.count, theirs.count - untouched);
  // Thousands of rows: a difference would be printed in full.
  const marked = (rows) => rows.filter((row) => !row.isDeleted).map(({ updatedAt, ...row }) => row);
  assert(isDeepStrictEqual(marked(ours.marked), marked(theirs.marked)), 'the same rows are marked');
  const versions = before.map((row) => new Date(Math.max(NOW.getTime(), row.updatedAt.getTime() + 1)));
  assert(isDeepStrictEqual(ours.marked.map((row) => row.updatedAt), versions), 'updatedAt is the version');
  assert(theirs.marked.every((row) => row.updatedAt.getTime() >= started - 1), 'updatedAt is the clock of the machine');
  shown.add('read.version');
  assert.equal(ours.marked.length, ours.count);
  assert.equal(theirs.marked.length, theirs.count);
  if (untouched > 0) shown.add('read.deleted');
  const open = await assertSame('notifications.list', theirs.page, { items: ours.page, next: null });
  assert.deepEqual(open, []);
}
