//! A ticket during a change: its row is locked, events are collected, and row and events are written together.

use super::super::OpContext;
use super::super::audit_trail::{self, Action};
use super::super::notify::{self, Event};
use crate::base::{Error, ErrorKind, Patch, Result, TextEnum, Timestamp};
use crate::db::Conn;
use crate::model::view::Ticket;
use crate::model::{
    Role, SupportRequest, SupportRequestId, SupportRequestPatch, SupportRequestStatus, TicketEvent, TicketEventKind,
    TicketFact, Timeline, UserId, caught_up,
};
use crate::repo::{support_requests, ticket_events, users};

/// A ticket whose row is locked until the transaction ends.
pub(super) struct LockedTicket {
    pub(super) row: SupportRequest,
    pub(super) timeline: Timeline,
    /// Whether the caller is the ticket's client and not its agent. An agent who lost the role is no agent.
    pub(super) by_client: bool,
    /// Changes to columns that are not derived from events.
    pub(super) patch: SupportRequestPatch,
    next_place: i64,
    events: Vec<TicketEvent>,
}

/// Returns the event row of a fact.
pub(super) fn event(
    ticket: &SupportRequestId,
    place: i64,
    fact: TicketFact,
    actor: Option<&UserId>,
    before: Option<&str>,
    body: Option<&str>,
) -> TicketEvent {
    TicketEvent {
        ticket_id: ticket.clone(),
        place,
        at: fact.at,
        actor_id: actor.cloned(),
        kind: fact.kind,
        from_client: fact.from_client,
        before: before.map(str::to_owned),
        after: fact.after,
        body: body.map(str::to_owned),
    }
}

/// Returns whether the caller is the agent of a locked ticket, by the account's latest role, which the operation holds
/// already.
async fn is_agent(conn: &mut Conn, ctx: &OpContext<'_>, row: &SupportRequest) -> Result<bool> {
    let Some(user) = ctx.user().filter(|user| row.assigned_to_id.as_ref() == Some(*user)) else { return Ok(false) };
    let account = users::lock_account(conn, user, false).await?;
    Ok(account.is_some_and(|account| matches!(account.role, Role::Admin | Role::Corrector)))
}

impl LockedTicket {
    /// Locks the ticket's row and adds the events that other programs left out.
    ///
    /// Fails with `NotFound` if the ticket does not exist, and with `Precondition` if its `updatedAt` is not
    /// `expected`.
    pub(super) async fn lock(
        conn: &mut Conn,
        ctx: &OpContext<'_>,
        id: &SupportRequestId,
        expected: Option<Timestamp>,
    ) -> Result<Self> {
        let row = support_requests::lock(conn, id)
            .await?
            .ok_or_else(|| Error::new(ErrorKind::NotFound, format!("ticket {id} not found")))?;
        if expected.is_some_and(|expected| expected != row.updated_at) {
            let message = format!("ticket {id} was changed in the meantime");
            return Err(Error::new(ErrorKind::Precondition, message));
        }
        let known = ticket_events::facts(conn, id).await?;
        let mut next_place = known.len() as i64 + 1;
        let mut timeline = Timeline::of(&known);
        let mut events = Vec::new();
        for fact in caught_up(&row, timeline.as_ref()) {
            let before = timeline.as_ref().and_then(|timeline| match fact.kind {
                TicketEventKind::Status => Some(timeline.status.as_str().to_owned()),
                TicketEventKind::Priority => Some(timeline.priority.as_str().to_owned()),
                _ => None,
            });
            match &mut timeline {
                Some(timeline) => timeline.record_event(&fact),
                None => timeline = Timeline::of([&fact]),
            }
            events.push(event(id, next_place, fact, None, before.as_deref(), None));
            next_place += 1;
        }
        let timeline = timeline.ok_or_else(|| Error::internal(format!("ticket {id} has no events")))?;
        let by_client = ctx.user() == Some(&row.user_id) && !is_agent(conn, ctx, &row).await?;
        Ok(Self { row, timeline, by_client, patch: SupportRequestPatch::default(), next_place, events })
    }

    /// Records an event at the current time, but never before the last one.
    pub(super) fn record_event(
        &mut self,
        ctx: &OpContext<'_>,
        kind: TicketEventKind,
        before: Option<&str>,
        after: Option<&str>,
        body: Option<&str>,
    ) {
        let at = ctx.now.max(self.timeline.last_at);
        let fact = TicketFact { kind, at, from_client: self.by_client, after: after.map(str::to_owned) };
        self.timeline.record_event(&fact);
        self.events.push(event(&self.row.id, self.next_place, fact, ctx.user(), before, body));
        self.next_place += 1;
    }

    /// Records a change of status; `kind` is `Status` or `Reopened`.
    pub(super) fn transition_to(&mut self, ctx: &OpContext<'_>, kind: TicketEventKind, status: &SupportRequestStatus) {
        let before = self.timeline.status.clone();
        self.record_event(ctx, kind, Some(before.as_str()), Some(status.as_str()), None);
    }

    /// Returns the status of the ticket once it is resumed: EN_COURS with an agent, OUVERT without.
    pub(super) fn resumed_status(&self) -> SupportRequestStatus {
        match self.row.assigned_to_id {
            Some(_) => SupportRequestStatus::EnCours,
            None => SupportRequestStatus::Ouvert,
        }
    }

    /// Writes the recorded events and the row's new values, and returns the ticket.
    pub(super) async fn write(self, conn: &mut Conn, ctx: &OpContext<'_>) -> Result<Ticket> {
        ticket_events::add(conn, &self.events).await?;
        let Self { row, timeline, mut patch, .. } = self;
        fn set<T: PartialEq + Clone>(new: &T, old: &T) -> Patch<T> {
            if new == old { Patch::Absent } else { Patch::Set(new.clone()) }
        }
        patch.status = set(&timeline.status, &row.status);
        patch.priority = set(&timeline.priority, &row.priority);
        patch.first_response_at = set(&timeline.first_response_at, &row.first_response_at);
        patch.resolved_at = set(&timeline.resolved_at, &row.resolved_at);
        patch.closed_at = set(&timeline.closed_at, &row.closed_at);
        support_requests::update(conn, &row.id, &patch, None, ctx.now).await?;
        let written = support_requests::lookup(conn, &row.id).await?;
        let written =
            written.ok_or_else(|| Error::internal(format!("ticket {} disappeared while it was locked", row.id)))?;
        Ok(written.into())
    }

    /// Writes an entry to the audit log, unless the caller is the ticket's client.
    pub(super) async fn write_audit(
        &self,
        conn: &mut Conn,
        ctx: &OpContext<'_>,
        action: Action,
        details: serde_json::Value,
    ) -> Result<()> {
        if ctx.user() == Some(&self.row.user_id) {
            return Ok(());
        }
        audit_trail::write(conn, ctx, action, Some(self.row.id.as_str()), details).await
    }

    /// Notifies the client, unless the client is the caller. `label` is the French text for the value of `param`.
    pub(super) async fn notify_client(
        &self,
        conn: &mut Conn,
        ctx: &OpContext<'_>,
        event: Event,
        param: (&str, &str),
        label: &str,
    ) -> Result<()> {
        if ctx.user() == Some(&self.row.user_id) {
            return Ok(());
        }
        let params = [("titre", &*self.row.title), ("id", self.row.id.as_str()), param];
        notify::announce_with_labels(conn, ctx, event, Some(&self.row.user_id), &params, &[(param.0, label)]).await
    }

    /// Notifies the agent, unless the agent is the caller; without an agent, the administrators. The array has the
    /// event if the ticket has an agent, then the one if it has none. `label` is the French text for the value of
    /// `param`.
    pub(super) async fn notify_team(
        &self,
        conn: &mut Conn,
        ctx: &OpContext<'_>,
        [agent, admins]: [Event; 2],
        param: (&str, &str),
        label: &str,
    ) -> Result<()> {
        let params = [("titre", &*self.row.title), ("id", self.row.id.as_str()), param];
        let labels = [(param.0, label)];
        match &self.row.assigned_to_id {
            Some(assigned) if ctx.user() != Some(assigned) => {
                notify::announce_with_labels(conn, ctx, agent, Some(assigned), &params, &labels).await
            }
            Some(_) if !self.by_client => Ok(()),
            // The client is the assignee and lost the agent's role.
            _ => notify::announce_with_labels(conn, ctx, admins, None, &params, &labels).await,
        }
    }
}

/// Returns a `Conflict` that names the ticket's status and the reason.
pub(super) fn conflict(status: &SupportRequestStatus, reason: &str) -> Error {
    Error::new(ErrorKind::Conflict, format!("the ticket is {status} and {reason}"))
}
