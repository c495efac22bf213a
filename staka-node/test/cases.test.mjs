// Runs the case suite through the Node package.

import assert from 'node:assert/strict';
import { readFileSync, readdirSync } from 'node:fs';
import { createRequire } from 'node:module';
import { test } from 'node:test';

import { ADMIN, ANCHOR, HEAVY, LIGHT, onEach, undone } from './support.mjs';

const { operations } = createRequire(import.meta.url)('../generated/operations.js');
const suite = new URL('../../cases/', import.meta.url);
const subjects = { admin: ADMIN, heavy: HEAVY, light: LIGHT, anchor: ANCHOR };

function filled(value) {
  if (Array.isArray(value)) return value.map(filled);
  if (typeof value === 'object' && value !== null) {
    return Object.fromEntries(Object.entries(value).map(([name, one]) => [name, filled(one)]));
  }
  const name = typeof value === 'string' ? /^\{(.*)\}$/.exec(value)?.[1] : undefined;
  if (name === undefined) return value;
  const days = /^anchor-(\d+)d$/.exec(name)?.[1];
  return days === undefined ? subjects[name] : new Date(Date.parse(ANCHOR) - days * 86_400_000).toISOString();
}

const cases = readdirSync(new URL('suite/', suite))
  .sort()
  .flatMap((name) => JSON.parse(readFileSync(new URL(`suite/${name}`, suite))))
  .map((one) => ({ ...one, input: filled(one.input), expect: filled(one.expect) }));

const camel = (text) => text.replace(/_(.)/g, (_, letter) => letter.toUpperCase());

/** Returns the call of a case; undefined if JavaScript cannot express it. */
function call({ operation, input }) {
  const one = operations.find(({ name }) => name === operation);
  if (one === undefined) return undefined;
  // A required object is one argument; the fields of other objects are options.
  const given = Object.keys(one.required).map((name) => input[name]);
  const within = new Set(Object.values(one.options).map(([, parameter]) => parameter));
  const options = {};
  for (const [name, value] of Object.entries(input)) {
    if (name in one.required) continue;
    if (within.has(name)) Object.assign(options, value);
    else options[name] = value;
  }
  const extra = Object.keys(options).length > 0;
  if (extra && Object.keys(one.options).length === 0) return undefined;
  const [group, verb] = operation.split('.').map(camel);
  return (session) => session[group][verb](...given, ...(extra ? [options] : []));
}

/** The name in the list of an operation that an error spells as JavaScript calls it. */
function listed(spelled) {
  return operations.find(({ name }) => name.split('.').map(camel).join('.') === spelled)?.name;
}

function sessionOf(staka, actor) {
  if (actor === 'system') return staka;
  if (actor === 'anonymous') return staka.asAnonymous();
  const [name, role] = actor.split(':');
  return staka.asUser(subjects[name], role ?? 'USER');
}

function holds(wanted, given) {
  if (Array.isArray(wanted)) {
    return Array.isArray(given) && wanted.length === given.length && wanted.every((one, i) => holds(one, given[i]));
  }
  if (typeof wanted === 'object' && wanted !== null) {
    return (
      typeof given === 'object' && given !== null && Object.keys(wanted).every((name) => holds(wanted[name], given[name]))
    );
  }
  return wanted === given;
}

function right({ expect }, given) {
  if (expect.items === undefined) return holds(expect, given);
  const items = given.value?.items ?? given.value;
  return items?.length === expect.items && holds(expect.first ?? {}, items[0] ?? {});
}

onEach('every case has its expected outcome', async (staka) => {
  assert.ok(cases.length >= 40);
  for (const one of cases) {
    const run = call(one);
    if (run === undefined) continue;
    // Writes are rolled back, so that every case finds the same rows.
    const given = await undone(sessionOf(staka, one.actor), (session) =>
      run(session).then(
        (value) => ({ value: JSON.parse(JSON.stringify(value ?? null)) }),
        ({ code, operation, fields }) => ({ error: { code, operation: listed(operation), fields: fields.map(({ field }) => field) } }),
      ),
    );
    assert.ok(right(one, given), `${one.name}: expected ${JSON.stringify(one.expect)}, got ${JSON.stringify(given).slice(0, 600)}`);
  }
});

test('every case that JavaScript cannot express is listed with a reason', () => {
  const listed = JSON.parse(readFileSync(new URL('inexpressible.json', suite))).filter(({ door }) => door === 'node');
  const found = cases.filter((one) => call(one) === undefined).map(({ name }) => name);
  assert.deepEqual(listed.map((one) => one.case).sort(), found.sort());
  for (const { reason } of listed) assert.ok(reason.length > 0);
});
