// Tests of errors: their contents and their stacks.

import assert from 'node:assert/strict';
import { test } from 'node:test';

import { Staka, StakaError } from '../index.mjs';
import { ANCHOR, LIGHT, databases, failure, onEach, undone } from './support.mjs';

const here = import.meta.url;

function assertInvalid(error, ...fields) {
  assert.ok(error instanceof StakaError, String(error));
  assert.equal(error.code, 'INVALID');
  assert.deepEqual(error.fields.map(({ field }) => field), fields);
  for (const { problem } of error.fields) assert.ok(problem.length > 0);
}

onEach('an error has a code, fields and the operation', async (staka) => {
  const error = await failure(staka.notifications.listByUser(LIGHT, { limit: 101, page: 0 }));
  assertInvalid(error, 'limit', 'page');
  assert.ok(error instanceof Error);
  assert.equal(error.name, 'StakaError');
  assert.equal(error.operation, 'notifications.listByUser');
  assert.deepEqual(Object.keys(error).sort(), ['code', 'fields', 'operation']);
  const denied = await failure(staka.asUser(LIGHT, 'USER').tarifs.listActive().then(() => staka.asAnonymous().stats.usersByRole()));
  assert.equal(denied.code, 'UNAUTHENTICATED');
  assert.equal(denied.operation, 'stats.usersByRole');
  assert.equal(denied.message, 'stats.usersByRole requires a signed-in user');
  const wrong = await failure(staka.notifications.listByUser(5, { limit: 0, unreadOnly: 'yes', page: 0 }));
  assertInvalid(wrong, 'user', 'unreadOnly', 'limit', 'page');
});

onEach('the stack shows the line of the call', async (staka) => {
  const wrong = { limit: 1000 };
  async function awaited() {
    await staka.notifications.listByUser(LIGHT, wrong);
  }
  async function together() {
    await Promise.all([staka.tarifs.listActive(), staka.notifications.listByUser(LIGHT, wrong)]);
  }
  function chained() {
    return staka.notifications.listByUser(LIGHT, wrong).then(() => {});
  }
  async function later() {
    await staka.tarifs.listActive();
    return staka.notifications.listByUser(LIGHT, wrong);
  }
  async function inTransaction() {
    await staka.transaction((tx) => tx.notifications.listByUser(LIGHT, wrong));
  }
  for (const call of [awaited, together, chained, later, inTransaction]) {
    const { stack } = await failure(call());
    assert.match(stack, /^StakaError: limit: /);
    assert.ok(stack.includes(here), `${call.name}: ${stack}`);
    if (call !== inTransaction) assert.match(stack, new RegExp(`at (async )?${call.name} `));
  }
});

onEach('invalid arguments are named and never crash', async (staka) => {
  const { notifications, stats, auditLogs } = staka;
  assertInvalid(await failure(notifications.unreadCount()), 'user');
  for (const user of [undefined, null, 5, 5n, NaN, {}, [], Symbol('s'), () => 1, '']) {
    assertInvalid(await failure(notifications.unreadCount(user)), 'user');
  }
  for (const options of ['x', 5, null, [], true]) {
    assertInvalid(await failure(notifications.listByUser(LIGHT, options)), 'options');
  }
  assertInvalid(await failure(notifications.listByUser(LIGHT, { colour: 1 })), 'colour');
  assertInvalid(await failure(notifications.listByUser(LIGHT, { user: LIGHT })), 'user');
  assertInvalid(await failure(notifications.listByUser(5, { limit: '5', unreadOnly: 1, page: 1.5 })), 'user', 'limit', 'unreadOnly', 'page');
  for (const limit of [1n, Infinity, -1, 0, 2 ** 40, {}]) {
    assertInvalid(await failure(notifications.listByUser(LIGHT, { limit })), 'limit');
  }
  for (const since of [new Date(NaN), 'hier', 17, {}, null]) {
    assertInvalid(await failure(stats.revenue(since)), 'since');
  }
  assertInvalid(await failure(auditLogs.listRecent({ severities: 'HIGH' })), 'severities');
  assertInvalid(await failure(auditLogs.listRecent({ severities: ['LOW', 5] })), 'severities[1]');
  assertInvalid(await failure(auditLogs.listRecent({ severities: ['LOW', 'GRAVE'] })), 'severities[1]');
  assertInvalid(await failure(notifications.unreadCount('\ud800')), 'user');
  // Undefined arguments count as not given.
  assert.equal((await notifications.listByUser(LIGHT, undefined)).items.length, 20);
  assert.equal((await notifications.listByUser(LIGHT, { limit: undefined, after: null })).items.length, 20);
});

onEach('callers are checked when the session is created', async (staka) => {
  const thrown = (call) => {
    try {
      call();
    } catch (error) {
      return error;
    }
    return assert.fail('the call did not fail');
  };
  assertInvalid(thrown(() => staka.asUser('', 'KING')), 'id', 'role');
  assertInvalid(thrown(() => staka.asUser()), 'id', 'role');
  assertInvalid(thrown(() => staka.asUser(LIGHT, 'USER', { ip: 5, colour: 1 })), 'ip', 'colour');
  assertInvalid(thrown(() => staka.asAnonymous('x')), 'options');
  assert.ok(thrown(() => staka.asUser('', 'USER')).stack.includes(here));
  const session = staka.asUser(LIGHT, 'USER', { ip: '192.0.2.1', userAgent: 'tests', requestId: 'r1' });
  assert.equal(await session.notifications.unreadCount(LIGHT), await staka.notifications.unreadCount(LIGHT));
  assert.throws(() => new session.constructor(), TypeError);
  assert.throws(() => new Staka(), TypeError);
});

onEach('an aborted signal ends a call and frees its connection', async (_, t, url) => {
  const staka = await Staka.connect(`${url}?connection_limit=2`, { now: ANCHOR });
  t.after(() => staka.close());
  const aborted = AbortSignal.abort(new Error('own reason'));
  const early = await failure(staka.withSignal(aborted).tarifs.listActive());
  assert.equal(early.code, 'CANCELLED');
  assert.equal(early.cause, aborted.reason);
  assert.equal(early.operation, 'tarifs.listActive');
  const never = await failure(staka.withSignal(aborted).transaction(() => assert.fail('the transaction must not begin')));
  assert.deepEqual([never.code, never.cause], ['CANCELLED', aborted.reason]);
  const late = new AbortController();
  const cutShort = await failure(
    staka.withSignal(late.signal).transaction(async (tx) => {
      await tx.notifications.markAllRead(LIGHT);
      late.abort();
    }),
  );
  assert.equal(cutShort.code, 'CANCELLED');
  assert.notEqual(await staka.notifications.unreadCount(LIGHT), 0);

  for (let round = 0; round < 3; round += 1) {
    await undone(staka, async (tx) => {
      await tx.notifications.markAllRead(LIGHT);
      const leaving = new AbortController();
      // This call waits for the transaction's locks, much longer than the test may take.
      const waiting = failure(staka.withSignal(leaving.signal).notifications.markAllRead(LIGHT));
      setTimeout(() => leaving.abort(), 50);
      const error = await waiting;
      assert.equal(error.code, 'CANCELLED', String(error));
      assert.ok(error.stack.includes(here), error.stack);
      assert.equal((await staka.withSignal(new AbortController().signal).tarifs.listActive()).length, 15);
    });
  }
  assertInvalid(await failure(Promise.resolve().then(() => staka.withSignal({}))), 'signal');
});

test('a handle that cannot be opened fails with a reason', { timeout: 60_000 }, async () => {
  for (const url of [undefined, 5, 'postgres://localhost/x', 'nonsense']) {
    const error = await failure(Staka.connect(url));
    assert.equal(error.code, 'INVALID', String(error));
    assert.ok(error.stack.includes(here), error.stack);
  }
  assert.equal((await failure(Staka.connect('mysql://nobody@127.0.0.1:1/none?connect_timeout=2'))).code, 'UNAVAILABLE');
  assertInvalid(await failure(Staka.connect('mysql://localhost/x', { now: 'hier' })), 'now');
  assertInvalid(await failure(Staka.connect('mysql://localhost/x', { nwo: 1 })), 'nwo');
  assertInvalid(await failure(Staka.local({ engine: 'oracle' })), 'engine');
  assertInvalid(await failure(Staka.local({ scale: 'vast' })), 'scale');
});

test('a closed handle refuses new calls and waits for running ones', { timeout: 60_000, skip: databases.length === 0 }, async () => {
  const staka = await Staka.connect(databases[0].url);
  const { tarifs } = staka;
  // Calls without a connection may be refused at once, so the handler is set before anything is awaited.
  const under = Promise.all(Array.from({ length: 20 }, () => tarifs.listActive())).catch(({ code }) => assert.equal(code, 'UNAVAILABLE'));
  const closed = staka.close();
  assert.equal((await failure(tarifs.listActive())).code, 'UNAVAILABLE');
  await Promise.all([under, closed]);
  assert.equal((await failure(staka.transaction(() => 1))).code, 'UNAVAILABLE');
  await staka.close();
});
