// Staka's addon, with operations that run as the system.
import { createRequire } from 'node:module';

import { ANCHOR } from '../context.mjs';

class RolledBack extends Error {}

export async function open(url) {
  const { Staka } = createRequire(import.meta.url)('../../../../staka-node');
  const own = new URL(url);
  own.searchParams.set('connection_limit', '10');
  // The other libraries do not encrypt by default; Staka does if the server supports it.
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
  'notifications.list_by_user': ({ user }) => staka.notifications.listByUser(user),
  'notifications.mark_all_read': ({ user }) => staka.notifications.markAllRead(user),
  'payment_methods.list_active': ({ user }) => staka.paymentMethods.listActive(user),
  'commandes.list_with_invoices': ({ user }) => staka.commandes.listWithInvoices(user),
  'stats.payments_by_status': ({ from, to }) => staka.stats.paymentsByStatus(from, to),
  'stats.users_by_role': () => staka.stats.usersByRole(),
  'stats.commandes_by_statut': ({ since }) => staka.stats.commandesByStatut(since),
  'stats.revenue': ({ since }) => staka.stats.revenue(since),
  'audit_logs.list_recent': () => staka.auditLogs.listRecent(),
  'messages.list_conversations': ({ user }) => staka.messages.listConversations(user),
  'messages.list_by_conversation': ({ conversation }) => staka.messages.listByConversation(conversation),
  'stats.messages_by_type_and_statut': ({ since }) => staka.stats.messagesByTypeAndStatut(since),
  'stats.message_records': ({ start, to }) => staka.stats.messageRecords(start, to, { limit: 100_000 }),
  'pages.list_published': () => staka.pages.listPublished(),
  'faqs.count_by_categorie': () => staka.faqs.countByCategorie(),
  'tarifs.list_active': () => staka.tarifs.listActive(),
});
