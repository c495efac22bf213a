// Runs the tests: on the databases that `cargo xtask test` tells of, else on a private one. Names of tests in `test/`
// as arguments run those alone.

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

// Where `cargo xtask` keeps the servers that it fetched.
process.env.STAKA_LOCAL_DIR ||= join(folder, '..', '..', '.staka');
const env = { ...process.env };
const told = ['MARIADB', 'MYSQL'].filter((name) => env[`STAKA_TEST_${name}_DOORS_URL`]);
if (told.length < 2 && env.CI === 'true' && env.STAKA_ALLOW_SKIP !== '1') {
  console.error('Both servers must be there: run `cargo xtask test`.');
  process.exit(1);
}
let local;
if (told.length === 0) {
  const { Staka } = await import('../index.mjs');
  console.error('\nNo database is told of by `cargo xtask test`: a private MariaDB is made; MySQL is SKIPPED.\n');
  // `ANCHOR` of support.mjs, which reads the environment when it is loaded.
  local = await Staka.local({ engine: 'mariadb', scale: 'small', now: '2026-06-15T12:00:00.000Z' });
  env.STAKA_TEST_MARIADB_DOORS_URL = local.url;
}
// One file after the other: what writes is rolled back, but locks meanwhile.
const tests = spawnSync(process.execPath, ['--test', '--test-concurrency=1', ...files], { env, stdio: 'inherit' });
await local?.close();
process.exit(tests.status ?? 1);
