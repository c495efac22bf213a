//! Figures.

use futures_util::future::BoxFuture;

use super::super::call::Call;
use super::super::operation::{arguments, operations};
use super::super::{Kind, Operation, Session, Sink, rule};
use crate::base::{Day, Listing, Page, PeriodUnit, Result, Timestamp};
use crate::model::UserId;
use crate::model::view::{
    AnnualFigures, CommandesByStatut, CompletionTimes, Conversion, Dashboard, Evolution, FiguresPart, InvoicedPart,
    MessageRecord, MessagesByTypeAndStatut, MessagingLoad, PaymentsByStatus, Revenue, SupportLoad, TarifSales, TopClient,
    UsersByRole,
};
use crate::stats;
use crate::stats::periods;

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

        /// What happened in `from ≤ date < to`, day by day or by another unit: revenue, orders paid, made and finished,
        /// accounts and clients made, messages written, support requests opened and resolved; a part in which nothing
        /// happened is there with zeros. Days, ISO weeks, months, quarters and years are cut in the platform's zone
        /// (Europe/Paris unless the handle says otherwise); where the range begins or ends within a unit, its part holds
        /// the range's days alone. At the most 4,000 parts.
        read series(
            /// The first date, e.g. `2026-03-01`, in the platform's zone.
            from: Day,
            /// The date after the last.
            to: Day,
            /// Into what the range is cut; days unless another is given.
            unit: PeriodUnit = default,
        ) -> Vec<FiguresPart>,
            for admin() = |conn, act| periods::series(conn, act.zone, *from, *to, *unit);

        /// The same for the last twelve calendar months, the present one included, the oldest first.
        read months() -> Vec<FiguresPart>,
            for admin() = |conn, act| periods::months(conn, act.zone, act.now);

        /// The figures of `from ≤ date < to` beside those of the range just before, and by how much each grew: a range of
        /// whole months is compared with as many months before, any other with as many days.
        read evolution(
            /// The first date, e.g. `2026-03-01`, in the platform's zone.
            from: Day,
            /// The date after the last.
            to: Day,
        ) -> Evolution,
            for admin() = |conn, act| periods::evolution(conn, act.zone, *from, *to);

        /// What a client's orders paid in a calendar year cost, how many they are, and about how many pages that is; in
        /// all and by month. An order belongs to the year in which it was paid, whatever is edited later.
        read annual(
            /// Whose.
            user: UserId,
            /// The year, 1 to 9998.
            year: i32,
        ) -> AnnualFigures,
            for self_or_admin(user) = |conn, act| periods::annual(conn, act.zone, user, *year);

        /// The clients whose orders paid in `from ≤ date < to` brought in the most, the first first; among those with as
        /// much, who paid more orders. 10, 100 at the most.
        read top_clients(
            /// The first date, e.g. `2026-03-01`, in the platform's zone.
            from: Day,
            /// The date after the last.
            to: Day,
            /// How many at the most.
            limit: Option<u32> = default,
        ) -> Vec<TopClient>,
            for admin() = |conn, act| periods::top_clients(conn, act.zone, *from, *to, *limit);

        /// How long the orders took that were finished in `from ≤ date < to`, from createdAt to dateFinition.
        read completion(
            /// The first date, e.g. `2026-03-01`, in the platform's zone.
            from: Day,
            /// The date after the last.
            to: Day,
        ) -> CompletionTimes,
            for admin() = |conn, act| periods::completion(conn, act.zone, *from, *to);

        /// What each tarif brought in by the orders paid in `from ≤ date < to`, the most first, and in the last line what
        /// none did: in all the revenue of the range.
        read tarif_sales(
            /// The first date, e.g. `2026-03-01`, in the platform's zone.
            from: Day,
            /// The date after the last.
            to: Day,
        ) -> Vec<TarifSales>,
            for admin() = |conn, act| periods::tarif_sales(conn, act.zone, *from, *to);

        /// What became of the orders made in `from ≤ date < to`: how many had a checkout opened, were paid, failed.
        read conversion(
            /// The first date, e.g. `2026-03-01`, in the platform's zone.
            from: Day,
            /// The date after the last.
            to: Day,
        ) -> Conversion,
            for admin() = |conn, act| periods::conversion(conn, act.zone, *from, *to);

        /// What was written in `from ≤ date < to`: by type, by hour of the day and day of the week in the platform's zone,
        /// in how many conversations. At the most 4,000 days.
        read messaging(
            /// The first date, e.g. `2026-03-01`, in the platform's zone.
            from: Day,
            /// The date after the last.
            to: Day,
        ) -> MessagingLoad,
            for admin() = |conn, act| periods::messaging(conn, act.zone, *from, *to);

        /// What the support had to do in `from ≤ date < to`: open before and after, opened, answered, resolved, closed,
        /// and what each agent has and did.
        read support_load(
            /// The first date, e.g. `2026-03-01`, in the platform's zone.
            from: Day,
            /// The date after the last.
            to: Day,
        ) -> SupportLoad,
            for admin() = |conn, act| periods::support_load(conn, act.zone, *from, *to);

        /// What was invoiced in `from ≤ date < to`, by month or another unit: amounts without tax, tax, and what of both is
        /// paid. At the most 4,000 parts.
        read invoiced(
            /// The first date, e.g. `2026-03-01`, in the platform's zone.
            from: Day,
            /// The date after the last.
            to: Day,
            /// Into what the range is cut; days unless another is given.
            unit: PeriodUnit = default,
        ) -> Vec<InvoicedPart>,
            for admin() = |conn, act| periods::invoiced(conn, act.zone, *from, *to, *unit);
    }
}
