// The time from the start of a new `node` process to the first result (the light user's unread count), and from the
// first import to it, for each library in turn. A `node` process without a library is measured too.
import { spawnSync } from 'node:child_process';
import { performance } from 'node:perf_hooks';
import { fileURLToPath } from 'node:url';

import { summary } from './figures.mjs';
import { progress, say, setting } from './setting.mjs';

const RUNS = setting.smoke ? 1 : setting.quick ? 2 : 21;
const child = fileURLToPath(new URL('first-answer.mjs', import.meta.url));

function fresh(peer) {
  const start = performance.now();
  const ran = spawnSync(process.execPath, [child, peer, setting.url], { encoding: 'utf8' });
  const whole = performance.now() - start;
  if (ran.status !== 0) throw new Error(`${peer}: ${ran.stderr}`);
  return { whole, ...JSON.parse(ran.stdout) };
}

const names = ['node', ...setting.peers];
const runs = new Map(names.map((name) => [name, []]));
if (!setting.smoke) for (const name of names) fresh(name);
for (let round = 0; round < RUNS; round += 1) {
  progress(`round ${round + 1} of ${RUNS}`);
  for (let turn = 0; turn < names.length; turn += 1) {
    const name = names[(round + turn) % names.length];
    runs.get(name).push(fresh(name));
  }
}
const answers = new Set(setting.peers.map((name) => runs.get(name)[0].answer));
if (answers.size !== 1) throw new Error(`the peers answer differently: ${[...answers]}`);
for (const name of names) {
  const figure = (key) => summary(runs.get(name).map((run) => run[key]));
  // Without a library there is no result.
  const answered = name === 'node' ? { median: null, ci95: null } : figure('firstAnswer');
  const whole = figure('whole');
  say({
    peer: name, query: 'startup', subject: 'light', median_ms: answered.median, ci95: answered.ci95,
    process_ms: whole.median, process_ci95: whole.ci95, n: RUNS,
  });
}
