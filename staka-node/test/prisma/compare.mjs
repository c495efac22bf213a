// Whether Staka answered as Prisma did, but for what deviations.json lists. A rule turns Prisma's answer, or Staka's, into
// what they have in common, and says whether the deviation showed.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';

const require = createRequire(import.meta.url);

export const table = JSON.parse(readFileSync(new URL('deviations.json', import.meta.url), 'utf8'));

const isListing = (answer) => answer !== null && typeof answer === 'object' && Array.isArray(answer.items);

const RULES = {
  /** Staka's pages, walked by their cursors, are together Prisma's array. */
  async listing(both, { options }, again) {
    assert(Array.isArray(both.prisma));
    assert(isListing(both.staka), 'a page is { items, next }');
    let page = both.staka;
    const items = [...page.items];
    const goesOn = page.next !== null;
    // Without a limit of its own the guide's query ends at the first page, too.
    while (options.limit && page.next !== null) {
      assert.equal(typeof page.next, 'string');
      assert.equal(page.items.length, options.limit);
      page = await again({ ...options, after: page.next });
      items.push(...page.items);
    }
    return [{ prisma: both.prisma, staka: items }, goesOn];
  },

  /** Prisma's nested sums and counts, under Staka's names. */
  async renamed(both, { names }) {
    const rename = (row) => {
      const renamed = structuredClone(row);
      for (const [from, to] of Object.entries(names)) {
        const [outer, inner] = from.split('.');
        assert(inner in row[outer], `Prisma gives ${from}`);
        renamed[to] = row[outer][inner];
        delete renamed[outer];
      }
      return renamed;
    };
    const prisma = Array.isArray(both.prisma) ? both.prisma.map(rename) : rename(both.prisma);
    return [{ prisma, staka: both.staka }, true];
  },

  /** Fields that Prisma's rows have not: whole numbers. */
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

/** Which of the schema's enums a field of a query's rows holds: it sorts by declaration. */
const ENUMS = {
  'notifications.list': { priority: 'NotificationPriority' },
  'stats.users_by_role': { role: 'Role' },
  'stats.commandes_by_statut': { statut: 'StatutCommande' },
  'stats.messages_by_type_and_statut': { type: 'MessageType', statut: 'MessageStatut' },
};

function rank(query, field, value) {
  const words = ENUMS[query]?.[field];
  if (words) return Object.values(require('@prisma/client')[words]).indexOf(value);
  return value instanceof Date ? value.getTime() : value;
}

/** By the keys, a leading minus for descending. */
function compareBy(query, keys, a, b) {
  for (const key of keys) {
    const [field, sign] = key.startsWith('-') ? [key.slice(1), -1] : [key, 1];
    const [left, right] = [rank(query, field, a[field]), rank(query, field, b[field])];
    if (left === right) continue;
    // NULL comes first, as for the server.
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

/** Rows in the order that both define; where Prisma's text leaves it open, as sets, and Staka's own order is checked. */
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
    // A limit may cut through rows that tie: either side may show others of them.
    const cut = open.cut && place === ours.length - 1;
    if (query === 'messages.conversations') assertNewest(theirs[place], ours[place], cut);
    else if (!cut) assert.deepStrictEqual(sorted(ours[place]), sorted(theirs[place]));
  }
}

/** Conversations whose newest messages are of one moment; of several such messages in one, either may stand for it. */
function assertNewest(theirs, ours, cut) {
  const conversations = (rows) => rows.map((row) => row.conversationId).toSorted();
  if (!cut) assert.deepEqual(conversations(ours), conversations(theirs));
  const there = new Map(theirs.map((row) => [row.id, row]));
  for (const row of ours) if (there.has(row.id)) assert.deepStrictEqual(row, there.get(row.id));
}

/** Asserts that the answers agree but for the table; gives the ids of the deviations that showed. */
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

/** What Staka's first page of a query is asked with. */
export function optionsOf(query) {
  return table.deviations.find((entry) => entry.query === query && entry.rule?.kind === 'listing')?.rule.options;
}
