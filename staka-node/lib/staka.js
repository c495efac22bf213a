'use strict';

const timers = require('node:timers/promises');

const { Groups } = require('../generated/operations.js');
const { begin, left, thePort } = require('./calls.js');
const { StakaError, failure, invalid } = require('./error.js');
const { nullable, put, putOptions, text, time } = require('./values.js');

// As the core's own `Session::transaction`.
const TRIES = 12;
const PATIENCE_MS = 20_000;

// Only this file makes sessions.
const INSIDE = Symbol('staka');

function caught() {
  const trace = {};
  Error.captureStackTrace(trace, caught);
  return trace;
}

/** Options as JSON; `INVALID` names what is wrong. */
function read(known, options) {
  const values = {};
  const faults = [];
  putOptions(values, known, options, faults);
  if (faults.length > 0) throw invalid(faults);
  return values;
}

/** Runs what the addon throws at once: its errors are text in the form of a reply. */
function atOnce(work) {
  const trace = caught();
  try {
    return work();
  } catch (error) {
    if (typeof error?.message === 'string' && error.message.startsWith('["')) throw failure(JSON.parse(error.message), trace);
    throw error;
  }
}

/** The operations, for one caller. */
class Session extends Groups {
  #native;
  #signal;

  constructor(inside, native, signal) {
    if (inside !== INSIDE) throw new TypeError('Sessions come from Staka.connect, asUser, asAnonymous and transaction.');
    super({ native, signal });
    this.#native = native;
    this.#signal = signal;
  }

  withSignal(signal) {
    if (typeof signal?.addEventListener !== 'function') throw invalid([{ field: 'signal', problem: 'must be an AbortSignal' }]);
    return new Session(INSIDE, this.#native, signal);
  }

  async transaction(body) {
    if (typeof body !== 'function') throw invalid([{ field: 'body', problem: 'must be a function' }]);
    const since = performance.now();
    const trace = caught();
    for (let tried = 1; ; tried += 1) {
      try {
        return await this.#attempt(body, trace);
      } catch (error) {
        const again = error instanceof StakaError && error.code === 'BUSY';
        if (!again || tried >= TRIES || performance.now() - since > PATIENCE_MS) throw error;
        await timers.setTimeout(1 + Math.random() * 4 * 2 ** Math.min(tried, 8));
      }
    }
  }

  /** Throws when the session's signal was aborted. */
  #stay(trace) {
    if (this.#signal?.aborted) throw Object.assign(left(trace), { cause: this.#signal.reason });
  }

  async #attempt(body, trace) {
    this.#stay(trace);
    const port = thePort();
    const tx = await begin((id) => this.#native.begin(id), (_, id) => port.tx(id), trace);
    const end = (keep) => begin((id) => tx.end(id, keep), () => undefined, trace);
    let value;
    try {
      value = await body(new Session(INSIDE, tx.session(), this.#signal));
      this.#stay(trace);
    } catch (error) {
      // The reason counts, not that the server cannot be told of it any more.
      await end(false).catch(() => {});
      throw error;
    }
    await end(true);
    return value;
  }
}

const CALLER = { ip: [nullable(text), null], userAgent: [nullable(text), null], requestId: [nullable(text), null] };

/** A handle: a pool of connections to one database. Its own operations run for the program itself. */
class Staka extends Session {
  #handle;

  constructor(inside, handle) {
    super(inside, handle?.session());
    this.#handle = handle;
  }

  static async connect(url, options) {
    const faults = [];
    const values = { url: '' };
    put(values, 'url', text, url ?? null, faults);
    if (faults.length > 0) throw invalid(faults);
    const sent = JSON.stringify(read({ now: [nullable(time), null] }, options));
    return Staka.#opened((port, id) => port.connect(id, values.url, sent));
  }

  static async local(options) {
    const known = {
      engine: [nullable(text), null],
      scale: [nullable(text), null],
      dataDir: [nullable(text), null],
      now: [nullable(time), null],
    };
    const sent = JSON.stringify(read(known, options));
    return Staka.#opened((port, id) => port.local(id, sent));
  }

  static async #opened(send) {
    const port = thePort();
    return new Staka(INSIDE, await begin((id) => send(port, id), (_, id) => port.handle(id), caught()));
  }

  /** The address of a private database; `undefined` for any other. */
  get url() {
    return this.#handle.url() ?? undefined;
  }

  asUser(id, role, from) {
    const faults = [];
    const values = {};
    put(values, 'id', text, id ?? null, faults);
    put(values, 'role', text, role ?? null, faults);
    putOptions(values, CALLER, from, faults);
    if (faults.length > 0) throw invalid(faults);
    return this.#as(values);
  }

  asAnonymous(from) {
    return this.#as(read(CALLER, from));
  }

  #as(caller) {
    return new Session(INSIDE, atOnce(() => this.#handle.session(JSON.stringify(caller))));
  }

  async close() {
    await begin((id) => this.#handle.close(id), () => undefined, caught());
  }

  [Symbol.asyncDispose ?? Symbol.for('nodejs.asyncDispose')]() {
    return this.close();
  }
}

module.exports = { Session, Staka };
