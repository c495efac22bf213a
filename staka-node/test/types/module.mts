import { AuditSeverity, Role, Staka, StakaError } from 'staka';
import type { ConversationMessage, Listing, NotificationItem, Session, StakaErrorCode } from 'staka';

export async function right(session: Session): Promise<number> {
  const count: number = await session.notifications.unreadCount('u');
  const page: Listing<NotificationItem> = await session.notifications.list('u', { unreadOnly: true, limit: 5, after: null });
  const total: number | null = (await session.messages.conversations('u', { total: true })).total;
  const [first] = page.items;
  if (first !== undefined) {
    const url: string | null = first.actionUrl;
    const at: number = first.createdAt.getTime();
    // Words that a newer backend wrote come as their text.
    if (first.priority === 'URGENTE' || first.priority === 'a word of tomorrow') return at + (url ?? '').length;
  }
  const messages: ConversationMessage[] = (await session.messages.conversation('c')).items;
  const names = messages.flatMap(({ sender, attachments }) => [sender?.prenom, ...attachments.map(({ file }) => file.filename)]);
  const logs = await session.auditLogs.recent({ severities: [AuditSeverity.HIGH, 'LOW'], limit: 5 });
  const { revenue } = await session.stats.dashboard(new Date());
  const average: number | null = revenue.average;
  const kept = await session.transaction(async (tx) => (await tx.notifications.markAllRead('u')) > 0);
  return count + (total ?? 0) + names.length + logs.length + (average ?? 0) + Number(kept);
}

export async function wrong(staka: Staka): Promise<void> {
  // @ts-expect-error a parameter is missing
  await staka.notifications.unreadCount();
  // @ts-expect-error an option that there is not
  await staka.notifications.list('u', { colour: 1 });
  // @ts-expect-error a number is no moment
  await staka.stats.revenue(5);
  // @ts-expect-error parameters know their words
  await staka.auditLogs.recent({ severities: ['GRAVE'] });
  // @ts-expect-error a role that there is not
  staka.asUser('u', 'KING');
  // @ts-expect-error handles are opened
  new Staka();
  // @ts-expect-error constants are constants
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
    // @ts-expect-error a code that there is not
    if (error.code === 'NONSENSE') throw error;
    throw new Error([code, error.operation, error.key, wait, ...fields].join(' '));
  } finally {
    await staka.close();
  }
  const local: Staka = await Staka.local({ engine: 'mariadb', scale: 'small' });
  const url: string | undefined = local.url;
  await Staka.connect(url ?? '');
}
