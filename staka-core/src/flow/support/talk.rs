//! What both sides write to each other, and what the team writes to itself.

use super::super::Act;
use super::super::notices::Event;
use super::held::{Held, conflict, denied};
use super::moves::must_lead;
use crate::base::{Error, Fits, Length, Result, Timestamp};
use crate::db::Conn;
use crate::model::view::SupportTicket;
use crate::model::{SupportEventKind, SupportRequestId, SupportRequestStatus};

/// The most bytes of a text, as its column holds them.
const LONGEST: u32 = 65_535;

fn checked(body: &str) -> Result<&str> {
    let body = body.trim();
    if body.is_empty() {
        return Err(Error::invalid("body", "must not be blank"));
    }
    match body.fault(Length::Bytes(LONGEST)) {
        Some(problem) => Err(Error::invalid("body", problem)),
        None => Ok(body),
    }
}

/// Writes into a ticket, for both sides. The client's word ends the wait for it and takes up again what was solved; the
/// team's first takes up what was untouched, and goes to `status` with it where one is given.
pub async fn reply(
    conn: &mut Conn,
    act: &Act<'_>,
    id: &SupportRequestId,
    body: &str,
    status: Option<&SupportRequestStatus>,
    expected: Option<Timestamp>,
) -> Result<SupportTicket> {
    use SupportRequestStatus::{EnAttente, EnCours, Ouvert, Resolu};
    let body = checked(body)?;
    let mut held = Held::of(conn, act, id, expected).await?;
    if held.by_client && status.is_some() {
        return Err(denied());
    }
    let at = held.timeline.status.clone();
    if at.is_closed() {
        return Err(conflict(&at, "nothing is said in it any more: reopen it first"));
    }
    if let Some(status) = status.filter(|status| **status != at) {
        must_lead(&at, status)?;
    }
    held.happens(act, SupportEventKind::Replied, None, None, Some(body));
    match (held.by_client, status) {
        (true, _) if at == EnAttente => {
            let up = held.taken_up();
            held.goes_to(act, SupportEventKind::Status, &up);
        }
        (true, _) if at == Resolu => {
            let up = held.taken_up();
            held.goes_to(act, SupportEventKind::Reopened, &up);
        }
        (false, Some(status)) if *status != at => held.goes_to(act, SupportEventKind::Status, status),
        (false, None) if at == Ouvert => held.goes_to(act, SupportEventKind::Status, &EnCours),
        _ => {}
    }
    if held.by_client {
        let events = [Event::TicketClientReplied, Event::TicketClientWaits];
        held.tell_team(conn, act, events, ("apercu", body)).await?;
    } else {
        held.tell_client(conn, act, Event::TicketReplied, ("apercu", body)).await?;
    }
    held.write(conn, act).await
}

/// Writes into a ticket for the team alone, wherever it stands.
pub async fn note(conn: &mut Conn, act: &Act<'_>, id: &SupportRequestId, body: &str) -> Result<SupportTicket> {
    let body = checked(body)?;
    let mut held = Held::of(conn, act, id, None).await?;
    held.happens(act, SupportEventKind::Noted, None, None, Some(body));
    held.write(conn, act).await
}
