// Compares Staka's results with Prisma's, except for the deviations in deviations.json. A rule converts either result
// to their common form, and returns whether the deviation occurred.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';

const require = createRequire(import.meta.url);

export const table = JSON.parse(readFileSync(new URL('deviations.json', import.meta.url), 'utf8'));

const isPage = (answer) => answer !== null && typeof answer === 'object' && Array.isArray(answer.items);

const RULES = {
  /** All of Staka's pages together are Prisma's array. */
  async listing(both, { options }, again) {
    assert(Array.isArray(both.prisma));
    assert(isPage(both.staka), 'a page is { items, next }');
    let page = both.staka;
    const items = [...page.items];
    const hasNext = page.next !== null;
    // Without a limit of its own, the specification's query returns only the first page, too.
    while (options.limit && page.next !== null) {
      assert.equal(typeof page.next, 'string');
      assert.equal(page.items.length, options.limit);
      page = await again({ ...options, after: page.next });
      items.push(...page.items);
    }
    return [{ prisma: both.prisma, staka: items }, hasNext];
  },

  /** Prisma's nested sums and counts get Staka's names. */
  async renamed(both, { names }) {
    const rename = (row) => {
      const renamed = structuredClone(row);
      for (const [from, to] of Object.entries(names)) {
        const [outer, inner] = from.split('.');
        assert(inner in row[outer], `Prisma returns ${from}`);
        renamed[to] = row[outer][inner];
        delete renamed[outer];
      }
      return renamed;
    };
    const prisma = Array.isArray(both.prisma) ? both.prisma.map(rename) : rename(both.prisma);
    return [{ prisma, staka: both.staka }, true];
  },

  /** Fields that Prisma's rows do not have; they are whole numbers. */
  async added(both, { fields }) {
    const staka = both.staka.map((row) => {
      const common = { ...row };
      for (const field of fields) {
        assert(Number.isSafeInteger(common[field]), `${field} is a whole number`);
        delete common[field];
      }
      return common;
    });
    assert(both.prisma.every((row) => fields.every((field) => !(field in row))));
    return [{ prisma: both.prisma, staka }, staka.length > 0];
  },
};

/** The enums of fields in the queries' rows, which are sorted by the order of declaration. */
const ENUMS = {
  'notifications.list_by_user': { priority: 'NotificationPriority' },
  'stats.users_by_role': { role: 'Role' },
  'stats.commandes_by_statut': { statut: 'StatutCommande' },
  'stats.messages_by_type_and_statut': { type: 'MessageType', statut: 'MessageStatut' },
};

function rank(query, field, value) {
  const words = ENUMS[query]?.[field];
  if (words) return Object.values(require('@prisma/client')[words]).indexOf(value);
  return value instanceof Date ? value.getTime() : value;
}

/** Compares two rows by keys; a leading minus means descending. */
function compareBy(query, keys, a, b) {
  for (const key of keys) {
    const [field, sign] = key.startsWith('-') ? [key.slice(1), -1] : [key, 1];
    const [left, right] = [rank(query, field, a[field]), rank(query, field, b[field])];
    if (left === right) continue;
    // NULL is the smallest value, as on the server.
    return left === null || (right !== null && left < right) ? -sign : sign;
  }
  return 0;
}

function groups(query, keys, rows) {
  const found = [];
  for (const row of rows) {
    const group = found.at(-1);
    if (group && compareBy(query, keys, group[0], row) === 0) group.push(row);
    else found.push([row]);
  }
  return found;
}

const keyOf = (row) => row.id ?? JSON.stringify(row);
const sorted = (rows) => rows.toSorted((a, b) => (keyOf(a) < keyOf(b) ? -1 : 1));

/** Compares rows in order. Rows whose order Prisma's query leaves open are compared as sets, and Staka's order is checked. */
function assertRows(query, prisma, staka, open) {
  if (!open) return assert.deepStrictEqual(staka, prisma);
  for (let place = 1; place < staka.length; place += 1) {
    assert(compareBy(query, open.staka, staka[place - 1], staka[place]) < 0, `rows ${place - 1} and ${place} by ${open.staka}`);
  }
  const inSets = (rows) =>
    rows.map((row) => ({ ...row, ...Object.fromEntries((open.unordered ?? []).map((field) => [field, sorted(row[field])])) }));
  const [theirs, ours] = [groups(query, open.ties, inSets(prisma)), groups(query, open.ties, inSets(staka))];
  assert.deepEqual(ours.map((group) => group.length), theirs.map((group) => group.length));
  for (let place = 0; place < ours.length; place += 1) {
    assert.equal(compareBy(query, open.ties, ours[place][0], theirs[place][0]), 0);
    // A limit may cut through equal rows, so the results may contain different ones.
    const cut = open.cut && place === ours.length - 1;
    if (query === 'messages.list_conversations') assertNewest(theirs[place], ours[place], cut);
    else if (!cut) assert.deepStrictEqual(sorted(ours[place]), sorted(theirs[place]));
  }
}

/** Compares conversations whose newest messages have the same timestamp; either of these messages may represent it. */
function assertNewest(theirs, staka, cut) {
  const conversations = (rows) => rows.map((row) => row.conversationId).toSorted();
  if (!cut) assert.deepEqual(conversations(staka), conversations(theirs));
  const there = new Map(theirs.map((row) => [row.id, row]));
  for (const row of staka) if (there.has(row.id)) assert.deepStrictEqual(row, there.get(row.id));
}

/** Asserts that the results are equal except for the deviations; returns the ids of those that occurred. */
export async function assertSame(query, prisma, staka, again) {
  let both = { prisma, staka };
  const shown = [];
  for (const { id, rule } of table.deviations.filter((entry) => entry.query === query && entry.rule)) {
    let showed;
    [both, showed] = await RULES[rule.kind](both, rule, again);
    if (showed) shown.push(id);
  }
  const open = table.open.find((entry) => entry.query === query);
  if (Array.isArray(both.prisma)) assertRows(query, both.prisma, both.staka, open);
  else assert.deepStrictEqual(both.staka, both.prisma);
  return shown;
}

/** Returns the options for Staka's first page of a query. */
export function optionsOf(query) {
  return table.deviations.find((entry) => entry.query === query && entry.rule?.kind === 'listing')?.rule.options;
}
