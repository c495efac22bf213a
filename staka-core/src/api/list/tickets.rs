//! Operations of the group `tickets`.

use futures_util::future::BoxFuture;

use super::super::call::Call;
use super::super::operation::{arguments, operations};
use super::super::{Kind, Operation, Operations, Sink, rule};
use crate::base::{Bounds, Page, PageRequest, Result, Timestamp, Violations};
use crate::model::view::{
    QueuedTicket, Ticket, TicketDetail, TicketHistoryEvent, TicketStats, TicketTag, TicketWithClient,
};
use crate::model::{
    SupportCategory, SupportPriority, SupportRequestId, SupportRequestStatus, TicketSla, TicketSlaTargets, UserId,
};
use crate::repo::support_requests;
use crate::service;

pub use crate::repo::support_requests::{TicketFilter, TicketSort, TicketSortKey, UserTicketFilter};
pub use crate::service::tickets::NewTicket;

operations! {
    /// Support tickets. A client sees their own tickets; the agent a ticket is assigned to (an ADMIN or a CORRECTOR)
    /// works on it; administrators see and do everything. SLA times are business minutes: Monday to Friday, 09:00 to
    /// 18:00 in the configured time zone, without French public holidays.
    tickets: Tickets {
        /// Creates a ticket with status OUVERT and notifies the administrators and the client. Users create tickets for
        /// themselves; an administrator may name another user, and the system must. Fails with `NOT_FOUND` if that user
        /// does not exist.
        atomic create(
            /// The ticket to create.
            ticket: NewTicket,
            /// The client's user id; the caller by default.
            user: Option<UserId> = default,
        ) -> Ticket,
            for signed_in() = |conn, ctx| service::tickets::create(conn, ctx, ticket, user.as_ref());

        /// Returns a ticket with its client and its agent, or null if it does not exist.
        read get(
            /// The ticket's id.
            id: SupportRequestId,
        ) -> Option<TicketDetail>,
            for ticket_viewer(id) = |conn, _| service::tickets::get(conn, id);

        /// Returns a client's tickets, the newest first.
        read list_by_user(
            /// The client's user id.
            user: UserId,
            /// Which tickets to return; all by default.
            filter: UserTicketFilter = default,
            /// The part of the list to return.
            page: PageRequest = default where Bounds::page(20, 100),
        ) -> Page<Ticket>,
            for self_or_admin(user) = |conn, _| support_requests::list_by_user(conn, user, filter, page);

        /// Returns the tickets that match the filter, each with its client; the newest first by default.
        read list(
            /// Which tickets to return; all by default.
            filter: TicketFilter = default,
            /// The order of the list; the newest first by default.
            sort: TicketSort = default,
            /// The part of the list to return.
            page: PageRequest = default where Bounds::page(20, 100),
        ) -> Page<TicketWithClient>,
            for admin() = |conn, _| support_requests::list(conn, filter, *sort, page);

        /// Returns how many tickets match the filter.
        read count(
            /// Which tickets to count; all by default.
            filter: TicketFilter = default,
        ) -> u64,
            for admin() = |conn, _| support_requests::count(conn, filter);

        /// Returns an agent's open tickets, the most urgent first. Tickets of the same priority are sorted by their
        /// next due time; those that wait for their client come last. If the agent has more than 1,000 open tickets,
        /// only the 1,000 of the highest priority, and among equals the oldest, are considered.
        read list_queue(
            /// The agent's user id.
            agent: UserId,
            /// How many tickets to return at most.
            limit: Option<u32> = default where Bounds::between(1, 200).default(50),
        ) -> Vec<QueuedTicket>,
            for self_or_admin(agent) = |conn, ctx| service::tickets::list_queue(conn, ctx, agent, *limit);

        /// Returns the events of a ticket, the oldest first. The team sees all events; the client sees the creation,
        /// the replies and the changes of status. If Staka has recorded no events for the ticket yet, they are derived
        /// from its row.
        read list_events(
            /// The ticket's id.
            id: SupportRequestId,
            /// The part of the list to return.
            page: PageRequest = default where Bounds::page(50, 200),
        ) -> Page<TicketHistoryEvent>,
            for ticket_viewer(id) = |conn, ctx| service::tickets::list_events(conn, ctx, id, page);

        /// Returns the SLA state of a ticket at the current time, or null if the ticket does not exist. The first
        /// response is the team's first reply. The resolution time does not run while the ticket waits for its client.
        read get_sla(
            /// The ticket's id.
            id: SupportRequestId,
        ) -> Option<TicketSla>,
            for ticket_agent(id) = |conn, ctx| service::tickets::get_sla(conn, ctx, id);

        /// Assigns a ticket to an agent, notifies the agent and returns the ticket. Fails with `CONFLICT` if the agent
        /// is not an active ADMIN or CORRECTOR, or if the ticket is FERME or ANNULE.
        atomic assign(
            /// The ticket's id.
            id: SupportRequestId,
            /// The user id of the agent.
            agent: UserId,
            /// The `updatedAt` the ticket must still have; if it differs, the call fails with `PRECONDITION`. Not
            /// checked by default.
            expected_updated_at: Option<Timestamp> = default,
        ) -> Ticket,
            for admin() = |conn, ctx| service::tickets::assign(conn, ctx, id, agent, *expected_updated_at);

        /// Removes the agent from a ticket and returns the ticket. Agents may unassign themselves. Fails with
        /// `CONFLICT` if the ticket has no agent.
        atomic unassign(
            /// The ticket's id.
            id: SupportRequestId,
            /// The `updatedAt` the ticket must still have; if it differs, the call fails with `PRECONDITION`. Not
            /// checked by default.
            expected_updated_at: Option<Timestamp> = default,
        ) -> Ticket,
            for ticket_agent(id) = |conn, ctx| service::tickets::unassign(conn, ctx, id, *expected_updated_at);

        /// Adds a reply to a ticket, notifies the other side and returns the ticket. A client's reply resumes a ticket
        /// that is EN_ATTENTE or RESOLU: it changes to EN_COURS, or to OUVERT if it has no agent. A reply by the team
        /// changes an OUVERT ticket to EN_COURS, or any ticket to `status` if given; the first one is the first
        /// response. Fails with `CONFLICT` if the ticket is FERME or ANNULE.
        atomic reply(
            /// The ticket's id.
            id: SupportRequestId,
            /// The text of the reply.
            body: String where Bounds::bytes(65_535).not_blank(),
            /// The status to set with the reply, as by `set_status`; for the team only. Not changed by default, except
            /// as described above.
            status: Option<SupportRequestStatus> = default,
            /// The `updatedAt` the ticket must still have; if it differs, the call fails with `PRECONDITION`. Not
            /// checked by default.
            expected_updated_at: Option<Timestamp> = default,
        ) -> Ticket,
            for ticket_viewer(id) = |conn, ctx| service::tickets::reply(
                conn, ctx, id, body, status.as_ref(), *expected_updated_at,
            );

        /// Adds a note to a ticket that only the team can read, whatever its status. The client sees it only in the
        /// export of their personal data, where it must be included by law.
        atomic add_note(
            /// The ticket's id.
            id: SupportRequestId,
            /// The text of the note.
            body: String where Bounds::bytes(65_535).not_blank(),
        ) -> Ticket,
            for ticket_agent(id) = |conn, ctx| service::tickets::add_note(conn, ctx, id, body);

        /// Changes the status of a ticket, notifies the other side and returns the ticket. Allowed are: from OUVERT to
        /// EN_COURS, EN_ATTENTE, RESOLU or ANNULE; from EN_COURS to EN_ATTENTE, RESOLU or ANNULE; from EN_ATTENTE to
        /// EN_COURS, RESOLU, FERME or ANNULE; from RESOLU to FERME. Any other change fails with `CONFLICT`. The client
        /// may set FERME and ANNULE only (`DENIED` otherwise). `resolvedAt` and `closedAt` are updated.
        atomic set_status(
            /// The ticket's id.
            id: SupportRequestId,
            /// The new status of the ticket.
            status: SupportRequestStatus,
            /// The `updatedAt` the ticket must still have; if it differs, the call fails with `PRECONDITION`. Not
            /// checked by default.
            expected_updated_at: Option<Timestamp> = default,
        ) -> Ticket,
            for ticket_viewer(id) = |conn, ctx| service::tickets::set_status(
                conn, ctx, id, status, *expected_updated_at,
            );

        /// Reopens a ticket that is RESOLU, FERME or ANNULE, notifies the other side and returns the ticket. Its status
        /// changes to EN_COURS, or to OUVERT if it has no agent. `resolvedAt` and `closedAt` become null;
        /// `firstResponseAt` is kept. Fails with `CONFLICT` if the ticket is open.
        atomic reopen(
            /// The ticket's id.
            id: SupportRequestId,
            /// The `updatedAt` the ticket must still have; if it differs, the call fails with `PRECONDITION`. Not
            /// checked by default.
            expected_updated_at: Option<Timestamp> = default,
        ) -> Ticket,
            for ticket_viewer(id) = |conn, ctx| service::tickets::reopen(conn, ctx, id, *expected_updated_at);

        /// Sets the priority of a ticket, and with it the SLA targets, and returns the ticket.
        atomic set_priority(
            /// The ticket's id.
            id: SupportRequestId,
            /// The new priority of the ticket.
            priority: SupportPriority,
            /// The `updatedAt` the ticket must still have; if it differs, the call fails with `PRECONDITION`. Not
            /// checked by default.
            expected_updated_at: Option<Timestamp> = default,
        ) -> Ticket,
            for ticket_agent(id) = |conn, ctx| service::tickets::set_priority(
                conn, ctx, id, priority, *expected_updated_at,
            );

        /// Sets the category of a ticket and returns the ticket.
        atomic set_category(
            /// The ticket's id.
            id: SupportRequestId,
            /// The new category of the ticket.
            category: SupportCategory,
            /// The `updatedAt` the ticket must still have; if it differs, the call fails with `PRECONDITION`. Not
            /// checked by default.
            expected_updated_at: Option<Timestamp> = default,
        ) -> Ticket,
            for ticket_agent(id) = |conn, ctx| service::tickets::set_category(
                conn, ctx, id, category, *expected_updated_at,
            );

        /// Replaces the tags of a ticket and returns the ticket. Tags are trimmed, and duplicates that differ only in
        /// case are dropped.
        atomic set_tags(
            /// The ticket's id.
            id: SupportRequestId,
            /// The new tags, without commas; an empty list removes all tags.
            tags: Vec<String> where Bounds::items(0, 20).and(Bounds::chars(1, 50).trimmed()),
            /// The `updatedAt` the ticket must still have; if it differs, the call fails with `PRECONDITION`. Not
            /// checked by default.
            expected_updated_at: Option<Timestamp> = default,
        ) -> Ticket,
            for ticket_agent(id) = |conn, ctx| service::tickets::set_tags(conn, ctx, id, tags, *expected_updated_at);

        /// Returns all tags in use with their number of tickets, the most frequent first.
        read list_tags() -> Vec<TicketTag>,
            for admin() = |conn, _| support_requests::list_tags(conn);

        /// Returns the SLA targets of all priorities, in business minutes. A business day has 540 minutes.
        read list_sla_targets() -> Vec<TicketSlaTargets>,
            for admin() = |conn, _| service::tickets::list_sla_targets(conn);

        /// Sets the SLA targets of a priority and returns the targets of all priorities. They apply to existing tickets
        /// too.
        atomic set_sla_targets(
            /// The priority whose targets to set.
            priority: SupportPriority,
            /// The target for the first response, in business minutes after creation.
            first_response: i64 where Bounds::between(1, 270_000),
            /// The target for the resolution, in business minutes; not less than `firstResponse`.
            resolution: i64 where Bounds::between(1, 270_000),
        ) -> Vec<TicketSlaTargets>,
            for admin() = |conn, ctx| service::tickets::set_sla_targets(
                conn, ctx, priority, *first_response, *resolution,
            );

        /// Returns statistics of the tickets created in a period, as they are now. They contain the numbers by status,
        /// priority and category, the percentiles of first response and resolution in business minutes, and the number
        /// of missed SLA targets.
        read stats(
            /// Start of the period, UTC, inclusive.
            from: Timestamp,
            /// End of the period, UTC, exclusive; must be after `from`.
            to: Timestamp,
        ) -> TicketStats,
            for admin() = |conn, ctx| service::tickets::stats(conn, ctx, *from, *to);
    }
}
