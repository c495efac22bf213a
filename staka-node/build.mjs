// Builds the addon with cargo and copies it beside index.js. STAKA_BUILD_PROFILE names cargo's profile, `release` by
// default. STAKA_BUILD_FEATURES=crossing adds what `bench/crossing.mjs` needs.

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
  console.error('staka: cargo is not on the PATH. Install Rust (https://rustup.rs) to build the addon.');
  process.exit(1);
}
if (cargo.status !== 0) process.exit(cargo.status ?? 1);

// The location of the library depends on cargo's configuration, so it is read from cargo's messages.
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

// Renamed into place, so that a process that has the old file open keeps it.
const target = join(folder, 'staka.node');
const temporary = `${target}.${process.pid}`;
try {
  copyFileSync(built, temporary);
  renameSync(temporary, target);
} finally {
  rmSync(temporary, { force: true });
}
