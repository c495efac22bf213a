// What the tests share: the seeded databases and their users.

import { spawn } from 'node:child_process';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';

import { Staka } from '../index.mjs';

/** The time that counts as the present in the seeded databases. */
export const ANCHOR = '2026-06-15T12:00:00.000Z';

export const ADMIN = '00000000-0000-7000-8000-000000000001';
export const HEAVY = '00000000-0000-7000-8000-000000000002';
export const LIGHT = '00000000-0000-7000-8000-000000000003';

export const databases = ['mariadb', 'mysql'].flatMap((engine) => {
  const url = process.env[`STAKA_TEST_${engine.toUpperCase()}_DOORS_URL`];
  if (url) return [{ engine, url }];
  console.error(`NO ${engine.toUpperCase()}: its tests are SKIPPED.`);
  return [];
});

/** Declares a test that runs on each server, with a handle whose clock is fixed at the anchor. */
export function onEach(name, body) {
  for (const { engine, url } of databases) {
    test(`${name} (${engine})`, { timeout: 60_000 }, async (t) => {
      const staka = await Staka.connect(url, { now: ANCHOR });
      try {
        await body(staka, t, url);
      } finally {
        await staka.close();
      }
    });
  }
}

/** The error that rolls a transaction back. */
export class Rollback extends Error {}

/** Runs `body` in a transaction that is rolled back. */
export async function undone(session, body) {
  let value;
  try {
    await session.transaction(async (tx) => {
      value = await body(tx);
      throw new Rollback();
    });
  } catch (error) {
    if (!(error instanceof Rollback)) throw error;
  }
  return value;
}

/** Returns the error of a call, which must fail. */
export async function failure(call) {
  try {
    await call;
  } catch (error) {
    return error;
  }
  throw new Error('the call did not fail');
}

/** Runs a JavaScript program in a separate process. */
export function program(text, { type = 'module', env = {}, args = [] } = {}) {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [`--input-type=${type}`, ...args, '-e', text], {
      cwd: fileURLToPath(new URL('..', import.meta.url)),
      env: { ...process.env, ...env },
      timeout: 30_000,
    });
    let out = '';
    child.stdout.on('data', (data) => (out += data));
    child.stderr.on('data', (data) => (out += data));
    child.on('error', reject);
    child.on('close', (code, signal) => resolve({ code, signal, out }));
  });
}
