//! The one list of public operations.

use futures_util::future::BoxFuture;

use super::call::Call;
use super::operation::{arguments, operations};
use super::{Kind, Operation, Session, Sink, rule};
use crate::base::{Listing, Page, Result, Timestamp};
use crate::model::view::{
    AuditLogEntry, Card, CommandeWithInvoices, CommandesByStatut, Conversation, ConversationMessage, Dashboard,
    FaqCount, MessageRecord, MessagesByTypeAndStatut, NotificationItem, PaymentsByStatus, PublishedPage, Revenue,
    TarifOffer, UsersByRole,
};
use crate::model::{AuditSeverity, ConversationId, UserId};
use crate::repo::{audit_logs, commandes, faqs, messages, notifications, pages, payment_methods, tarifs};
use crate::stats;

pub use crate::repo::notifications::NotificationList;

operations! {
    /// What users should know.
    notifications: Notifications {
        /// How many unread notifications the badge shows: not read, not put away, not expired; one without an
        /// expiry never expires.
        read unread_count(
            /// Whose.
            user: UserId,
        ) -> u64,
            for self_or_admin(user) = |conn, now| notifications::unread_count(conn, user, now);

        /// A user's notifications that were not put away, expired ones too: by priority, then the newest first.
        /// `unreadOnly` shows exactly what the badge counts. 20 a page, 100 at the most.
        read list(
            /// Whose.
            user: UserId,
            /// Which.
            options: NotificationList = default,
        ) -> Listing<NotificationItem>,
            for self_or_admin(user) = |conn, now| notifications::inbox(conn, user, options, now);

        /// Marks everything that was not put away as read; gives how many were not.
        write mark_all_read(
            /// Whose.
            user: UserId,
        ) -> u64,
            for self_or_admin(user) = |conn, now| notifications::mark_all_read(conn, user, now);
    }

    /// Cards kept at Stripe.
    payment_methods: PaymentMethods {
        /// A user's cards that may be charged: the default one first, then the newest.
        read list_active(
            /// Whose.
            user: UserId,
        ) -> Vec<Card>,
            for self_or_admin(user) = |conn, _| payment_methods::list_active(conn, user);
    }

    /// Orders.
    commandes: Commandes {
        /// A user's orders, the newest first, each with its invoices. 100 a page, 500 at the most.
        read list_with_invoices(
            /// Whose.
            user: UserId,
            /// Which part of the list.
            page: Page = default,
        ) -> Listing<CommandeWithInvoices>,
            for self_or_admin(user) = |conn, _| commandes::list_with_invoices(conn, user, page);
    }

    /// Figures.
    stats: Stats {
        /// Sum and number of the orders made in `from ≤ createdAt < to` with an amount above zero, by payment
        /// status.
        read payments_by_status(
            /// The window's start, within it.
            from: Timestamp,
            /// The window's end, no longer within it.
            to: Timestamp,
        ) -> Vec<PaymentsByStatus>,
            for admin() = |conn, _| stats::commandes::payments_by_status(conn, *from, *to);

        /// Accounts by role, orders made since then by statut, and what the paid ones among them brought in.
        read dashboard(
            /// The window's start, within it; the window goes on without end.
            since: Timestamp,
        ) -> Dashboard,
            for admin() = |conn, _| async {
                Ok(Dashboard {
                    users_by_role: stats::users::by_role(conn).await?,
                    commandes_by_statut: stats::commandes::by_statut(conn, *since).await?,
                    revenue: stats::commandes::revenue(conn, *since).await?,
                })
            };

        /// How many accounts of each role may sign in, and how many may not.
        read users_by_role() -> Vec<UsersByRole>,
            for admin() = |conn, _| stats::users::by_role(conn);

        /// How many orders made since then stand where.
        read commandes_by_statut(
            /// The window's start, within it; the window goes on without end.
            since: Timestamp,
        ) -> Vec<CommandesByStatut>,
            for admin() = |conn, _| stats::commandes::by_statut(conn, *since);

        /// Sum, mean and number of the paid orders made since then.
        read revenue(
            /// The window's start, within it; the window goes on without end.
            since: Timestamp,
        ) -> Revenue,
            for admin() = |conn, _| stats::commandes::revenue(conn, *since);

        /// How many messages written since then are of which type and statut.
        read messages_by_type_and_statut(
            /// The window's start, within it; the window goes on without end.
            since: Timestamp,
        ) -> Vec<MessagesByTypeAndStatut>,
            for admin() = |conn, _| stats::messages::by_type_and_statut(conn, *since);

        /// The messages written in `from ≤ createdAt < to`, without their text, the oldest first: for figures of your
        /// own. 10,000 a page, 100,000 at the most.
        read messages(
            /// The window's start, within it.
            from: Timestamp,
            /// The window's end, no longer within it.
            to: Timestamp,
            /// Which part of the list.
            page: Page = default,
        ) -> Listing<MessageRecord>,
            for admin() = |conn, _| stats::messages::records(conn, *from, *to, page);
    }

    /// Who did what.
    audit_logs: AuditLogs {
        /// The newest entries of these severities, HIGH and CRITICAL unless named; 10 unless `limit` (1 to 100)
        /// says otherwise.
        read recent(
            /// Entries of these; HIGH and CRITICAL unless given.
            severities: Vec<AuditSeverity> = default,
            /// How many at the most, 1 to 100; 10 unless given.
            limit: Option<u32> = default,
        ) -> Vec<AuditLogEntry>,
            for admin() = |conn, _| audit_logs::recent(conn, severities, *limit);
    }

    /// Messages between clients, staff and visitors.
    messages: Messages {
        /// The conversations in which the user wrote or was written to, each with its newest message, their number
        /// and how many are unread; the one with the newest message first. 50 a page, 100 at the most.
        read conversations(
            /// Whose.
            user: UserId,
            /// Which part of the list.
            page: Page = default,
        ) -> Listing<Conversation>,
            for self_or_admin(user) = |conn, _| messages::conversations(conn, user, page);

        /// The messages of a conversation, the oldest first, with author and attachments. 1000 a page, which is the
        /// most.
        read conversation(
            /// The conversation's key.
            id: ConversationId,
            /// Which part of the list.
            page: Page = default,
        ) -> Listing<ConversationMessage>,
            for participant_or_admin(id) = |conn, _| messages::conversation(conn, id, page);
    }

    /// The site's pages.
    pages: Pages {
        /// The pages that everybody may see now, without their text: by type, then in their order, then by slug.
        read published() -> Vec<PublishedPage>,
            for anyone() = |conn, now| pages::published(conn, now);
    }

    /// Questions and answers.
    faqs: Faqs {
        /// How many visible questions each category has.
        read count_by_categorie() -> Vec<FaqCount>,
            for anyone() = |conn, _| faqs::count_by_categorie(conn);
    }

    /// Prices.
    tarifs: Tarifs {
        /// The services that can be bought (synced with Stripe), in their order, then the cheapest first.
        read active() -> Vec<TarifOffer>,
            for anyone() = |conn, _| tarifs::active(conn);
    }
}
