//! A ticket under an act: its row is held, what happens is collected, and row and events are written together.

use super::super::Act;
use super::super::journal::{self, Action};
use super::super::notices::{self, Event};
use crate::base::{Error, ErrorKind, Patch, Result, TextEnum, Timestamp};
use crate::db::Conn;
use crate::model::view::SupportTicket;
use crate::model::{
    SupportEvent, SupportEventKind, SupportFact, SupportRequest, SupportRequestId, SupportRequestPatch,
    SupportRequestStatus, Timeline, UserId, caught_up,
};
use crate::repo::{support_events, support_requests};

/// A ticket whose row nobody else changes until the transaction ends.
pub(super) struct Held {
    pub(super) row: SupportRequest,
    pub(super) timeline: Timeline,
    /// Whether who acts is who asked for help, and does not take care of it.
    pub(super) by_client: bool,
    /// What else of the row changes.
    pub(super) patch: SupportRequestPatch,
    next: i64,
    events: Vec<SupportEvent>,
}

/// One event, made of what happened.
pub(super) fn event(
    ticket: &SupportRequestId,
    place: i64,
    fact: SupportFact,
    actor: Option<&UserId>,
    before: Option<&str>,
    body: Option<&str>,
) -> SupportEvent {
    SupportEvent {
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

impl Held {
    /// Holds the ticket and catches up with it; `NotFound` when it is gone, `Precondition` when it is not at `expected`
    /// any more.
    pub(super) async fn of(
        conn: &mut Conn,
        act: &Act<'_>,
        id: &SupportRequestId,
        expected: Option<Timestamp>,
    ) -> Result<Self> {
        let row = support_requests::locked(conn, id)
            .await?
            .ok_or_else(|| Error::new(ErrorKind::NotFound, format!("support_requests {id} is not there")))?;
        if expected.is_some_and(|expected| expected != row.updated_at) {
            let message = format!("support_requests {id} was changed meanwhile");
            return Err(Error::new(ErrorKind::Precondition, message));
        }
        let known = support_events::facts(conn, id).await?;
        let mut next = known.len() as i64 + 1;
        let mut timeline = Timeline::of(&known);
        let mut events = Vec::new();
        for fact in caught_up(&row, timeline.as_ref()) {
            let before = timeline.as_ref().and_then(|timeline| match fact.kind {
                SupportEventKind::Status => Some(timeline.status.as_str().to_owned()),
                SupportEventKind::Priority => Some(timeline.priority.as_str().to_owned()),
                _ => None,
            });
            match &mut timeline {
                Some(timeline) => timeline.happens(&fact),
                None => timeline = Timeline::of([&fact]),
            }
            events.push(event(id, next, fact, None, before.as_deref(), None));
            next += 1;
        }
        let timeline =
            timeline.ok_or_else(|| Error::internal(format!("support_requests {id} has no history of its own")))?;
        let by_client = act.user() == Some(&row.user_id) && row.assigned_to_id.as_ref() != act.user();
        Ok(Self { row, timeline, by_client, patch: SupportRequestPatch::default(), next, events })
    }

    /// One thing happens, never before what happened last.
    pub(super) fn happens(
        &mut self,
        act: &Act<'_>,
        kind: SupportEventKind,
        before: Option<&str>,
        after: Option<&str>,
        body: Option<&str>,
    ) {
        let at = act.now.max(self.timeline.last_at);
        let fact = SupportFact { kind, at, from_client: self.by_client, after: after.map(str::to_owned) };
        self.timeline.happens(&fact);
        self.events.push(event(&self.row.id, self.next, fact, act.user(), before, body));
        self.next += 1;
    }

    /// It goes to a status; `kind` says whether by the table or by being reopened.
    pub(super) fn goes_to(&mut self, act: &Act<'_>, kind: SupportEventKind, status: &SupportRequestStatus) {
        let before = self.timeline.status.clone();
        self.happens(act, kind, Some(before.as_str()), Some(status.as_str()), None);
    }

    /// Where it is taken up again: EN_COURS with somebody who takes care of it, OUVERT with nobody.
    pub(super) fn taken_up(&self) -> SupportRequestStatus {
        match self.row.assigned_to_id {
            Some(_) => SupportRequestStatus::EnCours,
            None => SupportRequestStatus::Ouvert,
        }
    }

    /// Writes what happened and the row as it is then.
    pub(super) async fn write(self, conn: &mut Conn, act: &Act<'_>) -> Result<SupportTicket> {
        support_events::add(conn, &self.events).await?;
        let Self { row, timeline, mut patch, .. } = self;
        fn set<T: PartialEq + Clone>(now: &T, was: &T) -> Patch<T> {
            if now == was { Patch::Absent } else { Patch::Set(now.clone()) }
        }
        patch.status = set(&timeline.status, &row.status);
        patch.priority = set(&timeline.priority, &row.priority);
        patch.first_response_at = set(&timeline.first_response_at, &row.first_response_at);
        patch.resolved_at = set(&timeline.resolved_at, &row.resolved_at);
        patch.closed_at = set(&timeline.closed_at, &row.closed_at);
        support_requests::update(conn, &row.id, &patch, None, act.now).await?;
        let written = support_requests::lookup(conn, &row.id).await?;
        let written =
            written.ok_or_else(|| Error::internal(format!("support_requests {} is gone while it is held", row.id)))?;
        Ok(written.into())
    }

    /// An entry of the audit log, unless who asked for help does it.
    pub(super) async fn note(
        &self,
        conn: &mut Conn,
        act: &Act<'_>,
        action: Action,
        details: serde_json::Value,
    ) -> Result<()> {
        if act.user() == Some(&self.row.user_id) {
            return Ok(());
        }
        journal::write(conn, act, action, Some(self.row.id.as_str()), details).await
    }

    /// Tells who asked for help, unless it is who acts.
    pub(super) async fn tell_client(
        &self,
        conn: &mut Conn,
        act: &Act<'_>,
        event: Event,
        word: (&str, &str),
    ) -> Result<()> {
        if act.user() == Some(&self.row.user_id) {
            return Ok(());
        }
        let words = [("titre", &*self.row.title), ("id", self.row.id.as_str()), word];
        notices::announce(conn, act, event, Some(&self.row.user_id), &words).await
    }

    /// Tells who takes care of it, unless it is who acts; the administrators where nobody does.
    pub(super) async fn tell_team(
        &self,
        conn: &mut Conn,
        act: &Act<'_>,
        [agent, admins]: [Event; 2],
        word: (&str, &str),
    ) -> Result<()> {
        let words = [("titre", &*self.row.title), ("id", self.row.id.as_str()), word];
        match &self.row.assigned_to_id {
            Some(assigned) if act.user() == Some(assigned) => Ok(()),
            Some(assigned) => notices::announce(conn, act, agent, Some(assigned), &words).await,
            None => notices::announce(conn, act, admins, None, &words).await,
        }
    }
}

/// `Conflict`: where the ticket stands, and what was wanted.
pub(super) fn conflict(status: &SupportRequestStatus, wanted: &str) -> Error {
    Error::new(ErrorKind::Conflict, format!("the ticket is {status} and {wanted}"))
}

pub(super) fn denied() -> Error {
    Error::new(ErrorKind::Denied, "the actor may not do this")
}
