import type { Groups, Role, UserId } from './generated/operations';

export * from './generated/operations';

/** The kind of an error. */
export type StakaErrorCode =
  /** The row with the given id does not exist. */
  | 'NOT_FOUND'
  /** A unique or foreign key or the row's state forbids the change; `key` names the key. */
  | 'CONFLICT'
  /** The row has changed since the caller read it. */
  | 'PRECONDITION'
  /** The input is invalid; `fields` names every invalid field. */
  | 'INVALID'
  /** The operation needs a signed-in caller. */
  | 'UNAUTHENTICATED'
  /** The caller is not allowed to do this. */
  | 'DENIED'
  /** Too many attempts; `retryAfterMs` says when the next one is allowed. */
  | 'RATE_LIMITED'
  /** Deadlocks or lock waits continued after every retry; a later attempt may succeed. */
  | 'CONTENTION'
  /** The operation took too long; its query was stopped on the server. */
  | 'TIMEOUT'
  /** The caller cancelled the call. */
  | 'CANCELLED'
  /** The database does not answer, no connection became free in time, or the handle is closed. */
  | 'UNAVAILABLE'
  /** A row does not match the model; the message names table, column and row. */
  | 'CORRUPT_ROW'
  /** An error in this library. */
  | 'INTERNAL';

/** An invalid field of the input. */
export interface FieldError {
  /** The name of the parameter or option, as the caller wrote it; `severities[0]` for an element of a list. */
  readonly field: string;
  /** What is wrong with the value, and which values are allowed. */
  readonly problem: string;
}

/**
 * The error of an operation that failed. A failed operation changes nothing. The stack shows the line of the call, even
 * if it was not awaited; this costs about 3 µs for each call, and nothing with `Error.stackTraceLimit = 0`.
 */
export declare class StakaError extends Error {
  constructor(
    code: StakaErrorCode,
    message: string,
    details?: { fields?: FieldError[]; operation?: string; key?: string; retryAfterMs?: number },
  );
  readonly name: 'StakaError';
  readonly code: StakaErrorCode;
  /** Every invalid field; empty unless the code is `INVALID`. */
  readonly fields: readonly FieldError[];
  /** The operation that failed, as it is called: `stats.usersByRole`. */
  readonly operation?: string;
  /** The unique or foreign key that the change violates. */
  readonly key?: string;
  /** The time in milliseconds after which another attempt may succeed. */
  readonly retryAfterMs?: number;
}

/** The options of a handle. */
export interface ConnectOptions {
  /** A fixed time for the handle's clock, for tests and to read data as of that time; the real time by default. */
  now?: Date | string | null;
}

/** The options of a private database. */
export interface LocalOptions {
  /** The kind of server; by default one that is installed, or else MariaDB, which is downloaded. */
  engine?: 'mariadb' | 'mysql' | null;
  /** The amount of demo data; none by default. */
  scale?: 'small' | 'medium' | 'large' | null;
  /** The folder that keeps the data; by default the data is deleted when the server stops. */
  dataDir?: string | null;
  /** A fixed time for the clock, at which the demo data ends; the real time by default. */
  now?: Date | string | null;
}

/** The origin of a call, which the audit log records. */
export interface CallerOptions {
  /** The IP address of the request. */
  ip?: string | null;
  /** The user agent of the request. */
  userAgent?: string | null;
  /** The id of the request, for the logs. */
  requestId?: string | null;
}

/** The part of an `AbortSignal` that is used. */
export interface Signal {
  readonly aborted: boolean;
  readonly reason: unknown;
  addEventListener(type: 'abort', listener: () => void): void;
  removeEventListener(type: 'abort', listener: () => void): void;
}

/** The operations of one caller. */
export interface Session extends Groups {
  /**
   * Returns a session of the same caller whose calls fail with `CANCELLED` when the signal is aborted; their queries
   * are stopped on the server. The error's `cause` is the signal's reason. A transaction is rolled back, unless its
   * commit has already begun.
   */
  withSignal(signal: Signal): Session;
  /**
   * Runs `body` in a transaction, which is committed when `body` returns and rolled back when it throws. `body` must
   * use the session `tx`, and await one operation before it starts the next. After a deadlock or lock timeout `body` is
   * run again, so it must have no effect outside of the database. Fails with `CONTENTION` if that happens too often,
   * and with `CONFLICT` within another transaction.
   */
  transaction<T>(body: (tx: Session) => Promise<T> | T): Promise<T>;
}

/**
 * A handle: a pool of connections to one database. A process can have several. The operations of the handle itself run
 * as the system and are not restricted. Idle connections do not keep the process alive.
 */
export declare class Staka implements Session {
  private constructor();
  /**
   * Connects to a database, for example `mysql://user:password@host:3306/database?connection_limit=10`. Fails with
   * `INVALID` if the URL or an option is invalid, and with `UNAVAILABLE` if the database does not answer.
   */
  static connect(url: string, options?: ConnectOptions): Promise<Staka>;
  /** Starts a private server with one migrated database and connects to it; `close` stops the server. */
  static local(options?: LocalOptions): Promise<Staka>;
  /** The URL of a private database; `undefined` for any other. */
  readonly url: string | undefined;
  /** Returns the operations as this user may call them with this role. Throws `INVALID` for a wrong id or role. */
  asUser(id: UserId, role: Role, from?: CallerOptions): Session;
  /** Returns the operations as a caller who is not signed in may call them. */
  asAnonymous(from?: CallerOptions): Session;
  withSignal(signal: Signal): Session;
  transaction<T>(body: (tx: Session) => Promise<T> | T): Promise<T>;
  /** Refuses new calls, waits for running ones and closes the connections. */
  close(): Promise<void>;
}
export interface Staka extends Groups {}
