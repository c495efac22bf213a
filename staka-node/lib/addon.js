'use strict';

const { join } = require('node:path');

const { operations } = require('../generated/operations.js');

const path = join(__dirname, '..', 'staka.node');

function load() {
  try {
    return require(path);
  } catch (cause) {
    const problem = cause.code === 'MODULE_NOT_FOUND' ? 'does not exist' : 'cannot be loaded';
    throw new Error(`The addon ${path} ${problem}. Run \`npm run build\` in its folder; this needs Rust.`, { cause });
  }
}

const addon = load();

// Fields are identified by their position: an addon with other fields would return wrong values under the right names.
const known = addon.signatures();
if (known.length !== operations.length || operations.some((one, number) => one.signature !== known[number])) {
  throw new Error(`The addon ${path} was built for other operations. Run \`npm run build\` to build it again.`);
}

module.exports = addon;
