//! Figures.

use futures_util::future::BoxFuture;

use super::super::call::Call;
use super::super::operation::{arguments, operations};
use super::super::{Kind, Operation, Session, Sink, rule};
use crate::base::{Listing, Page, Result, Timestamp};
use crate::model::view::{
    CommandesByStatut, Dashboard, MessageRecord, MessagesByTypeAndStatut, PaymentsByStatus, Revenue, UsersByRole,
};
use crate::stats;

operations! {
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
}
