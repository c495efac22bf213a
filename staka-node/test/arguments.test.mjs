// Tests of argument checks; they need no database.

import assert from 'node:assert/strict';
import { createRequire } from 'node:module';
import { test } from 'node:test';

const require = createRequire(import.meta.url);
const values = require('../lib/values.js');
const { pieces } = require('../lib/calls.js');

const file = values.objectOf({ fileId: [values.text, true], note: [values.nullable(values.text), false] });
const change = values.objectOf({
  prenom: [values.text, false],
  bio: [values.nullable(values.text), false],
  data: [values.json, false],
  dueAt: [values.nullable(values.time), false],
  files: [values.listOf(file), false],
  role: [values.oneOrMany(values.text), false],
  seen: [values.range(values.time), false],
});

/** Returns what is sent, or the names of the invalid fields. */
function taken(value) {
  const errors = [];
  const sent = change(value, 'change', errors);
  for (const { problem } of errors) assert.ok(problem.length > 0);
  return errors.length > 0 ? errors.map(({ field }) => field) : JSON.parse(JSON.stringify(sent));
}

test('null is sent, undefined is not', () => {
  assert.deepEqual(taken({}), {});
  assert.deepEqual(taken({ prenom: undefined, bio: null, dueAt: null, role: null }), { bio: null, dueAt: null, role: null });
});

test('objects may contain times, JSON, lists and objects', () => {
  const at = new Date(Date.UTC(2026, 0, 1));
  const iso = '2026-01-01T00:00:00.000Z';
  const given = { dueAt: at, data: { a: [1, null, at] }, files: [{ fileId: 'f', note: null }], role: ['USER'], seen: { from: at, to: null } };
  assert.deepEqual(taken(given), {
    dueAt: iso, data: { a: [1, null, iso] }, files: [{ fileId: 'f', note: null }], role: ['USER'], seen: { from: iso },
  });
});

test('every error has the name of its field without the path', () => {
  const itself = {};
  itself.itself = itself;
  const given = {
    prenom: null, bio: 5, data: itself, dueAt: new Date(NaN), files: [{ note: 1 }, 'f', { fileId: 'f', x: 1 }], role: ['USER', null],
    seen: { from: 5, since: 1 }, colour: 1,
  };
  assert.deepEqual(taken(given), [
    'colour', 'prenom', 'bio', 'data', 'dueAt', 'fileId', 'note', 'files[1]', 'x', 'role[1]', 'seen', 'seen',
  ]);
  for (const value of [null, 5, 'x', [], new Date()]) assert.deepEqual(taken(value), ['change']);
  assert.deepEqual(taken({ files: [, { fileId: 'f' }] }), ['files[0]']);
});

test('pieces of a text are requested one at a time', async () => {
  const requested = [];
  const read = async (after) => {
    requested.push(after);
    return [{ text: 'a', next: 1 }, { text: '', next: 2 }, { text: 'b', next: null }][after ?? 0];
  };
  const texts = pieces(read, undefined);
  assert.equal((await texts.next()).value, 'a');
  assert.deepEqual(requested, [undefined]);
  assert.equal((await texts.next()).value, 'b');
  assert.equal((await texts.next()).done, true);
  assert.deepEqual(requested, [undefined, 1, 2]);
});
