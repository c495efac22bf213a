//! Replies between both sides of a ticket, and the team's notes.

use super::super::OpContext;
use super::super::notify::Event;
use super::locked::{LockedTicket, conflict};
use super::transitions::check_transition;
use crate::base::{Error, Length, Result, Timestamp, Validate};
use crate::db::Conn;
use crate::model::view::Ticket;
use crate::model::{SupportRequestId, SupportRequestStatus, TicketEventKind};

/// Maximum size of a text, in bytes of UTF-8.
const MAX_BYTES: u32 = 65_535;

/// Returns the trimmed text, or the violation of `body`.
fn checked(body: &str) -> Result<&str> {
    let body = body.trim();
    if body.is_empty() {
        return Err(Error::invalid("body", "must not be blank"));
    }
    match body.problem(Length::Bytes(MAX_BYTES)) {
        Some(problem) => Err(Error::invalid("body", problem)),
        None => Ok(body),
    }
}

/// Adds a reply to a ticket. A client's reply resumes a ticket that waits for the client or is resolved; a reply by the
/// team changes an untouched ticket to EN_COURS, or any ticket to `status` if given.
pub async fn reply(
    conn: &mut Conn,
    ctx: &OpContext<'_>,
    id: &SupportRequestId,
    body: &str,
    status: Option<&SupportRequestStatus>,
    expected: Option<Timestamp>,
) -> Result<Ticket> {
    use SupportRequestStatus::{EnAttente, EnCours, Ouvert, Resolu};
    let body = checked(body)?;
    let mut locked = LockedTicket::lock(conn, ctx, id, expected).await?;
    if locked.by_client && status.is_some() {
        return Err(ctx.denied("the ticket's agent or an administrator where a status is given"));
    }
    let from = locked.timeline.status.clone();
    if from.is_closed() {
        return Err(conflict(&from, "accepts no replies: reopen it first"));
    }
    if let Some(status) = status.filter(|status| **status != from) {
        check_transition(&from, status)?;
    }
    locked.record_event(ctx, TicketEventKind::Replied, None, None, Some(body));
    match (locked.by_client, status) {
        (true, _) if from == EnAttente => {
            let resumed = locked.resumed_status();
            locked.transition_to(ctx, TicketEventKind::Status, &resumed);
        }
        (true, _) if from == Resolu => {
            let resumed = locked.resumed_status();
            locked.transition_to(ctx, TicketEventKind::Reopened, &resumed);
        }
        (false, Some(status)) if *status != from => locked.transition_to(ctx, TicketEventKind::Status, status),
        (false, None) if from == Ouvert => locked.transition_to(ctx, TicketEventKind::Status, &EnCours),
        _ => {}
    }
    if locked.by_client {
        let events = [Event::TicketClientReplied, Event::TicketClientRepliedUnassigned];
        locked.notify_team(conn, ctx, events, ("apercu", body), body).await?;
    } else {
        locked.notify_client(conn, ctx, Event::TicketReplied, ("apercu", body), body).await?;
    }
    locked.write(conn, ctx).await
}

/// Adds a note to a ticket that only the team can read, whatever its status.
pub async fn add_note(conn: &mut Conn, ctx: &OpContext<'_>, id: &SupportRequestId, body: &str) -> Result<Ticket> {
    let body = checked(body)?;
    let mut locked = LockedTicket::lock(conn, ctx, id, None).await?;
    locked.record_event(ctx, TicketEventKind::Noted, None, None, Some(body));
    locked.write(conn, ctx).await
}
