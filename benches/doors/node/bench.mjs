// The 16 queries, and one large result, through every peer: one process, one database, call by call in turn.
import { performance } from 'node:perf_hooks';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';

import { SQL, USERS, context, subjectsOf } from './context.mjs';
import { median, ratio, summary } from './figures.mjs';
import { assertSame } from './same.mjs';
import { openServer } from './server.mjs';
import { openPeer, progress, say, setting } from './setting.mjs';

// How long a query is measured, for all libraries together, and the least and largest number of rounds.
const LATENCY = setting.smoke ? { budget: 0, least: 1, most: 1 }
  : setting.quick ? { budget: 0, least: 3, most: 3 } : { budget: 4000, least: 15, most: 1000 };
const WARM = setting.smoke ? { budget: 0, least: 0, most: 0 }
  : setting.quick ? { budget: 0, least: 1, most: 1 } : { budget: 2000, least: 3, most: 50 };
// Client CPU is measured for blocks of calls, because its clock is coarse, one library at a time.
const BLOCK = setting.smoke ? { milliseconds: 0, blocks: 1 }
  : setting.quick ? { milliseconds: 5, blocks: 3 } : { milliseconds: 80, blocks: 11 };

setFlagsFromString('--expose-gc');
const collect = runInNewContext('gc');

const WRITE = 'notifications.mark_all_read';

/** Calls `query`; returns its milliseconds and result. A write is rolled back; the rollback is not measured. */
async function timed(peer, query, of) {
  const measure = async (queries) => {
    const start = performance.now();
    const answer = await queries[query](of);
    return { milliseconds: performance.now() - start, answer };
  };
  return query === WRITE ? peer.rolledBack(measure) : measure(peer.queries);
}

async function latencies(peers, query, of) {
  const found = new Map(peers.map((peer) => [peer.name, []]));
  for (let round = 0; ; round += 1) {
    const spent = [...found.values()].flat().reduce((sum, value) => sum + value, 0);
    if (round >= LATENCY.most || (round >= LATENCY.least && spent > LATENCY.budget)) return found;
    for (let turn = 0; turn < peers.length; turn += 1) {
      const peer = peers[(round + turn) % peers.length];
      found.get(peer.name).push((await timed(peer, query, of)).milliseconds);
    }
  }
}

/** Returns the milliseconds of CPU for each call, for each block: user and system time of all threads. */
async function cpu(peers, query, of, usual) {
  const found = new Map(peers.map((peer) => [peer.name, []]));
  for (let block = 0; block < BLOCK.blocks; block += 1) {
    for (let turn = 0; turn < peers.length; turn += 1) {
      const peer = peers[(block + turn) % peers.length];
      const calls = Math.max(1, Math.min(500, Math.ceil(BLOCK.milliseconds / usual.get(peer.name))));
      collect();
      const before = process.cpuUsage();
      for (let call = 0; call < calls; call += 1) await peer.queries[query](of);
      const { user, system } = process.cpuUsage(before);
      found.get(peer.name).push((user + system) / 1000 / calls);
    }
  }
  return found;
}

async function measure(peers, server, query, subject, of) {
  const [reference] = peers;
  const expected = (await timed(reference, query, of)).answer;
  const notes = new Map();
  for (const peer of peers.slice(1)) {
    const { answer } = await timed(peer, query, of);
    notes.set(peer.name, assertSame(query, peer.name, answer, expected));
  }
  const began = performance.now();
  for (let call = 0; call < WARM.most && (call < WARM.least || performance.now() - began < WARM.budget); call += 1) {
    for (const peer of peers) await timed(peer, query, of);
  }
  const found = await latencies(peers, query, of);
  const usual = new Map([...found].map(([name, values]) => [name, median(values)]));
  // The CPU time of a write would include that of its transaction.
  const used = query === WRITE ? new Map() : await cpu(peers, query, of, usual);
  for (const { name } of peers) {
    const latency = summary(found.get(name));
    const spent = used.has(name) ? summary(used.get(name)) : { median: null, ci95: null };
    const line = {
      peer: name, query, subject, median_ms: latency.median, ci95: latency.ci95, cpu_ms: spent.median,
      cpu_ci95: spent.ci95, n: found.get(name).length,
    };
    if (name !== reference.name) {
      const slower = ratio(found.get(name), found.get(reference.name));
      Object.assign(line, { ratio: slower.ratio, ratio_ci95: slower.ci95 });
      if (used.has(name)) {
        const dearer = ratio(used.get(name), used.get(reference.name));
        Object.assign(line, { cpu_ratio: dearer.ratio, cpu_ratio_ci95: dearer.ci95 });
      }
      if (notes.get(name)?.length) line.note = notes.get(name).join('; ');
    }
    say(line);
  }
  const shares = [];
  const runs = setting.smoke ? 1 : setting.quick ? 3 : 31;
  while (shares.length < runs && (shares.length < 5 || median(shares) < 500)) shares.push(await server.once(query, of));
  const share = summary(shares);
  say({ peer: 'server', query, subject, median_ms: share.median, ci95: share.ci95, cpu_ms: null, n: shares.length });
}

const server = await openServer(setting.url);
const peers = [];
for (const name of setting.peers) peers.push(await openPeer(name));
progress(`server ${await server.version()}, node ${process.version}, ${setting.transport}, ${setting.peers.join(', ')}`);
const conversations = {};
for (const user of Object.values(USERS)) conversations[user] = await server.conversationOf(user);

for (const query of Object.keys(SQL).filter((name) => name.includes(setting.only))) {
  for (const subject of subjectsOf(query)) {
    if (query === WRITE && subject === 'heavy') continue; // Seconds a call, all of it the server's.
    progress(`${query} (${subject})`);
    await measure(peers, server, query, subject, context(subject, conversations, setting.smoke ? 30 : 730));
  }
}
for (const peer of peers) await peer.close();
await server.close();
