'use strict';

/** Why an operation did not happen. Nothing was half-written. */
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

/** The error that the addon tells of: the fields of `Failure` in `reply.rs`, in their order. */
function failure([code, message, faults, operation, key, retryAfterMs], trace) {
  const fields = [];
  for (let i = 0; i < faults.length; i += 2) fields.push({ field: faults[i], problem: faults[i + 1] });
  return traced(new StakaError(code, message, { fields, operation, key, retryAfterMs }), trace);
}

/** Input that is wrong before anything is sent. */
function invalid(fields, operation) {
  return new StakaError('INVALID', fields.map((one) => `${one.field}: ${one.problem}`).join('; '), { fields, operation });
}

/** Gives the error the stack of the call: when an answer comes, nothing on the stack knows who asked. */
function traced(error, trace) {
  const frames = typeof trace?.stack === 'string' ? trace.stack.indexOf('\n    at ') : -1;
  if (frames >= 0) error.stack = `${error.name}: ${error.message}${trace.stack.slice(frames)}`;
  return error;
}

module.exports = { StakaError, failure, invalid };
