// How long the event loop is blocked while one result of 100,000 rows arrives, for each library: from the loop's own
// histogram and from a timer that should fire every millisecond.
import { monitorEventLoopDelay, performance } from 'node:perf_hooks';

import { context } from './context.mjs';
import { median, quantile } from './figures.mjs';
import { openPeer, progress, say, setting } from './setting.mjs';

const QUERY = 'stats.message_records';
const RUNS = setting.quick ? 1 : 9;

const nanos = (value) => Number((value / 1e6).toFixed(3));
const rounded = (value) => Number(value.toFixed(3));
const pause = (milliseconds) => new Promise((resolve) => setTimeout(resolve, milliseconds));

/** Measures one result and the delays of the event loop in the meantime. */
async function watched(act) {
  const lateness = [];
  let last = performance.now();
  const timer = setInterval(() => {
    const now = performance.now();
    lateness.push(Math.max(0, now - last - 1));
    last = now;
  }, 1);
  const histogram = monitorEventLoopDelay({ resolution: 1 });
  histogram.enable();
  const start = performance.now();
  const answer = await act();
  const total = performance.now() - start;
  // The turn in which the result arrives is measured too.
  await pause(5);
  histogram.disable();
  clearInterval(timer);
  return { answer, total, histogram, lateness };
}

const of = context('all', {}, setting.smoke ? 30 : 730);
for (const name of setting.peers) {
  const peer = await openPeer(name);
  progress(`${QUERY} (${name})`);
  const runs = [];
  await peer.queries[QUERY](of);
  for (let run = 0; run < RUNS; run += 1) {
    const { answer, ...found } = await watched(() => peer.queries[QUERY](of));
    const rows = answer.items ?? answer;
    // Every row is read, because some libraries create values only when they are read.
    if (!rows.every((row) => row.createdAt instanceof Date && typeof row.isRead === 'boolean')) {
      throw new Error(`${name}: rows without a Date and a boolean`);
    }
    runs.push({ ...found, rows: rows.length });
    await pause(50);
  }
  const middle = (pick) => rounded(median(runs.map(pick)));
  say({
    peer: name, query: QUERY, subject: 'all', measure: 'event_loop_delay', rows: runs[0].rows,
    p50_ms: nanos(median(runs.map(({ histogram }) => histogram.percentile(50)))),
    p99_ms: nanos(median(runs.map(({ histogram }) => histogram.percentile(99)))),
    max_ms: nanos(median(runs.map(({ histogram }) => histogram.max))),
    timer_p50_ms: middle(({ lateness }) => quantile(lateness, 0.5)),
    timer_p99_ms: middle(({ lateness }) => quantile(lateness, 0.99)),
    timer_max_ms: middle(({ lateness }) => Math.max(...lateness)),
    total_ms: middle(({ total }) => total),
    n: RUNS,
  });
  await peer.close();
}
