// Compares a peer's result with Staka's. Peers return a list where Staka returns a page; Prisma's own shapes are
// converted. The order of rows that a peer's query leaves open is not compared; other differences are listed here.
import { isDeepStrictEqual } from 'node:util';

/** Staka's names of Prisma's groups and sums. */
const FIGURES = { 'stats.payments_by_status': 'amount', 'stats.revenue': 'sum' };

function figure(query, row) {
  const { _count, _sum, _avg, ...keys } = row;
  return {
    ...keys,
    ...(_sum && { [FIGURES[query]]: _sum.amount }),
    ...(_avg && { average: _avg.amount }),
    count: _count.id,
  };
}

/** Fields that Prisma cannot return with the rows. */
const NOT_PRISMAS = { 'messages.list_conversations': ['messageCount', 'unreadCount'] };

const byText = (rows) => rows.map((row) => [JSON.stringify(row), row]).sort(([a], [b]) => (a < b ? -1 : 1)).map(([, row]) => row);
const ordered = (row) =>
  row === null || typeof row !== 'object' || row instanceof Date ? row
  : Array.isArray(row) ? byText(row.map(ordered))
  : Object.fromEntries(Object.keys(row).sort().map((key) => [key, ordered(row[key])]));

/** Converts Prisma's groups and sums to rows with Staka's names; other results are returned unchanged. */
export function unfolded(query, peer, answer) {
  if (peer === 'prisma' && answer !== null && typeof answer === 'object') {
    const folded = (row) => row !== null && typeof row === 'object' && '_count' in row;
    if (Array.isArray(answer)) return answer.map((row) => (folded(row) ? figure(query, row) : row));
    return folded(answer) ? figure(query, answer) : answer;
  }
  return answer;
}

const firstOther = (rows, than) => rows.find((row, index) => !isDeepStrictEqual(row, than[index]));

/** Throws if the results of `peer` and Staka differ; returns what was not compared. */
export function assertSame(query, peer, answer, staka) {
  let theirs = unfolded(query, peer, answer);
  let ours = Array.isArray(staka?.items) ? staka.items : staka;
  const left = [];
  if (peer === 'prisma' && NOT_PRISMAS[query]) {
    left.push(`without ${NOT_PRISMAS[query].join(', ')}`);
    ours = ours.map((row) => Object.fromEntries(Object.entries(row).filter(([key]) => !NOT_PRISMAS[query].includes(key))));
  }
  // Prisma's query leaves the order of some rows open; those of the others only that of invoices and attachments, and
  // Staka sorts the accounts by role itself, not in SQL.
  const isOpen = peer === 'prisma' || query === 'stats.users_by_role';
  const arranged = (answer) => (Array.isArray(answer) && !isOpen ? answer.map(ordered) : ordered(answer));
  [theirs, ours] = [arranged(theirs), arranged(ours)];
  if (isDeepStrictEqual(theirs, ours)) return left;
  if (query === 'messages.list_conversations' && peer === 'prisma') {
    // Of messages with the same timestamp Prisma takes any, so the newest message and the 50th conversation may differ.
    const moments = (rows) => rows.map((row) => row.createdAt.getTime()).sort((a, b) => a - b);
    const there = new Map(theirs.map((row) => [row.id, row]));
    const shared = ours.filter((row) => there.has(row.id));
    const equal = shared.every((row) => isDeepStrictEqual(row, there.get(row.id)));
    if (equal && isDeepStrictEqual(moments(theirs), moments(ours))) return [...left, 'ties of one millisecond aside'];
  }
  const show = (value) => JSON.stringify(value)?.slice(0, 600);
  const [their, our] = Array.isArray(ours)
    ? [firstOther(theirs, ours), firstOther(ours, theirs)]
    : [theirs, ours];
  throw new Error(`${query}: ${peer} answers otherwise than Staka\n  ${peer}: ${show(their)}\n  staka: ${show(our)}`);
}
