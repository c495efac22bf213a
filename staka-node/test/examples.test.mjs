// Runs the example programs on a private database.

import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

import { Staka } from '../index.mjs';
import { databases } from './support.mjs';

// The expected output of each example.
const EXPECTED = {
  'a_day.mjs': /CONFLICT: .*statut EN_COURS cannot follow EN_COURS/,
  'a_sale.mjs': /delivery 2 of 2: APPLIED[^]*FACT: 0 numbers are missing[^]*kept for ten years: FACT-\d{4}-\d+ to Zoe Exemple/,
  'first_steps.mjs': /\d unread/,
};

const folder = fileURLToPath(new URL('../../examples/node', import.meta.url));

test('every example succeeds', { timeout: 300_000, skip: databases.length === 0 }, async (t) => {
  const staka = await Staka.local({ scale: 'small' });
  try {
    for (const name of readdirSync(folder).filter((one) => one.endsWith('.mjs'))) {
      await t.test(name, async () => {
        const env = { ...process.env, DATABASE_URL: staka.url };
        const { stdout } = await promisify(execFile)(process.execPath, [join(folder, name)], { env, timeout: 60_000 });
        assert.match(stdout, EXPECTED[name]);
      });
    }
  } finally {
    await staka.close();
  }
});
