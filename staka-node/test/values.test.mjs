// Tests of values in results.

import assert from 'node:assert/strict';
import { createRequire } from 'node:module';

import { AuditSeverity, NotificationPriority } from '../index.mjs';
import { ADMIN, HEAVY, LIGHT, failure, onEach } from './support.mjs';

const timers = createRequire(import.meta.url)('node:timers');

onEach('rows contain dates, nulls, enum values and nested rows', async (staka) => {
  const { items, next } = await staka.notifications.listByUser(LIGHT, { limit: 3 });
  assert.equal(items.length, 3);
  assert.equal(typeof next, 'string');
  for (const one of items) {
    assert.deepEqual(Object.keys(one), [
      'id', 'title', 'message', 'type', 'priority', 'isRead', 'actionUrl', 'createdAt',
    ]);
    assert.ok(one.createdAt instanceof Date && one.createdAt.getTime() > Date.UTC(2020));
    assert.ok(one.priority in NotificationPriority);
    assert.equal(typeof one.isRead, 'boolean');
  }
  const second = await staka.notifications.listByUser(LIGHT, { limit: 3, after: next });
  assert.equal(second.items.length, 3);
  assert.ok(!items.some(({ id }) => id === second.items[0].id));

  const { revenue } = await staka.stats.dashboard(new Date('9999-01-01'));
  assert.deepEqual(revenue, { sum: null, average: null, count: 0 });

  const orders = await staka.commandes.listWithInvoices(LIGHT);
  assert.equal(orders.next, null);
  const invoices = orders.items.flatMap((order) => order.invoices);
  assert.ok(invoices.length > 0 && invoices.every(({ amount }) => Number.isSafeInteger(amount)));

  const inbox = await staka.messages.listConversations(ADMIN);
  assert.ok(inbox.items.some(({ sender }) => sender === null));
  assert.ok(inbox.items.some(({ sender }) => typeof sender?.prenom === 'string' && 'avatar' in sender));
  assert.ok(inbox.items.some(({ metadata }) => metadata === null || typeof metadata === 'object'));
  const logs = await staka.auditLogs.listRecent({ severities: [AuditSeverity.LOW], limit: 2 });
  assert.deepEqual(logs.map(({ severity }) => severity), ['LOW', 'LOW']);
});

onEach('attachments are objects within their messages', async (staka) => {
  const { items } = await staka.messages.listConversations(ADMIN, { limit: 100 });
  for (const { conversationId } of items) {
    const { items: messages } = await staka.messages.listByConversation(conversationId);
    const attached = messages.flatMap(({ attachments }) => attachments);
    if (attached.length === 0) continue;
    assert.deepEqual(Object.keys(attached[0]), ['id', 'messageId', 'fileId', 'file']);
    assert.equal(attached[0].file.id, attached[0].fileId);
    assert.equal(typeof attached[0].file.filename, 'string');
    return;
  }
  assert.fail('no message has attachments');
});

onEach('every character is passed unchanged', async (staka) => {
  const text = '"\\/ \b\f\n\r\t\u0001\u007f\u0080é\u00ffœ€\u2028\ufeff𝄞😀';
  const error = await failure(staka.privacy.summary(text));
  assert.ok(error.message.includes(text), JSON.stringify(error.message));
});

onEach('times are accepted as Date and as text', async (staka) => {
  const ways = ['2026-05-15', '2026-05-15T00:00:00Z', '2026-05-15T02:00:00+02:00', new Date(Date.UTC(2026, 4, 15))];
  const [first, ...others] = await Promise.all(ways.map((since) => staka.stats.revenue(since)));
  assert.ok(first.count > 0);
  for (const other of others) assert.deepEqual(other, first);
});

onEach('a long list arrives in pieces, one in each turn of the event loop, in order', async (staka) => {
  const window = ['2000-01-01', '2100-01-01'];
  const small = [];
  for (let after; small.length < 3000; ) {
    const page = await staka.stats.messageRecords(...window, { limit: 500, after });
    small.push(...page.items);
    after = page.next;
  }

  // Each piece is fetched from `setImmediate`; a callback of the test must get its turns between them.
  const { setImmediate } = timers;
  let pieces = 0;
  let turns = 0;
  let ticking = true;
  const tick = () => ticking && ((turns += 1), setImmediate(tick));
  timers.setImmediate = (work) => {
    pieces += 1;
    return setImmediate(work);
  };
  const turnsAt = [];
  try {
    setImmediate(tick);
    const [large, again, page] = await Promise.all([
      staka.stats.messageRecords(...window, { limit: 100_000 }).finally(() => turnsAt.push(turns)),
      staka.stats.messageRecords(...window, { limit: 30_000 }),
      staka.notifications.listByUser(HEAVY),
    ]);
    assert.ok(pieces >= 60 && pieces <= 400, `${pieces} pieces`);
    assert.ok(turnsAt[0] >= pieces / 2, `${turnsAt[0]} turns for ${pieces} pieces`);
    assert.equal(large.items.length, 50_000);
    assert.equal(large.next, null);
    assert.equal(new Set(large.items.map(({ id }) => id)).size, 50_000);
    assert.deepEqual(large.items.slice(0, small.length), small);
    assert.equal(again.items.length, 30_000);
    assert.equal(typeof again.next, 'string');
    assert.deepEqual(again.items[29_999], large.items[29_999]);
    assert.equal(page.items.length, 20);
  } finally {
    ticking = false;
    timers.setImmediate = setImmediate;
  }
});
