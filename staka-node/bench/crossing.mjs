// How answers could be taken over from Rust, side by side: what the event loop pays, and what it costs in all.
//
//     STAKA_BUILD_FEATURES=crossing node build.mjs
//     DATABASE_URL=… node bench/crossing.mjs [--quick]
//
// - objects: made through Node's API, property by property (napi's serde)
// - keyed: ordinary JSON, `JSON.parse`, moments made of their text
// - positional: JSON without keys, and generated functions: what the door does
// - columns: typed arrays for numbers, JSON for columns of text, rows made of them; flat rows only
//
// One line of JSON for each: {what, how, median_ms, ci95, n, loop_ms, loop_ci95}; `loop` is the event loop's part.

import { createRequire } from 'node:module';

const require = createRequire(import.meta.url);
const addon = require('../lib/addon.js');
const { operations } = require('../generated/operations.js');

if (addon.KeptAnswer === undefined) {
  console.error('The addon lacks the other ways: STAKA_BUILD_FEATURES=crossing node build.mjs');
  process.exit(1);
}
const rounds = process.argv.includes('--quick') ? 5 : 30;

const session = await new Promise((resolve, reject) => {
  const port = new addon.Port(() => {
    const [, id, status, payload] = JSON.parse(port.fetch());
    if (status === 0) resolve(port.handle(id).session());
    else reject(new Error(payload[1]));
  });
  port.connect(1, process.env.DATABASE_URL ?? '', '{}');
  // The addon by itself does not keep the process alive.
  setTimeout(() => reject(new Error('the database does not answer')), 10_000);
});

const operation = (name) => operations.find((one) => one.name === name);
const hold = (name, given) => session.keep(operation(name).number, JSON.stringify(given));

function positional(held, { rows, listing, make }, pieces) {
  if (rows === undefined) return make(JSON.parse(held.text(true)));
  const items = [];
  let payload;
  for (let i = 0; i < pieces; i += 1) {
    payload = JSON.parse(held.text(true));
    rows(payload[0], items);
  }
  return listing ? { items, next: payload[1] } : items;
}

function dated(value, moments) {
  for (const row of value?.items ?? []) for (const name of moments) row[name] = row[name] && new Date(row[name]);
  return value;
}

function columns(held, names) {
  const [json, read, made] = held.columns();
  const texts = JSON.parse(json);
  const [a, b, c, d, e, f] = texts;
  const items = [];
  if (names[0] === 'title') {
    for (let i = 0; i < made.length; i += 1) {
      items.push({ id: a[i], title: b[i], message: c[i], type: d[i], priority: e[i], isRead: read[i] === 1, actionUrl: f[i], createdAt: new Date(made[i]) });
    }
  } else {
    for (let i = 0; i < made.length; i += 1) {
      items.push({ id: a[i], conversationId: b[i], senderId: c[i], receiverId: d[i], type: e[i], statut: f[i], isRead: read[i] === 1, createdAt: new Date(made[i]) });
    }
  }
  return items;
}

const heavy = '00000000-0000-7000-8000-000000000002';
/** The long conversation that `cargo xtask bench --doors` adds to the demo data. */
const thread = process.env.STAKA_BENCH_THREAD ?? 'thread_bench';

const window = { from: '2000-01-01', to: '2100-01-01' };
const shapes = [
  { what: 'one number', name: 'notifications.unread_count', given: { user: heavy }, moments: [], times: 2000 },
  { what: 'one row', name: 'stats.revenue', given: { since: '2000-01-01' }, moments: [], times: 2000 },
  { what: 'a page of 20', name: 'notifications.list_by_user', given: { user: heavy }, moments: ['createdAt'], times: 200 },
  {
    what: '650 messages with attachments',
    name: 'messages.list_by_conversation',
    given: { id: thread },
    moments: ['createdAt', 'updatedAt'],
    times: 20,
  },
  { what: '100,000 rows', name: 'stats.message_records', given: { ...window, page: { limit: 100_000 } }, moments: ['createdAt'], times: 1 },
];

const sorted = (values) => [...values].sort((a, b) => a - b);
const median = (values) => sorted(values)[values.length >> 1];

/** The 95 % interval of the median, from order statistics. */
function interval(values) {
  const all = sorted(values);
  const half = 0.98 * Math.sqrt(all.length);
  const at = (place) => all[Math.min(all.length - 1, Math.max(0, Math.round(place)))];
  return [at(all.length / 2 - half), at(all.length / 2 + half - 1)];
}

for (const { what, name, given, moments, times } of shapes) {
  const held = hold(name, given);
  const one = operation(name);
  const ways = {
    objects: () => dated(held.object(), moments),
    keyed: () => dated(JSON.parse(held.text(false)), moments),
    positional: (pieces) => positional(held, one, pieces),
    columns: () => columns(held, name === 'notifications.list_by_user' ? ['title'] : ['conversationId']),
  };
  const able = Object.keys(ways).filter((how) => held.prepare(how) > 0);
  const figures = Object.fromEntries(able.map((how) => [how, { all: [], loop: [] }]));
  let rows;
  for (let round = -3; round < rounds; round += 1) {
    // Another one begins each round.
    for (const how of able.map((_, i) => able[(i + round + able.length * 3) % able.length])) {
      let all = 0;
      let loop = 0;
      for (let time = 0; time < times; time += 1) {
        const begin = performance.now();
        const pieces = held.prepare(how);
        const prepared = performance.now();
        const value = ways[how](pieces);
        const end = performance.now();
        all += end - begin;
        loop += end - prepared;
        rows = value?.items?.length ?? value?.length ?? rows;
      }
      if (round < 0) continue;
      figures[how].all.push(all / times);
      figures[how].loop.push(loop / times);
    }
  }
  const short = (ms) => Number(ms.toPrecision(4));
  for (const how of able) {
    const { all, loop } = figures[how];
    console.log(
      JSON.stringify({
        what,
        rows,
        how,
        median_ms: short(median(all)),
        ci95: interval(all).map(short),
        n: all.length,
        loop_ms: short(median(loop)),
        loop_ci95: interval(loop).map(short),
      }),
    );
  }
}
process.exit();
