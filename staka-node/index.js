'use strict';

const enums = require('./generated/enums.js');
const { StakaError } = require('./lib/error.js');
const { Staka } = require('./lib/staka.js');

module.exports = { Staka, StakaError, ...enums };
