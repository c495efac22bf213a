// The addon under test, through the handle that acts as the system.
import { createRequire } from 'node:module';

import { ANCHOR } from '../context.mjs';

class RolledBack extends Error {}

export async function open(url) {
  const { Staka } = createRequire(import.meta.url)('../../../../staka-node');
  const own = new URL(url);
  own.searchParams.set('connection_limit', '10');
  // No peer encrypts unless told to; Staka would where the server can.
  own.searchParams.set('ssl-mode', 'disabled');
  const staka = await Staka.connect(own.href, { now: ANCHOR });
  return {
    name: 'staka',
    queries: queries(staka),
    async rolledBack(act) {
      let answer;
      await staka
        .transaction(async (tx) => {
          answer = await act(queries(tx));
          throw new RolledBack();
        })
        .catch((error) => {
          if (!(error instanceof RolledBack)) throw error;
        });
      return answer;
    },
    close: () => staka.close(),
  };
}

const queries = (staka) => ({
  'notifications.unread_count': ({ user }) => staka.notifications.unreadCount(user),
  'notifications.list': ({ user }) => staka.notifications.list(user),
  'notifications.mark_all_read': ({ user }) => staka.notifications.markAllRead(user),
  'payment_methods.list_active': ({ user }) => staka.paymentMethods.listActive(user),
  'commandes.list_with_invoices': ({ user }) => staka.commandes.listWithInvoices(user),
  'stats.payments_by_status': ({ from, to }) => staka.stats.paymentsByStatus(from, to),
  'stats.users_by_role': () => staka.stats.usersByRole(),
  'stats.commandes_by_statut': ({ since }) => staka.stats.commandesByStatut(since),
  'stats.revenue': ({ since }) => staka.stats.revenue(since),
  'audit_logs.recent': () => staka.auditLogs.recent(),
  'messages.conversations': ({ user }) => staka.messages.conversations(user),
  'messages.conversation': ({ conversation }) => staka.messages.conversation(conversation),
  'stats.messages_by_type_and_statut': ({ since }) => staka.stats.messagesByTypeAndStatut(since),
  'stats.messages': ({ start, to }) => staka.stats.messages(start, to, { limit: 100_000 }),
  'pages.published': () => staka.pages.published(),
  'faqs.count_by_categorie': () => staka.faqs.countByCategorie(),
  'tarifs.active': () => staka.tarifs.active(),
});
