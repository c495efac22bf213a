// Runs one library for benches/duel: `node player.mjs prisma`, with DATABASE_URL. Each line of standard input is a request:
// {versions}, {query, of, look} for one call, or {query, of, calls} for a number of calls whose CPU is measured. Each line
// of standard output is its result.
import { readFileSync } from 'node:fs';
import { createInterface } from 'node:readline';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';

import { unfolded } from './same.mjs';

const WRITE = 'notifications.mark_all_read';
const peer = await (await import(`./peers/${process.argv[2]}.mjs`)).open(process.env.DATABASE_URL);
setFlagsFromString('--expose-gc');
const collect = runInNewContext('gc');

function context({ user, conversation, now, since }) {
  const [from, to] = [new Date(since), new Date(now)];
  return { user, conversation, now: to, from, since: from, to };
}

async function once(query, of) {
  const measure = async (queries) => {
    const begun = process.hrtime.bigint();
    const answer = await queries[query](of);
    return { nanos: Number(process.hrtime.bigint() - begun), answer };
  };
  return query === WRITE ? peer.rolledBack(measure) : measure(peer.queries);
}

/** The versions of the installed packages. */
function versions() {
  const at = { prisma: '../../../staka-node/test/prisma/node_modules/', drizzle: './node_modules/' }[peer.name];
  const of = (name) => JSON.parse(readFileSync(new URL(`${at}${name}/package.json`, import.meta.url), 'utf8')).version;
  const names = { prisma: ['@prisma/client', '@prisma/adapter-mariadb'], drizzle: ['drizzle-orm', 'mysql2'] }[peer.name];
  return [`Node ${process.versions.node}`, ...names.map((name) => `${name} ${of(name)}`)].join(', ');
}

async function play({ query, of, look, calls, versions: wanted }) {
  if (wanted) return { versions: versions() };
  const asked = context(of);
  if (!calls) {
    const { nanos, answer } = await once(query, asked);
    return look ? { nanos, answer: unfolded(query, peer.name, answer) } : { nanos };
  }
  collect();
  const before = process.cpuUsage();
  for (let call = 0; call < calls; call += 1) await once(query, asked);
  const { user, system } = process.cpuUsage(before);
  return { cpuNanos: (user + system) * 1000 };
}

for await (const line of createInterface({ input: process.stdin })) {
  const outcome = await play(JSON.parse(line)).catch((error) => ({ error: `${error.stack ?? error}` }));
  process.stdout.write(`${JSON.stringify(outcome)}\n`);
}
await peer.close();
