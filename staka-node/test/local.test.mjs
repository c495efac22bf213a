// Tests of a private database, where a server is installed.

import assert from 'node:assert/strict';
import { test } from 'node:test';

import { Staka } from '../index.mjs';
import { databases, failure } from './support.mjs';

test('a private database exists until it is closed', { timeout: 120_000, skip: databases.length === 0 }, async () => {
  const staka = await Staka.local();
  assert.match(staka.url, /^mysql:/);
  assert.deepEqual(await staka.tarifs.listActive(), []);
  const other = await Staka.connect(staka.url);
  assert.equal(other.url, undefined);
  assert.equal((await other.notifications.listByUser('nobody')).next, null);
  const { url } = staka;
  await other.close();
  await staka.close();
  assert.equal((await failure(Staka.connect(url))).code, 'UNAVAILABLE');
});
