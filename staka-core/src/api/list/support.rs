//! Support tickets.

use futures_util::future::BoxFuture;

use super::super::call::Call;
use super::super::operation::{arguments, operations};
use super::super::{Kind, Operation, Session, Sink, rule};
use crate::base::{Listing, Page, Result, Timestamp};
use crate::flow;
use crate::model::view::{
    QueuedTicket, SupportHistoryEvent, SupportStats, SupportTag, SupportTicket, SupportTicketDetail,
    SupportTicketWithClient,
};
use crate::model::{
    SupportCategory, SupportClock, SupportPriority, SupportRequestId, SupportRequestStatus, SupportTargets, UserId,
};
use crate::repo::support_requests;

pub use crate::flow::support::TicketDraft;
pub use crate::repo::support_requests::{TicketList, TicketOrder, TicketSearch, TicketSort};

operations! {
    /// Support tickets. Who asks sees their own; who takes care of one, an ADMIN or a CORRECTOR, acts on it; administrators
    /// see and do all. Times are business time: Monday to Friday, 09:00 to 18:00 in the handle's zone, without France's
    /// public holidays.
    support: Support {
        /// Opens a ticket, for oneself; an administrator may name another user, and the program must. It is OUVERT, and
        /// administrators and client are told. `NotFound` when that user is not there.
        act open(
            /// What help is asked for.
            ticket: TicketDraft,
            /// For whom; for who calls unless given.
            user: Option<UserId> = default,
        ) -> SupportTicket,
            for signed_in() = |conn, act| flow::support::open(conn, act, ticket, user.as_ref());

        /// A ticket with both sides.
        read get(
            /// Which.
            id: SupportRequestId,
        ) -> Option<SupportTicketDetail>,
            for ticket_viewer(id) = |conn, _| flow::support::get(conn, id);

        /// A client's tickets, the newest first. 20 a page, 100 at the most.
        read list_mine(
            /// Whose.
            user: UserId,
            /// Which.
            options: TicketList = default,
            /// Which part of the list.
            page: Page = default,
        ) -> Listing<SupportTicket>,
            for self_or_admin(user) = |conn, _| support_requests::of_user(conn, user, options, page);

        /// The tickets that match, each with its client, the newest first unless said otherwise. 20 a page, 100 at the
        /// most.
        read search(
            /// Which; all of them unless given.
            filter: TicketSearch = default,
            /// In which order.
            order: TicketOrder = default,
            /// Which part of the list.
            page: Page = default,
        ) -> Listing<SupportTicketWithClient>,
            for admin() = |conn, _| support_requests::search(conn, filter, order, page);

        /// How many tickets match.
        read count(
            /// Which; all of them unless given.
            filter: TicketSearch = default,
        ) -> u64,
            for admin() = |conn, _| support_requests::matching(conn, filter);

        /// An agent's open tickets: the most urgent first, of these what is due first, and last what waits for its client.
        /// Made of the first 1,000 by urgency and age.
        read queue(
            /// Whose.
            agent: UserId,
            /// How many, 1 to 200; 50 unless given.
            limit: Option<u32> = default,
        ) -> Vec<QueuedTicket>,
            for self_or_admin(agent) = |conn, act| flow::support::queue(conn, act, agent, *limit);

        /// What happened to a ticket, in its order: everything for the team; for its client the opening, what both sides
        /// wrote and where it went. A ticket that no operation has touched begins with what its row says. 50 a page, 200
        /// at the most.
        read history(
            /// Which.
            id: SupportRequestId,
            /// Which part of the list.
            page: Page = default,
        ) -> Listing<SupportHistoryEvent>,
            for ticket_viewer(id) = |conn, act| flow::support::history(conn, act, id, page);

        /// How a ticket stands to what is promised, now. The first response is the first reply by the team; the clock of the
        /// solution stands still while the client is waited for.
        read sla(
            /// Which.
            id: SupportRequestId,
        ) -> Option<SupportClock>,
            for ticket_agent(id) = |conn, act| flow::support::sla(conn, act, id);

        /// Gives a ticket to an ADMIN or a CORRECTOR who may sign in, and tells them. `Conflict` for anybody else, and when
        /// the ticket is FERME or ANNULE.
        act assign(
            /// Which.
            id: SupportRequestId,
            /// To whom.
            agent: UserId,
            /// The `updatedAt` that it must have.
            expected: Option<Timestamp> = default,
        ) -> SupportTicket,
            for admin() = |conn, act| flow::support::assign(conn, act, id, agent, *expected);

        /// Takes a ticket from who takes care of it, who may give it back. `Conflict` where nobody does.
        act unassign(
            /// Which.
            id: SupportRequestId,
            /// The `updatedAt` that it must have.
            expected: Option<Timestamp> = default,
        ) -> SupportTicket,
            for ticket_agent(id) = |conn, act| flow::support::unassign(conn, act, id, *expected);

        /// Writes into a ticket, for both sides, and tells the other. A client's word makes EN_COURS (OUVERT where nobody
        /// takes care of it) of what waits for it and of what is RESOLU. The team's makes EN_COURS of OUVERT, or what
        /// `status` says; the first is the first response. `Conflict` when the ticket is FERME or ANNULE.
        act reply(
            /// Into which.
            id: SupportRequestId,
            /// What is written: not blank, up to 65,535 bytes.
            body: String,
            /// Where the ticket goes with it, by the table of `change_status`; for the team alone.
            status: Option<SupportRequestStatus> = default,
            /// The `updatedAt` that it must have.
            expected: Option<Timestamp> = default,
        ) -> SupportTicket,
            for ticket_viewer(id) = |conn, act| flow::support::reply(conn, act, id, body, status.as_ref(), *expected);

        /// Writes into a ticket for the team alone, wherever it stands. Its client sees it nowhere but in
        /// the export of what is held about them, which the law does not let leave it out.
        act note(
            /// Into which.
            id: SupportRequestId,
            /// What is written: not blank, up to 65,535 bytes.
            body: String,
        ) -> SupportTicket,
            for ticket_agent(id) = |conn, act| flow::support::note(conn, act, id, body);

        /// Moves a ticket on: OUVERT to EN_COURS, EN_ATTENTE, RESOLU or ANNULE; EN_COURS to EN_ATTENTE, RESOLU or ANNULE;
        /// EN_ATTENTE to EN_COURS, RESOLU, FERME or ANNULE; RESOLU to FERME. `Conflict` for all else. Its client may close
        /// it or call it off. `resolvedAt` and `closedAt` follow; the other side is told.
        act change_status(
            /// Which.
            id: SupportRequestId,
            /// Where it goes.
            status: SupportRequestStatus,
            /// The `updatedAt` that it must have.
            expected: Option<Timestamp> = default,
        ) -> SupportTicket,
            for ticket_viewer(id) = |conn, act| flow::support::change_status(conn, act, id, status, *expected);

        /// Takes up again what is RESOLU, FERME or ANNULE: EN_COURS with somebody who takes care of it, OUVERT with nobody.
        /// `Conflict` for all else. `resolvedAt` and `closedAt` are taken back, `firstResponseAt` stays; the other side is
        /// told.
        act reopen(
            /// Which.
            id: SupportRequestId,
            /// The `updatedAt` that it must have.
            expected: Option<Timestamp> = default,
        ) -> SupportTicket,
            for ticket_viewer(id) = |conn, act| flow::support::reopen(conn, act, id, *expected);

        /// Sets how urgent a ticket is; what is promised changes with it.
        act set_priority(
            /// Which.
            id: SupportRequestId,
            /// How urgent it is.
            priority: SupportPriority,
            /// The `updatedAt` that it must have.
            expected: Option<Timestamp> = default,
        ) -> SupportTicket,
            for ticket_agent(id) = |conn, act| flow::support::set_priority(conn, act, id, priority, *expected);

        /// Sets what a ticket is about.
        act set_category(
            /// Which.
            id: SupportRequestId,
            /// What it is about.
            category: SupportCategory,
            /// The `updatedAt` that it must have.
            expected: Option<Timestamp> = default,
        ) -> SupportTicket,
            for ticket_agent(id) = |conn, act| flow::support::set_category(conn, act, id, category, *expected);

        /// Sets a ticket's tags: trimmed, and once each whatever their case.
        act set_tags(
            /// Which.
            id: SupportRequestId,
            /// The tags: 20 at the most, each 1 to 50 characters without a comma; none to take them away.
            tags: Vec<String>,
            /// The `updatedAt` that it must have.
            expected: Option<Timestamp> = default,
        ) -> SupportTicket,
            for ticket_agent(id) = |conn, act| flow::support::set_tags(conn, act, id, tags, *expected);

        /// The tags that tickets bear, the most frequent first.
        read tags_in_use() -> Vec<SupportTag>,
            for admin() = |conn, _| support_requests::tags(conn);

        /// What is promised for tickets of each priority, in business minutes; a business day has 540.
        read policy() -> Vec<SupportTargets>,
            for admin() = |conn, _| flow::support::policy(conn);

        /// Sets what is promised for a priority, and gives the whole of it. What was before is judged by it too.
        act set_targets(
            /// For which.
            priority: SupportPriority,
            /// Minutes until the first response, 1 to 270,000.
            first_response: i64,
            /// Minutes until the solution, likewise, and no fewer.
            resolution: i64,
        ) -> Vec<SupportTargets>,
            for admin() = |conn, act| flow::support::set_targets(conn, act, priority, *first_response, *resolution);

        /// The figures of the tickets made in `from ≤ createdAt < to`, as they stand now: how many, by status, priority and
        /// category; percentiles of first response and solution in business minutes; how many promises were broken.
        read stats(
            /// The window's start, within it.
            from: Timestamp,
            /// The window's end, no longer within it.
            to: Timestamp,
        ) -> SupportStats,
            for admin() = |conn, act| flow::support::stats(conn, act, *from, *to);
    }
}
