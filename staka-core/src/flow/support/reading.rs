//! Tickets as both sides read them.

use std::cmp::Reverse;
use std::collections::HashMap;

use super::super::Act;
use crate::base::{Cursor, Error, Listing, Page, Result, Timestamp};
use crate::db::Conn;
use crate::model::view::{QueuedTicket, SupportHistoryEvent, SupportTicketDetail};
use crate::model::{
    Role, SupportClock, SupportEventKind, SupportFact, SupportRequest, SupportRequestId, Timeline, User, UserId,
    caught_up,
};
use crate::repo::{support_events, support_requests, support_targets, users};

/// A ticket with both sides.
pub async fn get(conn: &mut Conn, id: &SupportRequestId) -> Result<Option<SupportTicketDetail>> {
    support_requests::detail(conn, id).await
}

/// What happened to a ticket, in its order: everything for the team; for its client the opening, what both sides wrote and
/// where it went. A ticket that no operation has touched begins with what its row says.
pub async fn history(
    conn: &mut Conn,
    act: &Act<'_>,
    id: &SupportRequestId,
    page: &Page,
) -> Result<Listing<SupportHistoryEvent>> {
    let Some(row) = support_requests::lookup(conn, id).await? else {
        return Ok(Listing { items: Vec::new(), next: None, total: page.total.then_some(0) });
    };
    let team = act.is_admin() || (act.user().is_some() && row.assigned_to_id.as_ref() == act.user());
    let listing = support_events::history(conn, id, team, page).await?;
    if listing.items.is_empty() && support_events::facts(conn, id).await?.is_empty() {
        return untouched(&row, team, page);
    }
    Ok(listing)
}

/// The history of a ticket that no operation has touched.
fn untouched(row: &SupportRequest, team: bool, page: &Page) -> Result<Listing<SupportHistoryEvent>> {
    let window = page.window(50, 200)?;
    let behind = support_events::behind(page)?;
    let seen = |kind: &SupportEventKind| team || *kind != SupportEventKind::Priority;
    let all: Vec<SupportHistoryEvent> = (1..)
        .zip(caught_up(row, None))
        .filter(|(_, fact)| seen(&fact.kind))
        .map(|(place, fact)| SupportHistoryEvent {
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
    let wanted = all.into_iter().filter(|event| event.place > behind);
    let rows = wanted.skip(window.offset as usize).take(window.limit as usize + 1).collect();
    let listing = Listing::from_overfull(rows, window.limit, |last: &SupportHistoryEvent| {
        Cursor::behind(support_events::HISTORY_LIST, &[&last.place.to_string()])
    });
    Ok(listing.with_total(total))
}

/// What a ticket's events come to, and what its row says beyond them.
pub(super) fn timeline(row: &SupportRequest, facts: &[SupportFact]) -> Option<Timeline> {
    let mut timeline = Timeline::of(facts);
    for fact in caught_up(row, timeline.as_ref()) {
        match &mut timeline {
            Some(timeline) => timeline.happens(&fact),
            None => timeline = Timeline::of([&fact]),
        }
    }
    timeline
}

/// How a ticket stands to what is promised, now; none when it is not there.
pub async fn sla(conn: &mut Conn, act: &Act<'_>, id: &SupportRequestId) -> Result<Option<SupportClock>> {
    let Some(row) = support_requests::lookup(conn, id).await? else { return Ok(None) };
    let facts = support_events::facts(conn, id).await?;
    let policy = support_targets::policy(conn).await?;
    Ok(timeline(&row, &facts).map(|timeline| timeline.clock(&policy, act.zone, act.now)))
}

/// An agent's open tickets: the most urgent first, of these what is due first, and last what waits for its client.
/// `limit` of them, 1 to 200, 50 unless given; of the first 1,000 by urgency and age.
pub async fn queue(conn: &mut Conn, act: &Act<'_>, agent: &UserId, limit: Option<u32>) -> Result<Vec<QueuedTicket>> {
    let limit = limit.unwrap_or(50);
    if !(1..=200).contains(&limit) {
        return Err(Error::invalid("limit", "must be between 1 and 200"));
    }
    // Tickets stay assigned to whoever lost the role, who sees them no longer.
    let serves = |account: &User| account.is_active && matches!(account.role, Role::Admin | Role::Corrector);
    if !users::lookup(conn, agent).await?.as_ref().is_some_and(serves) {
        return Ok(Vec::new());
    }
    let queued = support_requests::queue(conn, agent).await?;
    let ids: Vec<SupportRequestId> = queued.iter().map(|queued| queued.ticket.id.clone()).collect();
    let policy = support_targets::policy(conn).await?;
    let mut facts: HashMap<SupportRequestId, Vec<SupportFact>> = HashMap::new();
    for of in support_events::facts_of(conn, &ids).await? {
        facts.entry(of.ticket).or_default().push(of.fact);
    }
    let mut tickets: Vec<QueuedTicket> = queued
        .into_iter()
        .map(|support_requests::Queued { ticket, user }| {
            let known = facts.get(&ticket.id).map_or(&[][..], Vec::as_slice);
            let clock = timeline(&ticket, known).map(|timeline| timeline.clock(&policy, act.zone, act.now));
            let due_at = clock.as_ref().and_then(SupportClock::next_due);
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
