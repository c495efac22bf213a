// Errors: what they say, and where they point.

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

onEach('an error has a code, fields, the operation and no more', async (staka) => {
  const error = await failure(staka.notifications.list(LIGHT, { limit: 101, page: 0 }));
  assertInvalid(error, 'limit', 'page');
  assert.ok(error instanceof Error);
  assert.equal(error.name, 'StakaError');
  assert.equal(error.operation, 'notifications.list');
  assert.deepEqual(Object.keys(error).sort(), ['code', 'fields', 'operation']);
  const denied = await failure(staka.asUser(LIGHT, 'USER').tarifs.active().then(() => staka.asAnonymous().stats.usersByRole()));
  assert.equal(denied.code, 'UNAUTHENTICATED');
});

onEach('the stack shows the line of the call', async (staka) => {
  const wrong = { limit: 1000 };
  async function awaited() {
    await staka.notifications.list(LIGHT, wrong);
  }
  async function together() {
    await Promise.all([staka.tarifs.active(), staka.notifications.list(LIGHT, wrong)]);
  }
  function chained() {
    return staka.notifications.list(LIGHT, wrong).then(() => {});
  }
  async function later() {
    await staka.tarifs.active();
    return staka.notifications.list(LIGHT, wrong);
  }
  async function inTransaction() {
    await staka.transaction((tx) => tx.notifications.list(LIGHT, wrong));
  }
  for (const call of [awaited, together, chained, later, inTransaction]) {
    const { stack } = await failure(call());
    assert.match(stack, /^StakaError: limit: /);
    assert.ok(stack.includes(here), `${call.name}: ${stack}`);
    if (call !== inTransaction) assert.match(stack, new RegExp(`at (async )?${call.name} `));
  }
});

onEach('wrong arguments name their fields and never crash', async (staka) => {
  const { notifications, stats, auditLogs } = staka;
  assertInvalid(await failure(notifications.unreadCount()), 'user');
  for (const user of [undefined, null, 5, 5n, NaN, {}, [], Symbol('s'), () => 1, '']) {
    assertInvalid(await failure(notifications.unreadCount(user)), 'user');
  }
  for (const options of ['x', 5, null, [], true]) {
    assertInvalid(await failure(notifications.list(LIGHT, options)), 'options');
  }
  assertInvalid(await failure(notifications.list(LIGHT, { colour: 1 })), 'colour');
  assertInvalid(await failure(notifications.list(LIGHT, { user: LIGHT })), 'user');
  assertInvalid(await failure(notifications.list(5, { limit: '5', unreadOnly: 1, page: 1.5 })), 'user', 'limit', 'unreadOnly', 'page');
  for (const limit of [1n, Infinity, -1, 0, 2 ** 40, {}]) {
    assertInvalid(await failure(notifications.list(LIGHT, { limit })), 'limit');
  }
  for (const since of [new Date(NaN), 'hier', 17, {}, null]) {
    assertInvalid(await failure(stats.revenue(since)), 'since');
  }
  assertInvalid(await failure(auditLogs.recent({ severities: 'HIGH' })), 'severities');
  assertInvalid(await failure(auditLogs.recent({ severities: ['LOW', 5] })), 'severities[1]');
  assertInvalid(await failure(auditLogs.recent({ severities: ['LOW', 'GRAVE'] })), 'severities[1]');
  assertInvalid(await failure(notifications.unreadCount('\ud800')), 'user');
  // What is not given is as if it were not there.
  assert.equal((await notifications.list(LIGHT, undefined)).items.length, 20);
  assert.equal((await notifications.list(LIGHT, { limit: undefined, after: null })).items.length, 20);
});

onEach('callers are checked when the session is made', async (staka) => {
  const thrown = (call) => {
    try {
      call();
    } catch (error) {
      return error;
    }
    return assert.fail('it did not fail');
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

onEach('a call ends with its signal, and gives its connection back', async (_, t, url) => {
  const staka = await Staka.connect(`${url}?connection_limit=2`, { now: ANCHOR });
  t.after(() => staka.close());
  const aborted = AbortSignal.abort(new Error('ours'));
  const early = await failure(staka.withSignal(aborted).tarifs.active());
  assert.equal(early.code, 'CANCELLED');
  assert.equal(early.cause, aborted.reason);
  assert.equal(early.operation, 'tarifs.active');
  const never = await failure(staka.withSignal(aborted).transaction(() => assert.fail('it does not begin')));
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
      // It waits for the transaction's locks, for much longer than this test may take.
      const waiting = failure(staka.withSignal(leaving.signal).notifications.markAllRead(LIGHT));
      setTimeout(() => leaving.abort(), 50);
      const error = await waiting;
      assert.equal(error.code, 'CANCELLED', String(error));
      assert.ok(error.stack.includes(here), error.stack);
      assert.equal((await staka.withSignal(new AbortController().signal).tarifs.active()).length, 15);
    });
  }
  assertInvalid(await failure(Promise.resolve().then(() => staka.withSignal({}))), 'signal');
});

test('a handle that cannot be opened says why', { timeout: 60_000 }, async () => {
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

test('a closed handle refuses, its calls under way end', { timeout: 60_000, skip: databases.length === 0 }, async () => {
  const staka = await Staka.connect(databases[0].url);
  const { tarifs } = staka;
  // Those that had no connection yet may be refused; at once, so the handler is there before anything is awaited.
  const under = Promise.all(Array.from({ length: 20 }, () => tarifs.active())).catch(({ code }) => assert.equal(code, 'UNAVAILABLE'));
  const closed = staka.close();
  assert.equal((await failure(tarifs.active())).code, 'UNAVAILABLE');
  await Promise.all([under, closed]);
  assert.equal((await failure(staka.transaction(() => 1))).code, 'UNAVAILABLE');
  await staka.close();
});
