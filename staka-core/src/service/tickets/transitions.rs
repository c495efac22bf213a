//! Assignment and status changes of a ticket.

use serde_json::json;

use super::super::OpContext;
use super::super::audit_trail::Action;
use super::super::notify::Event;
use super::locked::{LockedTicket, conflict};
use crate::base::{Error, ErrorKind, Patch, Result, TextEnum, Timestamp};
use crate::db::Conn;
use crate::model::view::Ticket;
use crate::model::{Role, SupportRequestId, SupportRequestStatus, TicketEventKind, UserId};
use crate::repo::users;

/// Fails with `Conflict` unless [`SupportRequestStatus::next`] allows the transition.
pub(super) fn check_transition(from: &SupportRequestStatus, to: &SupportRequestStatus) -> Result<()> {
    if from.next().contains(to) {
        return Ok(());
    }
    let next: Vec<&str> = from.next().iter().map(TextEnum::as_str).collect();
    let reason = match next.is_empty() {
        true => format!("cannot change to {to}: it can only be reopened"),
        false => format!("cannot change to {to}, only to {}", next.join(", ")),
    };
    Err(conflict(from, &reason))
}

/// Assigns a ticket to an active member of the team; does nothing if it is assigned to that user already.
pub async fn assign(
    conn: &mut Conn,
    ctx: &OpContext<'_>,
    id: &SupportRequestId,
    agent: &UserId,
    expected: Option<Timestamp>,
) -> Result<Ticket> {
    let mut locked = LockedTicket::lock(conn, ctx, id, expected).await?;
    let status = locked.timeline.status.clone();
    if status.is_closed() {
        return Err(conflict(&status, "cannot be assigned"));
    }
    // The account is held, so that a concurrent change of its role or its removal waits and then finds the ticket
    // assigned. It is shared with the agent's own operations.
    let account = users::lock_account(conn, agent, false).await?;
    let is_assignable =
        account.is_some_and(|account| account.is_active && matches!(account.role, Role::Admin | Role::Corrector));
    if !is_assignable {
        let message = format!("user {agent} is not an active ADMIN or CORRECTOR");
        return Err(Error::new(ErrorKind::Conflict, message));
    }
    let before = locked.row.assigned_to_id.replace(agent.clone());
    if before.as_ref() == Some(agent) {
        return Ok(locked.row.into());
    }
    let from = before.as_ref().map(UserId::as_str);
    locked.record_event(ctx, TicketEventKind::Assigned, from, Some(agent.as_str()), None);
    locked.patch.assigned_to_id = Patch::Set(Some(agent.clone()));
    let details = json!({"from": before, "to": agent.as_str()});
    locked.write_audit(conn, ctx, Action::TicketAssigned, details).await?;
    // Who takes a ticket needs no notification, be it their own.
    if ctx.user() != Some(agent) {
        let priority = &locked.row.priority;
        let param = ("priorite", priority.as_str());
        locked.notify_team(conn, ctx, [Event::TicketAssigned; 2], param, &priority.phrase()).await?;
    }
    locked.write(conn, ctx).await
}

/// Removes the agent from a ticket. Fails with `Conflict` if it is not assigned to anyone.
pub async fn unassign(
    conn: &mut Conn,
    ctx: &OpContext<'_>,
    id: &SupportRequestId,
    expected: Option<Timestamp>,
) -> Result<Ticket> {
    let mut locked = LockedTicket::lock(conn, ctx, id, expected).await?;
    let Some(before) = locked.row.assigned_to_id.take() else {
        return Err(Error::new(ErrorKind::Conflict, "the ticket is not assigned to anyone"));
    };
    locked.record_event(ctx, TicketEventKind::Unassigned, Some(before.as_str()), None, None);
    locked.patch.assigned_to_id = Patch::Set(None);
    locked.write_audit(conn, ctx, Action::TicketUnassigned, json!({"from": before.as_str()})).await?;
    locked.write(conn, ctx).await
}

/// Changes the status of a ticket as far as [`SupportRequestStatus::next`] allows, and notifies the other party (team
/// or client). A client may only close or cancel the ticket.
pub async fn set_status(
    conn: &mut Conn,
    ctx: &OpContext<'_>,
    id: &SupportRequestId,
    status: &SupportRequestStatus,
    expected: Option<Timestamp>,
) -> Result<Ticket> {
    let mut locked = LockedTicket::lock(conn, ctx, id, expected).await?;
    if locked.by_client && !ctx.is_admin() && !status.is_closed() {
        return Err(ctx.denied("the ticket's agent or an administrator for that status"));
    }
    let from = locked.timeline.status.clone();
    check_transition(&from, status)?;
    locked.transition_to(ctx, TicketEventKind::Status, status);
    notify_transition(conn, ctx, &locked, &from, Event::TicketStatusChanged, [Event::TicketClosedByClient; 2]).await?;
    locked.write(conn, ctx).await
}

/// Reopens a ticket that was resolved, closed or cancelled, and notifies the other party. The status changes to
/// EN_COURS, or to OUVERT without an agent. Fails with `Conflict` if the ticket is open.
pub async fn reopen(
    conn: &mut Conn,
    ctx: &OpContext<'_>,
    id: &SupportRequestId,
    expected: Option<Timestamp>,
) -> Result<Ticket> {
    let mut locked = LockedTicket::lock(conn, ctx, id, expected).await?;
    let from = locked.timeline.status.clone();
    if from.is_open() {
        return Err(conflict(&from, "cannot be reopened"));
    }
    let resumed = locked.resumed_status();
    locked.transition_to(ctx, TicketEventKind::Reopened, &resumed);
    notify_transition(
        conn,
        ctx,
        &locked,
        &from,
        Event::TicketStatusChanged,
        [Event::TicketReopened, Event::TicketReopenedUnassigned],
    )
    .await?;
    locked.write(conn, ctx).await
}

/// Writes a change of status to the audit log and notifies the other party. `client` is the event for the client;
/// `team` is the event for the team if the ticket has an agent, then the one if it has none.
async fn notify_transition(
    conn: &mut Conn,
    ctx: &OpContext<'_>,
    locked: &LockedTicket,
    from: &SupportRequestStatus,
    client: Event,
    team: [Event; 2],
) -> Result<()> {
    let status = &locked.timeline.status;
    let (param, label) = (("statut", status.as_str()), status.phrase());
    let details = json!({"from": from.as_str(), "to": status.as_str()});
    locked.write_audit(conn, ctx, Action::TicketStatusChanged, details).await?;
    if locked.by_client {
        locked.notify_team(conn, ctx, team, param, &label).await
    } else {
        locked.notify_client(conn, ctx, client, param, &label).await
    }
}
