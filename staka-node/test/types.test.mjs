// TypeScript accepts correct programs and refuses wrong ones, as ES modules and as CommonJS.

import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';

const folder = fileURLToPath(new URL('..', import.meta.url));

for (const program of ['module.mts', 'common.cts']) {
  test(`tsc --strict accepts ${program}`, { timeout: 120_000 }, () => {
    const options = ['--strict', '--noEmit', '--module', 'nodenext', '--target', 'es2022', '--types', '', '--exactOptionalPropertyTypes'];
    const { status, stdout } = spawnSync('npx', ['--no-install', 'tsc', ...options, `test/types/${program}`], {
      cwd: folder,
      encoding: 'utf8',
    });
    assert.equal(status, 0, stdout);
  });
}
