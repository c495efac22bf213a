// Runs the tests on the databases of `cargo xtask test`, or else on a private one. Arguments select tests by part of
// their file names.

import { spawnSync } from 'node:child_process';
import { readdirSync } from 'node:fs';
import { join } from 'node:path';

const folder = import.meta.dirname ?? new URL('.', import.meta.url).pathname;
const only = process.argv.slice(2);
const files = readdirSync(folder, { recursive: true })
  .filter((name) => name.endsWith('.test.mjs') && !name.includes('node_modules'))
  .filter((name) => only.length === 0 || only.some((one) => name.includes(one)))
  .sort()
  .map((name) => join(folder, name));

// The folder of the servers that `cargo xtask` has downloaded.
process.env.STAKA_LOCAL_DIR ||= join(folder, '..', '..', '.staka');
const env = { ...process.env };
const given = ['MARIADB', 'MYSQL'].filter((name) => env[`STAKA_TEST_${name}_DOORS_URL`]);
if (given.length < 2 && env.CI === 'true' && env.STAKA_ALLOW_SKIP !== '1') {
  console.error('Both servers are required: run `cargo xtask test`.');
  process.exit(1);
}
let local;
if (given.length === 0) {
  const { Staka } = await import('../index.mjs');
  console.error('\nNo database of `cargo xtask test` is given: a private MariaDB is started; MySQL is SKIPPED.\n');
  // This is `ANCHOR` of support.mjs, which cannot be imported yet because it reads the environment.
  local = await Staka.local({ engine: 'mariadb', scale: 'small', now: '2026-06-15T12:00:00.000Z' });
  env.STAKA_TEST_MARIADB_DOORS_URL = local.url;
}
// The files run one after the other, because writes lock rows until they are rolled back.
const tests = spawnSync(process.execPath, ['--test', '--test-concurrency=1', ...files], { env, stdio: 'inherit' });
await local?.close();
process.exit(tests.status ?? 1);
