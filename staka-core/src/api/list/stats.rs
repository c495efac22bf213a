//! Statistics.

use futures_util::future::BoxFuture;

use super::super::call::Call;
use super::super::operation::{arguments, operations};
use super::super::{Kind, Operation, Operations, Sink, rule};
use crate::base::{Bounds, Day, Page, PageRequest, PeriodUnit, Result, Timestamp, Violations};
use crate::model::UserId;
use crate::model::view::{
    AnnualFigures, CommandesByStatut, CompletionTimes, Conversion, Dashboard, InvoicedByPeriod, MessageRecord,
    MessagesByTypeAndStatut, MessagingLoad, PaymentsByStatus, PeriodComparison, PeriodFigures, Revenue, TarifSales,
    TicketLoad, TopClient, UsersByRole,
};
use crate::stats;
use crate::stats::periods;

operations! {
    /// Statistics.
    stats: Stats {
        /// Returns the sum and number of orders created in `from ≤ createdAt < to` with an amount above zero, by
        /// payment status.
        read payments_by_status(
            /// Start of the time range, UTC; included.
            from: Timestamp,
            /// End of the time range, UTC; excluded, later than `from`.
            to: Timestamp,
        ) -> Vec<PaymentsByStatus>,
            for admin() = |conn, _| stats::commandes::payments_by_status(conn, *from, *to);

        /// Returns accounts by role, and since a given time orders by statut and the revenue of the paid ones.
        read dashboard(
            /// Start of the time range, UTC; included. The range has no end.
            since: Timestamp,
        ) -> Dashboard,
            for admin() = |conn, _| async {
                Ok(Dashboard {
                    users_by_role: stats::users::by_role(conn).await?,
                    commandes_by_statut: stats::commandes::by_statut(conn, *since).await?,
                    revenue: stats::commandes::revenue(conn, *since).await?,
                })
            };

        /// Counts the accounts of each role that can sign in, and those that cannot.
        read users_by_role() -> Vec<UsersByRole>,
            for admin() = |conn, _| stats::users::by_role(conn);

        /// Counts the orders created since a given time, by statut.
        read commandes_by_statut(
            /// Start of the time range, UTC; included. The range has no end.
            since: Timestamp,
        ) -> Vec<CommandesByStatut>,
            for admin() = |conn, _| stats::commandes::by_statut(conn, *since);

        /// Returns the sum, mean and number of the paid orders created since a given time.
        read revenue(
            /// Start of the time range, UTC; included. The range has no end.
            since: Timestamp,
        ) -> Revenue,
            for admin() = |conn, _| stats::commandes::revenue(conn, *since);

        /// Counts the messages written since a given time, by type and statut.
        read messages_by_type_and_statut(
            /// Start of the time range, UTC; included. The range has no end.
            since: Timestamp,
        ) -> Vec<MessagesByTypeAndStatut>,
            for admin() = |conn, _| stats::messages::by_type_and_statut(conn, *since);

        /// Returns the messages written in `from ≤ createdAt < to` without their text, oldest first, for statistics of
        /// your own.
        read message_records(
            /// Start of the time range, UTC; included.
            from: Timestamp,
            /// End of the time range, UTC; excluded, later than `from`.
            to: Timestamp,
            /// The part of the list to return.
            page: PageRequest = default where Bounds::page(10_000, 100_000),
        ) -> Page<MessageRecord>,
            for admin() = |conn, _| stats::messages::records(conn, *from, *to, page);

        /// Returns the platform's figures of `from ≤ date < to`, one item per day, week, month, quarter or year.
        /// Figures: revenue; orders paid, created and finished; accounts and clients created; messages written; tickets
        /// opened and resolved. Periods without any activity are included with zeros. Days, ISO weeks, months, quarters
        /// and years begin at midnight in the platform's zone (Europe/Paris by default); a period cut by the range's
        /// start or end holds only the days within the range. Fails with `INVALID` for more than 4,000 periods.
        read time_series(
            /// The first date of the range, e.g. `2026-03-01`, in the platform's zone.
            from: Day,
            /// The date after the last of the range, in the platform's zone.
            to: Day,
            /// The length of each period.
            unit: PeriodUnit = default,
        ) -> Vec<PeriodFigures>,
            for admin() = |conn, ctx| periods::time_series(conn, ctx.zone, *from, *to, *unit);

        /// Returns the platform's figures of the last twelve calendar months, the current one included, oldest first.
        read monthly() -> Vec<PeriodFigures>,
            for admin() = |conn, ctx| periods::monthly(conn, ctx.zone, ctx.now);

        /// Compares the figures of `from ≤ date < to` with those of the period just before. A range of whole months is
        /// compared with as many months before it, any other with as many days.
        read compare_periods(
            /// The first date of the range, e.g. `2026-03-01`, in the platform's zone.
            from: Day,
            /// The date after the last of the range, in the platform's zone.
            to: Day,
        ) -> PeriodComparison,
            for admin() = |conn, ctx| periods::compare_periods(conn, ctx.zone, *from, *to);

        /// Returns the amount, number and approximate pages of a client's orders paid in a calendar year, in total and
        /// by month. An order belongs to the year in which it was paid, whatever is edited later.
        read annual_figures(
            /// The client's user id.
            user: UserId,
            /// The calendar year.
            year: i32 where Bounds::between(1, 9_998),
        ) -> AnnualFigures,
            for self_or_admin(user) = |conn, ctx| periods::annual_figures(conn, ctx.zone, user, *year);

        /// Returns the clients whose orders paid in `from ≤ date < to` brought in the most revenue, highest first.
        /// Among clients with equal revenue, those with more paid orders come first.
        read top_clients(
            /// The first date of the range, e.g. `2026-03-01`, in the platform's zone.
            from: Day,
            /// The date after the last of the range, in the platform's zone.
            to: Day,
            /// The maximum number of clients to return.
            limit: Option<u32> = default where Bounds::between(1, 100).default(10),
        ) -> Vec<TopClient>,
            for admin() = |conn, ctx| periods::top_clients(conn, ctx.zone, *from, *to, *limit);

        /// Returns how long the orders finished in `from ≤ date < to` took, from createdAt to dateFinition.
        read completion_times(
            /// The first date of the range, e.g. `2026-03-01`, in the platform's zone.
            from: Day,
            /// The date after the last of the range, in the platform's zone.
            to: Day,
        ) -> CompletionTimes,
            for admin() = |conn, ctx| periods::completion_times(conn, ctx.zone, *from, *to);

        /// Returns the revenue of each tarif by orders paid in `from ≤ date < to`, highest first. The last item holds
        /// the revenue without a tarif, so that the sum is the range's revenue.
        read tarif_sales(
            /// The first date of the range, e.g. `2026-03-01`, in the platform's zone.
            from: Day,
            /// The date after the last of the range, in the platform's zone.
            to: Day,
        ) -> Vec<TarifSales>,
            for admin() = |conn, ctx| periods::tarif_sales(conn, ctx.zone, *from, *to);

        /// Returns the payment outcomes of the orders created in `from ≤ date < to`. It counts orders with a checkout,
        /// paid, failed and refunded ones, with rates.
        read conversion(
            /// The first date of the range, e.g. `2026-03-01`, in the platform's zone.
            from: Day,
            /// The date after the last of the range, in the platform's zone.
            to: Day,
        ) -> Conversion,
            for admin() = |conn, ctx| periods::conversion(conn, ctx.zone, *from, *to);

        /// Returns how many messages were written in `from ≤ date < to`, by type, hour and weekday, and in how many
        /// conversations. Hours and weekdays are those of the platform's zone. Fails with `INVALID` for more than 4,000
        /// days.
        read messaging_load(
            /// The first date of the range, e.g. `2026-03-01`, in the platform's zone.
            from: Day,
            /// The date after the last of the range, in the platform's zone.
            to: Day,
        ) -> MessagingLoad,
            for admin() = |conn, ctx| periods::messaging_load(conn, ctx.zone, *from, *to);

        /// Returns the ticket load in `from ≤ date < to`. It counts tickets open before and after, opened, answered,
        /// resolved and closed, and the load of each agent.
        read ticket_load(
            /// The first date of the range, e.g. `2026-03-01`, in the platform's zone.
            from: Day,
            /// The date after the last of the range, in the platform's zone.
            to: Day,
        ) -> TicketLoad,
            for admin() = |conn, ctx| periods::ticket_load(conn, ctx.zone, *from, *to);

        /// Returns the amounts invoiced in `from ≤ date < to`, by period. Amounts are before tax, tax, total, and the
        /// part that is paid. Fails with `INVALID` for more than 4,000 periods.
        read invoiced_by_period(
            /// The first date of the range, e.g. `2026-03-01`, in the platform's zone.
            from: Day,
            /// The date after the last of the range, in the platform's zone.
            to: Day,
            /// The length of each period.
            unit: PeriodUnit = default,
        ) -> Vec<InvoicedByPeriod>,
            for admin() = |conn, ctx| periods::invoiced_by_period(conn, ctx.zone, *from, *to, *unit);
    }
}
