'use strict';

const { join } = require('node:path');

const { operations } = require('../generated/operations.js');

const path = join(__dirname, '..', 'staka.node');

function load() {
  try {
    return require(path);
  } catch (cause) {
    const hint = cause.code === 'MODULE_NOT_FOUND' ? 'is not there' : 'cannot be loaded';
    throw new Error(`The addon ${path} ${hint}; \`npm run build\` in its folder builds it, with Rust.`, { cause });
  }
}

const addon = load();

// Fields are told by their place: an addon of other fields would give wrong values under right names.
const known = addon.signatures();
if (known.length !== operations.length || operations.some((one, number) => one.signature !== known[number])) {
  throw new Error(`The addon ${path} was built for another list of operations; \`npm run build\` builds it anew.`);
}

module.exports = addon;
