import assert from 'node:assert/strict';

import { StakaError } from '../index.mjs';
import { HEAVY, LIGHT, Undone, failure, onEach, undone } from './support.mjs';

onEach('what a body does is kept when it ends, and undone when it throws', async (staka) => {
  const before = await staka.notifications.unreadCount(LIGHT);
  assert.ok(before > 0);
  await undone(staka, async (tx) => {
    assert.ok((await tx.notifications.markAllRead(LIGHT)) >= before);
    assert.equal(await tx.notifications.unreadCount(LIGHT), 0);
    assert.equal(await staka.notifications.unreadCount(LIGHT), before);
  });
  assert.equal(await staka.notifications.unreadCount(LIGHT), before);
  // Nothing is left to be marked for nobody: committing leaves the rows as they are.
  assert.equal(await staka.transaction((tx) => tx.notifications.markAllRead('nobody')), 0);
  const reason = new Error('ours');
  assert.equal(await failure(staka.transaction(() => Promise.reject(reason))), reason);
  assert.equal(await failure(staka.transaction(() => { throw reason; })), reason);
});

onEach('a transaction has none within, ends with its body, and keeps its caller', async (staka) => {
  let kept;
  await staka.transaction(async (tx) => {
    kept = tx;
    assert.equal((await failure(tx.transaction(() => 1))).code, 'CONFLICT');
  });
  assert.equal((await failure(kept.tarifs.active())).code, 'CONFLICT');
  const denied = await failure(staka.asUser(LIGHT, 'USER').transaction((tx) => tx.notifications.unreadCount(HEAVY)));
  assert.equal(denied.code, 'DENIED');
  const error = await failure(staka.transaction('body'));
  assert.deepEqual(error.fields.map(({ field }) => field), ['body']);
});

onEach('after a deadlock the body is run again', async (staka) => {
  let runs = 0;
  let waiting = [];
  const met = () => new Promise((go) => {
    waiting.push(go);
    if (waiting.length === 2) waiting.splice(0).forEach((one) => one());
  });
  const both = async (first, second) => {
    let run = 0;
    return undone(staka, async (tx) => {
      runs += 1;
      run += 1;
      await tx.notifications.markAllRead(first);
      if (run === 1) await met();
      return tx.notifications.markAllRead(second);
    });
  };
  const given = await Promise.all([both(LIGHT, HEAVY), both(HEAVY, LIGHT)]);
  assert.ok(given.every((marked) => marked > 0));
  assert.ok(runs >= 3, `${runs} runs`);
});

onEach('a body that goes on being busy is given up with its error', async (staka) => {
  let runs = 0;
  const error = await failure(staka.transaction(() => {
    runs += 1;
    throw runs < 3 ? new StakaError('BUSY', 'once more') : new Undone();
  }));
  assert.ok(error instanceof Undone);
  assert.equal(runs, 3);
});
