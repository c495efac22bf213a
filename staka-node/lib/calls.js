'use strict';

const timers = require('node:timers');

const { failure, invalid } = require('./error.js');
const { put, putOptions } = require('./values.js');

// Loaded at the first call for it, as it needs the list of operations, which needs this file.
let addon;
let port;

// What `reply.rs` says of a call.
const FAILED = 1;
const BEGUN = 2;

// Calls under way, by their number: { take, reject, trace, operation, items }.
const pending = new Map();
let last = 0;

// Long lists of which pieces are still to be fetched: one a turn of the event loop, each list in its turn.
const unfinished = [];

// Calls under way keep the process alive; connections that rest do not.
const alive = timers.setInterval(() => {}, 0x7fffffff).unref();

function thePort() {
  if (port === undefined) {
    addon ??= require('./addon.js');
    port = new addon.Port(fetch);
  }
  return port;
}

/** Begins a call: `send(id)` gives it to the addon, `take(payload)` makes the result of what comes back. */
function begin(send, take, trace, operation) {
  return new Promise((resolve, reject) => {
    do last = (last + 1) >>> 0;
    while (pending.has(last));
    const id = last;
    if (pending.size === 0) alive.ref();
    pending.set(id, { take, resolve, reject, trace, operation, items: undefined });
    try {
      send(id);
    } catch (error) {
      end(id);
      reject(error);
    }
  });
}

function end(id) {
  pending.delete(id);
  if (pending.size === 0) alive.unref();
}

/** Called by the addon when replies have come. */
function fetch() {
  const replies = JSON.parse(port.fetch());
  if (replies[0] === 1) timers.setImmediate(fetch);
  for (let i = 1; i < replies.length; i += 3) settle(replies[i], replies[i + 1], replies[i + 2]);
}

function settle(id, status, payload) {
  const call = pending.get(id);
  if (status === BEGUN) {
    call.items = addRows(call.operation, payload[0], []);
    if (unfinished.push(id) === 1) timers.setImmediate(fetchMore);
    return;
  }
  end(id);
  try {
    if (status === FAILED) call.reject(failure(payload, call.trace));
    else call.resolve(call.operation === undefined ? call.take(payload, id) : made(call.operation, payload));
  } catch (error) {
    // The other replies are still to be settled.
    call.reject(error);
  }
}

function made(operation, payload) {
  if (operation.rows === undefined) return operation.make(payload);
  const items = operation.rows(payload[0], []);
  return whole(operation, items, payload);
}

/** The answer of which `last` is the last piece. */
function whole({ listing }, items, last) {
  return listing ? { items, next: last[1], total: last[2] } : items;
}

/** Only a list comes in pieces; without rows it is one of free JSON. */
function addRows({ rows }, values, items) {
  if (rows !== undefined) return rows(values, items);
  for (const one of values) items.push(one);
  return items;
}

function fetchMore() {
  const id = unfinished.shift();
  const { items, operation, resolve } = pending.get(id);
  const [more, piece] = JSON.parse(port.rest(id));
  addRows(operation, piece[0], items);
  if (more === 1) unfinished.push(id);
  else {
    end(id);
    resolve(whole(operation, items, piece));
  }
  if (unfinished.length > 0) timers.setImmediate(fetchMore);
}

/** Calls an operation for `via`: a session of the addon, and perhaps a signal that ends the call. */
function call({ native, signal }, operation, given, options) {
  const trace = {};
  Error.captureStackTrace(trace, call);
  const values = {};
  const faults = [];
  let place = 0;
  for (const name in operation.required) put(values, name, operation.required[name], given[place++], faults);
  putOptions(values, operation.options, options, faults);
  if (faults.length > 0) return Promise.reject(invalid(faults, operation.name));
  const sent = JSON.stringify(values);
  if (signal !== undefined) return callUntil(signal, native, operation, sent, trace);
  return begin((id) => native.call(id, operation.number, sent), undefined, trace, operation);
}

/** Whose signal was aborted hears this. */
function left(trace, operation) {
  return failure(['CANCELLED', 'the caller left', [], operation], trace);
}

async function callUntil(signal, native, operation, sent, trace) {
  let number;
  const cut = () => port.cut(number);
  try {
    if (signal.aborted) throw left(trace, operation.name);
    signal.addEventListener('abort', cut);
    const send = (id) => native.callUntilCut((number = id), operation.number, sent);
    const value = await begin(send, undefined, trace, operation);
    // A long list may have been on its way already.
    if (signal.aborted && operation.rows !== undefined) throw left(trace, operation.name);
    return value;
  } catch (error) {
    if (error.code === 'CANCELLED' && signal.aborted) {
      error.operation ??= operation.name;
      error.cause = signal.reason;
    }
    throw error;
  } finally {
    signal.removeEventListener('abort', cut);
  }
}

/** The pieces of a long text: `ask(after)` gives `{ text, next }`, and is asked when the piece before was taken. */
async function* pieces(ask, after) {
  do {
    const { text, next } = await ask(after);
    if (text !== '') yield text;
    after = next;
  } while (after !== null);
}

module.exports = { begin, call, left, pieces, thePort };
