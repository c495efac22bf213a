// Whose rows are read, and when: the seeded world's named users and its present.
import { readFileSync } from 'node:fs';

const DAY = 86_400_000;

export const ANCHOR = new Date(process.env.STAKA_BENCH_NOW ?? '2026-06-15T12:00:00.000Z');
/** What Staka asks of each of its sessions; all peers do, so that the server does the same work. */
export const ISOLATION = 'READ COMMITTED';

export const USERS = {
  heavy: '00000000-0000-7000-8000-000000000002',
  light: '00000000-0000-7000-8000-000000000003',
};

/** The statements as Staka sends them: text and names of parameters. */
export const SQL = JSON.parse(readFileSync(new URL('../sql.json', import.meta.url), 'utf8'));

/** The queries whose answer depends on the user; the others are measured once. */
const OF_USER = new Set([
  'notifications.unread_count', 'notifications.list', 'notifications.mark_all_read', 'payment_methods.list_active',
  'commandes.list_with_invoices', 'messages.conversations', 'messages.conversation',
]);

export function subjectsOf(query) {
  return OF_USER.has(query) ? Object.keys(USERS) : ['all'];
}

/** The parameters of one subject; `conversation` is the user's longest. */
export function context(subject, conversations) {
  const user = USERS[subject === 'all' ? 'heavy' : subject];
  return {
    user, now: ANCHOR, from: new Date(ANCHOR.getTime() - 30 * DAY), to: ANCHOR, since: new Date(ANCHOR.getTime() - 30 * DAY),
    conversation: conversations[user], start: new Date(ANCHOR.getTime() - 730 * DAY),
  };
}

/** Values for the named parameters of a statement; `=TEXT` stands for itself. */
export function values(names, context) {
  return names.map((name) => {
    if (typeof name === 'number') return name;
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
