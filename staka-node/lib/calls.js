'use strict';

const timers = require('node:timers');

const { failure, invalid, spelled } = require('./error.js');
const { put, putOptions } = require('./values.js');

// Loaded at the first call, because it requires the generated operations, which require this file.
let addon;
let port;

// The statuses of a reply in `reply.rs`.
const FAILED = 1;
const PARTIAL = 2;

// The running calls by id: { take, resolve, reject, trace, operation, items }.
const pending = new Map();
let lastId = 0;

// The ids of long lists whose pieces are not all fetched: one piece in each turn of the event loop, in rotation.
const unfinished = [];

// Running calls keep the process alive; idle connections do not.
const keepAlive = timers.setInterval(() => {}, 0x7fffffff).unref();

function getPort() {
  if (port === undefined) {
    addon ??= require('./addon.js');
    port = new addon.Port(fetch);
  }
  return port;
}

/** Begins a call: `send(id)` passes it to the addon, `take(payload, id)` converts the reply into the result. */
function begin(send, take, trace, operation) {
  return new Promise((resolve, reject) => {
    do lastId = (lastId + 1) >>> 0;
    while (pending.has(lastId));
    const id = lastId;
    if (pending.size === 0) keepAlive.ref();
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
  if (pending.size === 0) keepAlive.unref();
}

/** Fetches the replies; the addon calls this when there are some. */
function fetch() {
  const replies = JSON.parse(port.fetch());
  if (replies[0] === 1) timers.setImmediate(fetch);
  for (let i = 1; i < replies.length; i += 3) settle(replies[i], replies[i + 1], replies[i + 2]);
}

function settle(id, status, payload) {
  const call = pending.get(id);
  if (status === PARTIAL) {
    call.items = addRows(call.operation, payload[0], []);
    if (unfinished.push(id) === 1) timers.setImmediate(fetchMore);
    return;
  }
  end(id);
  try {
    if (status === FAILED) call.reject(failure(payload, call.trace));
    else call.resolve(call.operation === undefined ? call.take(payload, id) : toResult(call.operation, payload));
  } catch (error) {
    // Not thrown, so that the other replies are settled too.
    call.reject(error);
  }
}

function toResult(operation, payload) {
  if (operation.rows === undefined) return operation.make(payload);
  const items = operation.rows(payload[0], []);
  return toList(operation, items, payload);
}

/** Returns the list or page whose last piece is `last`. */
function toList({ page }, items, last) {
  return page ? { items, next: last[1], total: last[2] } : items;
}

/** Appends a piece of a list to `items`; an operation without `rows` returns free JSON. */
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
    resolve(toList(operation, items, piece));
  }
  if (unfinished.length > 0) timers.setImmediate(fetchMore);
}

/** Calls an operation with a session of the addon, and with a signal that can cancel the call, if there is one. */
function call({ native, signal }, operation, required, options) {
  const trace = {};
  Error.captureStackTrace(trace, call);
  const values = {};
  const errors = [];
  let index = 0;
  for (const name in operation.required) put(values, name, operation.required[name], required[index++], errors);
  putOptions(values, operation.options, options, errors);
  const json = JSON.stringify(values);
  if (errors.length > 0) {
    return Promise.reject(invalid(allErrors(errors, native.violations(operation.number, json)), operation.name));
  }
  if (signal !== undefined) return callWithSignal(signal, native, operation, json, trace);
  return begin((id) => native.call(id, operation.number, json), undefined, trace, operation);
}

/** Returns the errors found here and those that the core finds in the rest: one for each field, at most 50. */
function allErrors(errors, others) {
  const all = new Map();
  for (const error of errors) if (!all.has(error.field)) all.set(error.field, error);
  for (let i = 0; i < others.length; i += 2) {
    if (!all.has(others[i])) all.set(others[i], { field: others[i], problem: others[i + 1] });
  }
  return [...all.values()].slice(0, 50);
}

/** Returns the error of a call whose signal was aborted. */
function cancelled(trace, operation) {
  return failure(['CANCELLED', 'the call was cancelled by its caller', [], operation], trace);
}

async function callWithSignal(signal, native, operation, json, trace) {
  let callId;
  const cancel = () => port.cancel(callId);
  try {
    if (signal.aborted) throw cancelled(trace, operation.name);
    signal.addEventListener('abort', cancel);
    const send = (id) => native.callCancellable((callId = id), operation.number, json);
    const value = await begin(send, undefined, trace, operation);
    // The signal may have been aborted while the pieces of a long list were fetched.
    if (signal.aborted && operation.rows !== undefined) throw cancelled(trace, operation.name);
    return value;
  } catch (error) {
    if (error.code === 'CANCELLED' && signal.aborted) {
      error.operation ??= spelled(operation.name);
      error.cause = signal.reason;
    }
    throw error;
  } finally {
    signal.removeEventListener('abort', cancel);
  }
}

/** Yields the pieces of a long text: `read(after)` returns `{ text, next }`, each when the one before was consumed. */
async function* pieces(read, after) {
  do {
    const { text, next } = await read(after);
    if (text !== '') yield text;
    after = next;
  } while (after !== null);
}

module.exports = { begin, call, cancelled, getPort, pieces };
