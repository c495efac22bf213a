// The users whose rows are read, and the time that counts as the present in the seeded data.
import { readFileSync } from 'node:fs';

const DAY = 86_400_000;

export const ANCHOR = new Date(process.env.STAKA_BENCH_NOW ?? '2026-06-15T12:00:00.000Z');
/** Staka's session settings. All peers use them, so that the server does the same work. */
export const ISOLATION = 'READ COMMITTED';

export const USERS = {
  heavy: '00000000-0000-7000-8000-000000000002',
  light: '00000000-0000-7000-8000-000000000003',
};

/** Staka's statements: text and names of parameters. */
export const SQL = JSON.parse(readFileSync(new URL('../sql.json', import.meta.url), 'utf8'));

/** The queries whose result depends on the user; the others are measured once. */
const OF_USER = new Set([
  'notifications.unread_count', 'notifications.list_by_user', 'notifications.mark_all_read', 'payment_methods.list_active',
  'commandes.list_with_invoices', 'messages.list_conversations', 'messages.list_by_conversation',
]);

export function subjectsOf(query) {
  return OF_USER.has(query) ? Object.keys(USERS) : ['all'];
}

/** The parameters of one user; `conversation` is the user's longest. The large result has the messages of these days. */
export function context(subject, conversations, days = 730) {
  const user = USERS[subject === 'all' ? 'heavy' : subject];
  return {
    user, now: ANCHOR, from: new Date(ANCHOR.getTime() - 30 * DAY), to: ANCHOR, since: new Date(ANCHOR.getTime() - 30 * DAY),
    conversation: conversations[user], start: new Date(ANCHOR.getTime() - days * DAY),
  };
}

/** Values for the named parameters of a statement; `=TEXT`, numbers and null are literals. */
export function values(names, context) {
  return names.map((name) => {
    if (typeof name !== 'string') return name;
    return name.startsWith('=') ? name.slice(1) : context[name];
  });
}

export function parseUrl(url) {
  const { hostname, port, username, password, pathname, searchParams } = new URL(url);
  const socketPath = searchParams.get('socket') ?? undefined;
  return {
    ...(socketPath ? { socketPath } : { host: hostname, port: Number(port || 3306) }),
    user: decodeURIComponent(username),
    password: decodeURIComponent(password) || undefined,
    database: decodeURIComponent(pathname.slice(1)),
  };
}
