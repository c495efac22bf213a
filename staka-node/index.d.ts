import type { Groups, Role, UserId } from './generated/operations';

export * from './generated/operations';

/** What went wrong, as a word: what the caller can do about it. */
export type StakaErrorCode =
  /** The id named is not there. */
  | 'NOT_FOUND'
  /** A unique or foreign key refuses, or the state forbids it; `key` names the key. */
  | 'CONFLICT'
  /** The row changed since you read it. */
  | 'PRECONDITION'
  /** The input is wrong; `fields` names every faulty field. */
  | 'INVALID'
  /** Nobody is signed in, and somebody must be. */
  | 'UNAUTHENTICATED'
  /** The caller may not do this. */
  | 'DENIED'
  /** Too many tries; `retryAfterMs` says when to come back. */
  | 'RATE_LIMITED'
  /** Deadlocks or lock waits went on after every retry: try again later. */
  | 'BUSY'
  /** The statement's time is up; it was stopped on the server. */
  | 'TIMEOUT'
  /** The caller left before the answer came. */
  | 'CANCELLED'
  /** No database, no free connection in time, or the handle is closed. */
  | 'UNAVAILABLE'
  /** A row breaks the model; the message names table, column and row. */
  | 'DATA'
  /** A fault of this library. */
  | 'INTERNAL';

/** A faulty field of the input. */
export interface FieldFault {
  /** The parameter or option, as the caller wrote it; `severities[0]` for an element of a list. */
  readonly field: string;
  /** What is wrong with it, and what would be right. */
  readonly problem: string;
}

/**
 * Why an operation did not happen. Nothing was half-written. The stack shows the line of the call, also where it was
 * not awaited; each call pays some 3 µs for that, and nothing with `Error.stackTraceLimit = 0`.
 */
export declare class StakaError extends Error {
  constructor(
    code: StakaErrorCode,
    message: string,
    details?: { fields?: FieldFault[]; operation?: string; key?: string; retryAfterMs?: number },
  );
  readonly name: 'StakaError';
  readonly code: StakaErrorCode;
  /** Every faulty field; empty unless the code is `INVALID`. */
  readonly fields: readonly FieldFault[];
  /** The operation that failed, e.g. `notifications.list`. */
  readonly operation?: string;
  /** The unique or foreign key that refused. */
  readonly key?: string;
  /** When a later try may succeed, in milliseconds. */
  readonly retryAfterMs?: number;
}

/** How a handle is opened, besides what the URL says. */
export interface ConnectOptions {
  /** A moment at which the handle's clock stands still: for tests, and to look at data as of then. */
  now?: Date | string | null;
}

/** What a private database is to be like. */
export interface LocalOptions {
  /** The server; whichever is there unless given, MariaDB where one must be fetched. */
  engine?: 'mariadb' | 'mysql' | null;
  /** Demo data; none unless given. */
  scale?: 'small' | 'medium' | 'large' | null;
  /** The folder where the data is kept for the next time. Without it everything is gone at the end. */
  dataDir?: string | null;
  /** A moment at which the clock stands still, and up to which the demo data reaches. */
  now?: Date | string | null;
}

/** From where a call comes: what the audit log will say. */
export interface CallerOptions {
  /** The address the request came from. */
  ip?: string | null;
  /** The program it came from. */
  userAgent?: string | null;
  /** The request's own number, for the logs. */
  requestId?: string | null;
}

/** What is needed of an `AbortSignal`. */
export interface Signal {
  readonly aborted: boolean;
  readonly reason: unknown;
  addEventListener(type: 'abort', listener: () => void): void;
  removeEventListener(type: 'abort', listener: () => void): void;
}

/** The operations, for one caller. */
export interface Session extends Groups {
  /**
   * The same operations, whose calls end with `CANCELLED` when the signal is aborted; what they do on the server is
   * stopped. `cause` is the signal's reason. A transaction is then rolled back, unless its commit is under way.
   */
  withSignal(signal: Signal): Session;
  /**
   * Runs `body` in a transaction and commits, or rolls back when it throws. Use the session that it is given; awaiting
   * its operations one after the other. After a deadlock or lock timeout everything is run again, so `body` must have
   * no effect outside of the database; `BUSY` when that did not help. A transaction has none within: `CONFLICT`.
   */
  transaction<T>(body: (tx: Session) => Promise<T> | T): Promise<T>;
}

/**
 * A handle: a pool of connections to one database; several can live in one process. Its own operations run for the
 * program itself, which has authorised its caller. Connections that rest do not keep the process alive.
 */
export declare class Staka implements Session {
  private constructor();
  /** Connects to `mysql://user:password@host:3306/database?connection_limit=10`. */
  static connect(url: string, options?: ConnectOptions): Promise<Staka>;
  /** Starts a private server with one migrated database, and connects to it; `close` stops it. */
  static local(options?: LocalOptions): Promise<Staka>;
  /** The address of a private database; `undefined` for any other. */
  readonly url: string | undefined;
  /** The operations for this user: they decide what the role may do. */
  asUser(id: UserId, role: Role, from?: CallerOptions): Session;
  /** The operations for somebody who is not signed in. */
  asAnonymous(from?: CallerOptions): Session;
  withSignal(signal: Signal): Session;
  transaction<T>(body: (tx: Session) => Promise<T> | T): Promise<T>;
  /** Refuses new calls, waits for those under way and takes leave of the server. */
  close(): Promise<void>;
}
export interface Staka extends Groups {}
