// Tests of the start and end of processes and threads that use the addon.

import assert from 'node:assert/strict';
import { test } from 'node:test';

import { databases, program } from './support.mjs';

const URL_ = databases[0]?.url;
const options = { timeout: 60_000, skip: URL_ === undefined };
const env = { DATABASE_URL: URL_ };
const connect = "const staka = await Staka.connect(process.env.DATABASE_URL);\n";
const imported = `import { Staka } from 'staka';\n${connect}`;

async function ends(text, { out = '', code = 0, ...more } = {}) {
  const ended = await program(text, { env, ...more });
  assert.deepEqual({ code: ended.code, signal: ended.signal, out: ended.out.trim() }, { code, signal: null, out });
}

test('import and require export the same names', options, async () => {
  const all = "Object.keys(staka).sort().join(' ')";
  const names = await program(`import * as staka from 'staka'; console.log(${all})`);
  assert.match(names.out, /\bRole\b.*\bStaka StakaError\b/);
  await ends(`const staka = require('staka'); console.log(${all})`, { type: 'commonjs', out: names.out.trim() });
  await ends(
    `import { createRequire } from 'node:module'; import { StakaError } from 'staka';
     console.log(createRequire(import.meta.url)('staka').StakaError === StakaError)`,
    { out: 'true' },
  );
});

test('a program without close ends after its calls', options, async () => {
  await ends(imported);
  await ends(`${imported} staka.tarifs.listActive().then((rows) => console.log(rows.length))`, { out: '15' });
  await ends(`${imported} staka.stats.messageRecords('2000-01-01', '2100-01-01', { limit: 20000 }).then(({ items }) => console.log(items.length))`, { out: '20000' });
  await ends(`${imported} await staka.close()`);
});

test('a program may exit during calls', options, async () => {
  for (let wait = 0; wait < 12; wait += 3) {
    await ends(
      `${imported} for (let i = 0; i < 40; i += 1) staka.stats.messageRecords('2000-01-01', '2100-01-01', { limit: 3000 });
       setTimeout(() => process.exit(7), ${wait})`,
      { code: 7 },
    );
  }
  await ends("import { Staka } from 'staka'; Staka.connect(process.env.DATABASE_URL); process.exit(7)", { code: 7 });
});

test('an unhandled error ends the program with its stack', options, async () => {
  const { code, out } = await program(`${imported} staka.notifications.listByUser('x', { limit: 1000 });`, { env });
  assert.equal(code, 1);
  assert.match(out, /StakaError: limit: /);
  assert.match(out, /code: 'INVALID'/);
});

test('worker threads have their own handles and can be terminated during calls', options, async () => {
  await ends(
    `const { Worker, isMainThread, parentPort } = require('node:worker_threads');
     const work = \`
       const { parentPort } = require('node:worker_threads');
       const { Staka } = require('staka');
       Staka.connect(process.env.DATABASE_URL).then(async (staka) => {
         const all = await Promise.all(Array.from({ length: 50 }, () => staka.tarifs.listActive()));
         parentPort.postMessage(all.length);
         for (;;) await staka.stats.messageRecords('2000-01-01', '2100-01-01', { limit: 5000 });
       });\`;
     const { Staka } = require('staka');
     (async () => {
       const staka = await Staka.connect(process.env.DATABASE_URL);
       for (let round = 0; round < 2; round += 1) {
         const workers = [1, 2, 3].map(() => new Worker(work, { eval: true }));
         const counts = await Promise.all(workers.map((one) => new Promise((done) => one.once('message', done))));
         console.log(counts.join(' '));
         await Promise.all(workers.map((one) => one.terminate()));
       }
       console.log((await staka.tarifs.listActive()).length);
     })();`,
    { type: 'commonjs', out: '50 50 50\n50 50 50\n15' },
  );
});

test('unused handles, sessions and transactions are collected', options, async () => {
  await ends(
    `${imported}
     for (let i = 0; i < 2000; i += 1) staka.asUser('u' + i, 'USER');
     for (let i = 0; i < 5; i += 1) {
       await Staka.connect(process.env.DATABASE_URL).then((other) => other.tarifs.listActive());
       let tx;
       await staka.transaction((one) => { tx = one; });
       globalThis.gc();
       await new Promise((go) => setTimeout(go, 10));
     }
     console.log((await staka.tarifs.listActive()).length)`,
    { args: ['--expose-gc'], out: '15' },
  );
});
