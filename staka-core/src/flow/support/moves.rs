//! Who takes care of a ticket, and where it goes.

use serde_json::json;

use super::super::Act;
use super::super::journal::Action;
use super::super::notices::Event;
use super::held::{Held, conflict, denied};
use crate::base::{Error, ErrorKind, Patch, Result, TextEnum, Timestamp};
use crate::db::Conn;
use crate::model::view::SupportTicket;
use crate::model::{Role, SupportEventKind, SupportRequestId, SupportRequestStatus, UserId};
use crate::repo::users;

/// `Conflict` unless the table of [`SupportRequestStatus::next`] leads there.
pub(super) fn must_lead(from: &SupportRequestStatus, to: &SupportRequestStatus) -> Result<()> {
    if from.next().contains(to) {
        return Ok(());
    }
    let next: Vec<&str> = from.next().iter().map(TextEnum::as_str).collect();
    let ways = if next.is_empty() { "nothing unless it is reopened".to_owned() } else { next.join(", ") };
    Err(conflict(from, &format!("cannot become {to}; it can become {ways}")))
}

/// Gives a ticket to somebody of the team who may sign in. Nothing happens where it is theirs already.
pub async fn assign(
    conn: &mut Conn,
    act: &Act<'_>,
    id: &SupportRequestId,
    agent: &UserId,
    expected: Option<Timestamp>,
) -> Result<SupportTicket> {
    let mut held = Held::of(conn, act, id, expected).await?;
    let status = held.timeline.status.clone();
    if status.is_closed() {
        return Err(conflict(&status, "needs nobody who takes care of it"));
    }
    // Locked, so that whoever takes the role or the account away waits, and finds the ticket assigned.
    let account = users::locked(conn, agent).await?;
    let may = account.is_some_and(|user| user.is_active && matches!(user.role, Role::Admin | Role::Corrector));
    if !may {
        let message = format!("{agent} is nobody of the team who may sign in: no active ADMIN or CORRECTOR");
        return Err(Error::new(ErrorKind::Conflict, message));
    }
    let before = held.row.assigned_to_id.replace(agent.clone());
    if before.as_ref() == Some(agent) {
        return Ok(held.row.into());
    }
    let word = before.as_ref().map(UserId::as_str);
    held.happens(act, SupportEventKind::Assigned, word, Some(agent.as_str()), None);
    held.patch.assigned_to_id = Patch::Set(Some(agent.clone()));
    let details = json!({"from": before, "to": agent.as_str()});
    held.note(conn, act, Action::TicketAssigned, details).await?;
    held.tell_team(conn, act, [Event::TicketAssigned; 2], ("priorite", held.row.priority.as_str())).await?;
    held.write(conn, act).await
}

/// Takes a ticket from who takes care of it. `Conflict` where nobody does.
pub async fn unassign(
    conn: &mut Conn,
    act: &Act<'_>,
    id: &SupportRequestId,
    expected: Option<Timestamp>,
) -> Result<SupportTicket> {
    let mut held = Held::of(conn, act, id, expected).await?;
    let Some(before) = held.row.assigned_to_id.take() else {
        return Err(Error::new(ErrorKind::Conflict, "nobody takes care of the ticket"));
    };
    held.happens(act, SupportEventKind::Unassigned, Some(before.as_str()), None, None);
    held.patch.assigned_to_id = Patch::Set(None);
    held.note(conn, act, Action::TicketUnassigned, json!({"from": before.as_str()})).await?;
    held.write(conn, act).await
}

/// Moves a ticket on by the table of transitions; its client may close it or call it off. Tells the other side.
pub async fn change_status(
    conn: &mut Conn,
    act: &Act<'_>,
    id: &SupportRequestId,
    status: &SupportRequestStatus,
    expected: Option<Timestamp>,
) -> Result<SupportTicket> {
    let mut held = Held::of(conn, act, id, expected).await?;
    if held.by_client && !act.is_admin() && !status.is_closed() {
        return Err(denied());
    }
    let from = held.timeline.status.clone();
    must_lead(&from, status)?;
    held.goes_to(act, SupportEventKind::Status, status);
    told(conn, act, &held, &from, Event::TicketMoved, [Event::TicketEnded; 2]).await?;
    held.write(conn, act).await
}

/// Takes up again what was solved, closed or called off: EN_COURS with somebody who takes care of it, OUVERT with
/// nobody. `Conflict` for what is open. Tells the other side.
pub async fn reopen(
    conn: &mut Conn,
    act: &Act<'_>,
    id: &SupportRequestId,
    expected: Option<Timestamp>,
) -> Result<SupportTicket> {
    let mut held = Held::of(conn, act, id, expected).await?;
    let from = held.timeline.status.clone();
    if from.is_open() {
        return Err(conflict(&from, "cannot be reopened: it is open"));
    }
    let up = held.taken_up();
    held.goes_to(act, SupportEventKind::Reopened, &up);
    told(conn, act, &held, &from, Event::TicketMoved, [Event::TicketReopened, Event::TicketWaits]).await?;
    held.write(conn, act).await
}

/// Tells the audit log and the other side where a ticket went.
async fn told(
    conn: &mut Conn,
    act: &Act<'_>,
    held: &Held,
    from: &SupportRequestStatus,
    client: Event,
    team: [Event; 2],
) -> Result<()> {
    let status = held.timeline.status.as_str();
    let details = json!({"from": from.as_str(), "to": status});
    held.note(conn, act, Action::TicketStatusChanged, details).await?;
    if held.by_client {
        held.tell_team(conn, act, team, ("statut", status)).await
    } else {
        held.tell_client(conn, act, client, ("statut", status)).await
    }
}
