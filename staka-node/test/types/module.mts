import { AuditSeverity, Role, Staka, StakaError, isKnownRole } from 'staka';
import type { ConversationMessage, Page, NotificationItem, Session, StakaErrorCode } from 'staka';

export async function right(session: Session): Promise<number> {
  const count: number = await session.notifications.unreadCount('u');
  const page: Page<NotificationItem> = await session.notifications.listByUser('u', { unreadOnly: true, limit: 5, after: null });
  const total: number | null = (await session.messages.listConversations('u', { total: true })).total;
  const [first] = page.items;
  if (first !== undefined) {
    const url: string | null = first.actionUrl;
    const at: number = first.createdAt.getTime();
    // Unknown enum values, which a newer backend may write, are text.
    if (first.priority === 'URGENTE' || first.priority === 'A_NEW_VALUE') return at + (url ?? '').length;
  }
  const messages: ConversationMessage[] = (await session.messages.listByConversation('c')).items;
  const names = messages.flatMap(({ sender, attachments }) => [sender?.prenom, ...attachments.map(({ file }) => file.filename)]);
  const logs = await session.auditLogs.listRecent({ severities: [AuditSeverity.HIGH, 'LOW'], limit: 5 });
  const { revenue } = await session.stats.dashboard(new Date());
  const average: number | null = revenue.average;
  const kept = await session.transaction(async (tx) => (await tx.notifications.markAllRead('u')) > 0);
  return count + (total ?? 0) + names.length + logs.length + (average ?? 0) + Number(kept);
}

/** Behind the guard a switch knows all words. */
export function label(role: Role | (string & {})): string {
  if (!isKnownRole(role)) return role;
  switch (role) {
    case 'USER':
      return 'a user';
    case 'ADMIN':
      return 'an administrator';
    case 'CORRECTOR':
      return 'a corrector';
    default: {
      const none: never = role;
      return none;
    }
  }
}

export async function wrong(staka: Staka): Promise<void> {
  // @ts-expect-error a parameter is missing
  await staka.notifications.unreadCount();
  // @ts-expect-error an unknown option
  await staka.notifications.listByUser('u', { colour: 1 });
  // @ts-expect-error a number is not a time
  await staka.stats.revenue(5);
  // @ts-expect-error parameters accept only known values
  await staka.auditLogs.listRecent({ severities: ['GRAVE'] });
  // @ts-expect-error an unknown role
  staka.asUser('u', 'KING');
  // @ts-expect-error handles are created by connect and local
  new Staka();
  // @ts-expect-error constants cannot be changed
  Role.USER = 'ADMIN';
}

export async function main(): Promise<void> {
  const staka = await Staka.connect('mysql://localhost/staka', { now: new Date() });
  try {
    await right(staka);
    await right(staka.asUser('u', Role.ADMIN, { ip: '192.0.2.1' }));
    await right(staka.asAnonymous());
    await right(staka.withSignal(new AbortController().signal));
  } catch (error) {
    if (!(error instanceof StakaError)) throw error;
    const code: StakaErrorCode = error.code;
    const fields: string[] = error.fields.map(({ field, problem }) => `${field}: ${problem}`);
    const wait: number | undefined = error.retryAfterMs;
    // @ts-expect-error an unknown code
    if (error.code === 'NONSENSE') throw error;
    throw new Error([code, error.operation, error.key, wait, ...fields].join(' '));
  } finally {
    await staka.close();
  }
  const local: Staka = await Staka.local({ engine: 'mariadb', scale: 'small' });
  const url: string | undefined = local.url;
  await Staka.connect(url ?? '');
}
