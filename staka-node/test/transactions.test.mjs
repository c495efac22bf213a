import assert from 'node:assert/strict';

import { StakaError } from '../index.mjs';
import { HEAVY, LIGHT, Rollback, failure, onEach, undone } from './support.mjs';

onEach('a transaction is committed when its body returns and rolled back when it throws', async (staka) => {
  const before = await staka.notifications.unreadCount(LIGHT);
  assert.ok(before > 0);
  await undone(staka, async (tx) => {
    assert.ok((await tx.notifications.markAllRead(LIGHT)) >= before);
    assert.equal(await tx.notifications.unreadCount(LIGHT), 0);
    assert.equal(await staka.notifications.unreadCount(LIGHT), before);
  });
  assert.equal(await staka.notifications.unreadCount(LIGHT), before);
  // This user has no notifications, so the commit changes no rows.
  assert.equal(await staka.transaction((tx) => tx.notifications.markAllRead('nobody')), 0);
  const reason = new Error('own reason');
  assert.equal(await failure(staka.transaction(() => Promise.reject(reason))), reason);
  assert.equal(await failure(staka.transaction(() => { throw reason; })), reason);
});

onEach('a transaction cannot be nested, ends with its body and keeps its caller', async (staka) => {
  let leaked;
  await staka.transaction(async (tx) => {
    leaked = tx;
    assert.equal((await failure(tx.transaction(() => 1))).code, 'CONFLICT');
  });
  assert.equal((await failure(leaked.tarifs.listActive())).code, 'CONFLICT');
  const denied = await failure(staka.asUser(LIGHT, 'USER').transaction((tx) => tx.notifications.unreadCount(HEAVY)));
  assert.equal(denied.code, 'DENIED');
  const error = await failure(staka.transaction('body'));
  assert.deepEqual(error.fields.map(({ field }) => field), ['body']);
});

onEach('after a deadlock the body is run again', async (staka) => {
  let runs = 0;
  let waiting = [];
  const bothLocked = () => new Promise((go) => {
    waiting.push(go);
    if (waiting.length === 2) waiting.splice(0).forEach((one) => one());
  });
  const both = async (first, second) => {
    let run = 0;
    return undone(staka, async (tx) => {
      runs += 1;
      run += 1;
      await tx.notifications.markAllRead(first);
      if (run === 1) await bothLocked();
      return tx.notifications.markAllRead(second);
    });
  };
  const given = await Promise.all([both(LIGHT, HEAVY), both(HEAVY, LIGHT)]);
  assert.ok(given.every((marked) => marked > 0));
  assert.ok(runs >= 3, `${runs} runs`);
});

onEach('a body is run again after CONTENTION and its other errors are thrown', async (staka) => {
  let runs = 0;
  const error = await failure(staka.transaction(() => {
    runs += 1;
    throw runs < 3 ? new StakaError('CONTENTION', 'once more') : new Rollback();
  }));
  assert.ok(error instanceof Rollback);
  assert.equal(runs, 3);
});
