'use strict';

/** The error of an operation that failed. A failed operation changes nothing. */
class StakaError extends Error {
  constructor(code, message, { fields = [], operation, key, retryAfterMs } = {}) {
    super(message);
    this.code = code;
    this.fields = fields;
    if (operation != null) this.operation = operation;
    if (key != null) this.key = key;
    if (retryAfterMs != null) this.retryAfterMs = retryAfterMs;
  }
}
Object.defineProperty(StakaError.prototype, 'name', { value: 'StakaError', configurable: true, writable: true });

/** Returns an operation's name as JavaScript spells it: `stats.users_by_role` is `stats.usersByRole`. */
function spelled(operation) {
  return operation?.replace(/_([a-z])/g, (_, letter) => letter.toUpperCase());
}

/** Returns a text with the operations' names as JavaScript spells them. */
function respelled(text) {
  if (!text.includes('.')) return text;
  // Loaded when needed, because that file requires this one.
  const { operations } = require('../generated/operations.js');
  return text.replace(/[a-z_]+\.[a-z_]+/g, (name) => (operations.some((one) => one.name === name) ? spelled(name) : name));
}

/** Creates an error from a reply: the fields of `Failure` in `reply.rs`, in their order. */
function failure([code, message, fieldErrors, operation, key, retryAfterMs], trace) {
  const fields = [];
  for (let i = 0; i < fieldErrors.length; i += 2) {
    fields.push({ field: fieldErrors[i], problem: respelled(fieldErrors[i + 1]) });
  }
  const details = { fields, operation: spelled(operation), key, retryAfterMs };
  return withTrace(new StakaError(code, respelled(message), details), trace);
}

/** Creates the error of input that is refused before anything is sent. */
function invalid(fields, operation) {
  const message = fields.map((one) => `${one.field}: ${one.problem}`).join('; ');
  return new StakaError('INVALID', message, { fields, operation: spelled(operation) });
}

/** Gives the error the stack of the call, because the caller is no longer on the stack when the reply arrives. */
function withTrace(error, trace) {
  const frames = typeof trace?.stack === 'string' ? trace.stack.indexOf('\n    at ') : -1;
  if (frames >= 0) error.stack = `${error.name}: ${error.message}${trace.stack.slice(frames)}`;
  return error;
}

module.exports = { StakaError, failure, invalid, spelled };
