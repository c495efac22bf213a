'use strict';

const timers = require('node:timers/promises');

const { Groups } = require('../generated/operations.js');
const { begin, cancelled, getPort } = require('./calls.js');
const { StakaError, failure, invalid } = require('./error.js');
const { nullable, put, putOptions, text, time } = require('./values.js');

// The same limits as `Session::transaction` of the core.
const MAX_ATTEMPTS = 12;
const MAX_RETRY_MS = 20_000;

// Only code that has this token can create sessions.
const INTERNAL = Symbol('staka');

function captureTrace() {
  const trace = {};
  Error.captureStackTrace(trace, captureTrace);
  return trace;
}

/** Checks options and returns them in the form of JSON; throws `INVALID` with all errors. */
function readOptions(known, options) {
  const values = {};
  const errors = [];
  putOptions(values, known, options, errors);
  if (errors.length > 0) throw invalid(errors);
  return values;
}

/** Runs a synchronous call of the addon, whose errors are text in the form of a reply. */
function callSync(work) {
  const trace = captureTrace();
  try {
    return work();
  } catch (error) {
    const isReply = typeof error?.message === 'string' && error.message.startsWith('["');
    throw isReply ? failure(JSON.parse(error.message), trace) : error;
  }
}

/** The operations of one caller. */
class Session extends Groups {
  #native;
  #signal;

  constructor(token, native, signal) {
    if (token !== INTERNAL) {
      throw new TypeError('Sessions are created by Staka.connect, asUser, asAnonymous and transaction.');
    }
    super({ native, signal });
    this.#native = native;
    this.#signal = signal;
  }

  withSignal(signal) {
    if (typeof signal?.addEventListener !== 'function') {
      throw invalid([{ field: 'signal', problem: 'must be an AbortSignal' }]);
    }
    return new Session(INTERNAL, this.#native, signal);
  }

  async transaction(body) {
    if (typeof body !== 'function') throw invalid([{ field: 'body', problem: 'must be a function' }]);
    const started = performance.now();
    const trace = captureTrace();
    for (let attempt = 1; ; attempt += 1) {
      try {
        return await this.#attempt(body, trace);
      } catch (error) {
        const retry = error instanceof StakaError && error.code === 'CONTENTION';
        if (!retry || attempt >= MAX_ATTEMPTS || performance.now() - started > MAX_RETRY_MS) throw error;
        await timers.setTimeout(1 + Math.random() * 4 * 2 ** Math.min(attempt, 8));
      }
    }
  }

  /** Throws if the session's signal was aborted. */
  #throwIfAborted(trace) {
    if (this.#signal?.aborted) throw Object.assign(cancelled(trace), { cause: this.#signal.reason });
  }

  async #attempt(body, trace) {
    this.#throwIfAborted(trace);
    const port = getPort();
    const tx = await begin((id) => this.#native.begin(id), (_, id) => port.tx(id), trace);
    const end = (commit) => begin((id) => tx.end(id, commit), () => undefined, trace);
    let value;
    try {
      value = await body(new Session(INTERNAL, tx.session(), this.#signal));
      this.#throwIfAborted(trace);
    } catch (error) {
      // The body's error is thrown, even if the rollback fails as well.
      await end(false).catch(() => {});
      throw error;
    }
    await end(true);
    return value;
  }
}

const CALLER = { ip: [nullable(text), null], userAgent: [nullable(text), null], requestId: [nullable(text), null] };

/** A handle: a pool of connections to one database. Its own operations run as the system. */
class Staka extends Session {
  #handle;

  constructor(token, handle) {
    super(token, handle?.session());
    this.#handle = handle;
  }

  static async connect(url, options) {
    const errors = [];
    const values = { url: '' };
    put(values, 'url', text, url ?? null, errors);
    if (errors.length > 0) throw invalid(errors);
    const json = JSON.stringify(readOptions({ now: [nullable(time), null] }, options));
    return Staka.#open((port, id) => port.connect(id, values.url, json));
  }

  static async local(options) {
    const known = {
      engine: [nullable(text), null],
      scale: [nullable(text), null],
      dataDir: [nullable(text), null],
      now: [nullable(time), null],
    };
    const json = JSON.stringify(readOptions(known, options));
    return Staka.#open((port, id) => port.local(id, json));
  }

  static async #open(send) {
    const port = getPort();
    return new Staka(INTERNAL, await begin((id) => send(port, id), (_, id) => port.handle(id), captureTrace()));
  }

  /** The URL of a private database; `undefined` for any other. */
  get url() {
    return this.#handle.url() ?? undefined;
  }

  asUser(id, role, from) {
    const errors = [];
    const values = {};
    put(values, 'id', text, id ?? null, errors);
    put(values, 'role', text, role ?? null, errors);
    putOptions(values, CALLER, from, errors);
    if (errors.length > 0) throw invalid(errors);
    return this.#as(values);
  }

  asAnonymous(from) {
    return this.#as(readOptions(CALLER, from));
  }

  #as(caller) {
    return new Session(INTERNAL, callSync(() => this.#handle.session(JSON.stringify(caller))));
  }

  async close() {
    await begin((id) => this.#handle.close(id), () => undefined, captureTrace());
  }

  [Symbol.asyncDispose ?? Symbol.for('nodejs.asyncDispose')]() {
    return this.close();
  }
}

module.exports = { Session, Staka };
