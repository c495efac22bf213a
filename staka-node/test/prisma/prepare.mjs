// Installs the packages of package-lock.json and generates the client, unless both are up to date.
// `node prepare.mjs`, or `await prepare()`.
import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync, statSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const HERE = dirname(fileURLToPath(import.meta.url));
const at = (...names) => join(HERE, ...names);

function run(program, args, env = {}) {
  const ran = spawnSync(program, args, { cwd: HERE, env: { ...process.env, ...env }, encoding: 'utf8' });
  if (ran.status !== 0) {
    throw new Error(`${program} ${args.join(' ')} failed: ${ran.error ?? `${ran.stdout}${ran.stderr}`.slice(-4000)}`);
  }
}

const newer = (file, than) => existsSync(file) && statSync(file).mtimeMs >= statSync(than).mtimeMs;

export function prepare() {
  // npm writes this file when an install is complete.
  if (!newer(at('node_modules/.package-lock.json'), at('package-lock.json'))) {
    run('npm', ['ci', '--ignore-scripts', '--no-audit', '--no-fund']);
  }
  const generated = at('node_modules/.prisma/client/schema.prisma');
  const done = newer(generated, at('schema.prisma')) && readFileSync(generated, 'utf8').includes('model Notification');
  if (!done) {
    // `generate` would download the schema engine, which it does not use.
    run(process.execPath, ['node_modules/prisma/build/index.js', 'generate', '--schema', 'schema.prisma', '--no-hints'], {
      PRISMA_SCHEMA_ENGINE_BINARY: process.platform === 'win32' ? process.execPath : '/bin/true',
      CHECKPOINT_DISABLE: '1',
    });
  }
}

if (process.argv[1] === fileURLToPath(import.meta.url)) prepare();
