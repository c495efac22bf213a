// Builds the addon with cargo and lays it beside index.js. STAKA_BUILD_PROFILE names cargo's profile; `release` unless
// set. STAKA_BUILD_FEATURES=crossing builds what `bench/crossing.mjs` needs.

import { spawnSync } from 'node:child_process';
import { copyFileSync, renameSync, rmSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const folder = dirname(fileURLToPath(import.meta.url));
const profile = process.env.STAKA_BUILD_PROFILE || 'release';
const features = process.env.STAKA_BUILD_FEATURES ? ['--features', process.env.STAKA_BUILD_FEATURES] : [];

const cargo = spawnSync(
  'cargo',
  ['build', '--package', 'staka-node', '--profile', profile, ...features, '--message-format', 'json-render-diagnostics'],
  { cwd: folder, stdio: ['ignore', 'pipe', 'inherit'], encoding: 'utf8', maxBuffer: 1 << 28 },
);
if (cargo.error?.code === 'ENOENT') {
  console.error('staka: cargo is not on the PATH; the addon is built with Rust (https://rustup.rs).');
  process.exit(1);
}
if (cargo.status !== 0) process.exit(cargo.status ?? 1);

// Where cargo put it depends on its configuration: it says so.
const built = cargo.stdout
  .split('\n')
  .filter((line) => line.includes('"compiler-artifact"') && line.includes('staka_node'))
  .map((line) => JSON.parse(line))
  .filter((message) => message.target.name === 'staka_node')
  .flatMap((message) => message.filenames)
  .find((name) => /\.(so|dylib|dll)$/.test(name));
if (built === undefined) {
  console.error('staka: cargo built no library.');
  process.exit(1);
}

// Renamed into place, so that a process that has the old one open keeps it.
const place = join(folder, 'staka.node');
const fresh = `${place}.${process.pid}`;
try {
  copyFileSync(built, fresh);
  renameSync(fresh, place);
} finally {
  rmSync(fresh, { force: true });
}
