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

const known = addon.operations();
if (known.length !== operations.length || operations.some((one, number) => one.name !== known[number])) {
  throw new Error(`The addon ${path} was built for another list of operations; \`npm run build\` builds it anew.`);
}

module.exports = addon;
