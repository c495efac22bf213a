//! Reads of tickets: detail, events, SLA state, an agent's queue.

use std::cmp::Reverse;
use std::collections::HashMap;

use super::super::OpContext;
use crate::base::{Cursor, Error, Page, PageRequest, Result, Timestamp};
use crate::db::Conn;
use crate::model::view::{QueuedTicket, TicketDetail, TicketHistoryEvent};
use crate::model::{
    Role, SupportRequest, SupportRequestId, TicketEventKind, TicketFact, TicketSla, Timeline, User, UserId, caught_up,
};
use crate::repo::{support_requests, ticket_events, ticket_sla_targets, users};

/// Returns a ticket with its client and its agent.
pub async fn get(conn: &mut Conn, id: &SupportRequestId) -> Result<Option<TicketDetail>> {
    support_requests::get(conn, id).await
}

/// Returns the events of a ticket, the oldest first: all of them for the team; for its client the creation, the replies
/// and the changes of status. Without recorded events, they are derived from the row.
pub async fn list_events(
    conn: &mut Conn,
    ctx: &OpContext<'_>,
    id: &SupportRequestId,
    page: &PageRequest,
) -> Result<Page<TicketHistoryEvent>> {
    let Some(row) = support_requests::lookup(conn, id).await? else {
        return Ok(Page { items: Vec::new(), next: None, total: page.total.then_some(0) });
    };
    // A client may be the agent too, and may have lost the role of one since.
    let team = match ctx.user() {
        _ if ctx.is_admin() => true,
        Some(user) if row.assigned_to_id.as_ref() == Some(user) => support_requests::is_agent(conn, id, user).await?,
        _ => false,
    };
    let listing = ticket_events::list(conn, id, team, page).await?;
    if listing.items.is_empty() && ticket_events::facts(conn, id).await?.is_empty() {
        return derived_events(&row, team, page);
    }
    Ok(listing)
}

/// Returns the events of a ticket that has no recorded ones, as its row implies them.
fn derived_events(row: &SupportRequest, team: bool, page: &PageRequest) -> Result<Page<TicketHistoryEvent>> {
    let window = page.window(50, 200)?;
    let after = ticket_events::place_of_cursor(page)?;
    let visible = |kind: &TicketEventKind| team || *kind != TicketEventKind::Priority;
    let all: Vec<TicketHistoryEvent> = (1..)
        .zip(caught_up(row, None))
        .filter(|(_, fact)| visible(&fact.kind))
        .map(|(place, fact)| TicketHistoryEvent {
            place,
            kind: fact.kind,
            at: fact.at,
            from_client: fact.from_client,
            before: None,
            after: fact.after,
            body: None,
            actor: None,
        })
        .collect();
    let total = page.total.then_some(all.len() as u64);
    let rest = all.into_iter().filter(|event| event.place > after);
    let rows = rest.skip(window.offset as usize).take(window.limit as usize + 1).collect();
    let listing = Page::from_extra_row(rows, window.limit, |last: &TicketHistoryEvent| {
        Cursor::after_row(ticket_events::LIST_NAME, &[&last.place.to_string()])
    });
    Ok(listing.with_total(total))
}

/// Returns the timeline of a ticket: its recorded events and those that its row implies.
pub(super) fn timeline(row: &SupportRequest, facts: &[TicketFact]) -> Option<Timeline> {
    let mut timeline = Timeline::of(facts);
    for fact in caught_up(row, timeline.as_ref()) {
        match &mut timeline {
            Some(timeline) => timeline.record_event(&fact),
            None => timeline = Timeline::of([&fact]),
        }
    }
    timeline
}

/// Returns the SLA state of a ticket at the current time, or none if it does not exist.
pub async fn get_sla(conn: &mut Conn, ctx: &OpContext<'_>, id: &SupportRequestId) -> Result<Option<TicketSla>> {
    let Some(row) = support_requests::lookup(conn, id).await? else { return Ok(None) };
    let facts = ticket_events::facts(conn, id).await?;
    let policy = ticket_sla_targets::policy(conn).await?;
    Ok(timeline(&row, &facts).map(|timeline| timeline.clock(&policy, ctx.zone, ctx.now)))
}

/// Returns at most `limit` (1 to 200, 50 by default) of an agent's open tickets, by priority and then by next due time;
/// tickets that wait for their client come last. Considers the first 1,000 by priority and age.
pub async fn list_queue(
    conn: &mut Conn,
    ctx: &OpContext<'_>,
    agent: &UserId,
    limit: Option<u32>,
) -> Result<Vec<QueuedTicket>> {
    let limit = limit.unwrap_or(50);
    if !(1..=200).contains(&limit) {
        return Err(Error::invalid("limit", "must be between 1 and 200"));
    }
    // Tickets stay assigned to a user who lost the role, but that user no longer sees them.
    let is_agent = |account: &User| account.is_active && matches!(account.role, Role::Admin | Role::Corrector);
    if !users::lookup(conn, agent).await?.as_ref().is_some_and(is_agent) {
        return Ok(Vec::new());
    }
    let queued = support_requests::list_queue(conn, agent).await?;
    let ids: Vec<SupportRequestId> = queued.iter().map(|queued| queued.ticket.id.clone()).collect();
    let policy = ticket_sla_targets::policy(conn).await?;
    let mut facts: HashMap<SupportRequestId, Vec<TicketFact>> = HashMap::new();
    for row in ticket_events::facts_of_tickets(conn, &ids).await? {
        facts.entry(row.ticket).or_default().push(row.fact);
    }
    let mut tickets: Vec<QueuedTicket> = queued
        .into_iter()
        .map(|support_requests::QueuedRow { ticket, user }| {
            let known = facts.get(&ticket.id).map_or(&[][..], Vec::as_slice);
            let clock = timeline(&ticket, known).map(|timeline| timeline.clock(&policy, ctx.zone, ctx.now));
            let due_at = clock.as_ref().and_then(TicketSla::next_due);
            let breached = clock.is_some_and(|clock| clock.first_response_breached || clock.resolution_breached);
            QueuedTicket { ticket: ticket.into(), user, due_at, breached }
        })
        .collect();
    let last: Timestamp = Timestamp::EARLIEST.plus(std::time::Duration::MAX);
    tickets.sort_by(|a, b| {
        let key = |it: &QueuedTicket| (Reverse(it.ticket.priority.clone()), it.due_at.unwrap_or(last));
        key(a).cmp(&key(b)).then_with(|| a.ticket.created_at.cmp(&b.ticket.created_at))
    });
    tickets.truncate(limit as usize);
    Ok(tickets)
}
