//! A ticket's SLA times, as a pure function of its events, the calendar and the SLA targets.
//!
//! - **First response**: the first reply by the team. A change of status, a note or an assignment is no response.
//!   Reopening does not reset it.
//! - **Resolved**: when the ticket changed to RESOLU. **Closed**: when it changed to FERME or ANNULE. Reopening resets
//!   both.
//! - The first-response clock starts at the creation. The resolution clock runs while the ticket is OUVERT or EN_COURS;
//!   it is paused while the ticket waits for its client (EN_ATTENTE), and from its resolution until it is reopened.
//! - The target is that of the priority the ticket had when it was answered or resolved; before that, of its current
//!   one.

use staka_macros::{Output, Record, table};

use crate::base::{TextEnum, Timestamp, Unrecognised, Zone, after_business_millis, business_millis};
use crate::model::support_request::{SupportPriority, SupportRequest, SupportRequestStatus};
use crate::model::ticket_event::{TicketEventKind, TicketFact};

const MINUTE: i64 = 60_000;

/// The SLA targets of one priority, in business minutes; a business day has 540.
#[derive(Clone, Debug, PartialEq, Eq, Output)]
#[non_exhaustive]
pub struct TicketSlaTargets {
    /// The priority of the tickets.
    pub priority: SupportPriority,
    /// Target for the first response, in business minutes after creation.
    #[output(bounds = Bounds::between(1, 270_000))]
    pub first_response: i64,
    /// Target for the resolution, in business minutes of work.
    #[output(bounds = Bounds::between(1, 270_000))]
    pub resolution: i64,
}

/// The SLA targets of one priority, as Staka's own table stores them.
#[table("staka_ticket_sla_targets", owned)]
#[derive(Clone, Debug, PartialEq, Eq, Record)]
pub struct TicketSlaTargetsRow {
    /// The priority of the tickets.
    #[column(purpose = Support, keep = Content, erase = Keep, see = Internal, private, chars = 32)]
    pub priority: SupportPriority,
    /// Target for the first response, in business minutes after creation.
    #[column(purpose = Support, keep = Content, erase = Keep, see = Internal, private)]
    pub first_response: i64,
    /// Target for the resolution, in business minutes of work.
    #[column(purpose = Support, keep = Content, erase = Keep, see = Internal, private)]
    pub resolution: i64,
    /// Time of the last change, UTC.
    #[column(purpose = Record, keep = Content, erase = Keep, see = Internal, private)]
    pub updated_at: Timestamp,
}

/// The SLA targets of all priorities of the schema, from low to high.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TicketSlaPolicy(Vec<TicketSlaTargets>);

impl Default for TicketSlaPolicy {
    /// Returns the built-in targets. In business time: 2 and 10 days, 1 and 5 days, 4 hours and 3 days, 2 hours and 1
    /// day, 1 hour and half a day.
    fn default() -> Self {
        use SupportPriority::{Critique, Faible, Haute, Normale, Urgente};
        let rows = [
            (Faible, 1_080, 5_400),
            (Normale, 540, 2_700),
            (Haute, 240, 1_620),
            (Urgente, 120, 540),
            (Critique, 60, 270),
        ];
        let targets =
            |(priority, first_response, resolution)| TicketSlaTargets { priority, first_response, resolution };
        Self(rows.into_iter().map(targets).collect())
    }
}

impl TicketSlaPolicy {
    /// Returns the policy with the targets of one priority replaced.
    #[must_use]
    pub fn with(mut self, targets: TicketSlaTargets) -> Self {
        if let Some(entry) = self.0.iter_mut().find(|entry| entry.priority == targets.priority) {
            *entry = targets;
        }
        self
    }

    /// Returns the targets of all priorities, from low to high.
    pub fn targets(&self) -> &[TicketSlaTargets] {
        &self.0
    }

    /// Returns the targets of a priority; for a value that the schema does not know, those of NORMALE.
    pub fn of(&self, priority: &SupportPriority) -> &TicketSlaTargets {
        let find = |priority: &SupportPriority| self.0.iter().find(|targets| targets.priority == *priority);
        find(priority).or_else(|| find(&SupportPriority::Normale)).unwrap_or(&self.0[0])
    }
}

/// The state of a ticket that results from its events.
#[derive(Clone, Debug, PartialEq)]
pub struct Timeline {
    /// Status of the ticket.
    pub status: SupportRequestStatus,
    /// Priority of the ticket.
    pub priority: SupportPriority,
    /// Time of its creation, UTC.
    pub opened_at: Timestamp,
    /// Time of the first reply by the team, UTC; none if there is none yet.
    pub first_response_at: Option<Timestamp>,
    /// Time of its resolution, UTC; none if it is unresolved or was reopened.
    pub resolved_at: Option<Timestamp>,
    /// Time at which it was closed or cancelled, UTC; none if it was not, or was reopened.
    pub closed_at: Option<Timestamp>,
    /// How often it was reopened.
    pub reopened: i64,
    /// Time of the last event, UTC.
    pub last_at: Timestamp,
    answered_as: Option<SupportPriority>,
    resolved_as: Option<SupportPriority>,
    worked: Vec<(Timestamp, Option<Timestamp>)>,
}

impl Timeline {
    /// Returns the timeline of events in their order; none without events.
    pub fn of<'f>(facts: impl IntoIterator<Item = &'f TicketFact>) -> Option<Self> {
        let mut facts = facts.into_iter();
        let first = facts.next()?;
        let mut timeline = Self {
            status: SupportRequestStatus::Ouvert,
            priority: SupportPriority::Normale,
            opened_at: first.at,
            first_response_at: None,
            resolved_at: None,
            closed_at: None,
            reopened: 0,
            last_at: first.at,
            answered_as: None,
            resolved_as: None,
            worked: vec![(first.at, None)],
        };
        timeline.record_event(first);
        for fact in facts {
            timeline.record_event(fact);
        }
        Some(timeline)
    }

    /// Applies one more event.
    pub fn record_event(&mut self, fact: &TicketFact) {
        self.last_at = self.last_at.max(fact.at);
        match fact.kind {
            TicketEventKind::Opened | TicketEventKind::Priority => {
                if let Some(value) = &fact.after {
                    self.priority = SupportPriority::from_variant(value)
                        .unwrap_or_else(|| SupportPriority::Unrecognised(Unrecognised::from_column(value)));
                }
            }
            TicketEventKind::Replied if !fact.from_client && self.first_response_at.is_none() => {
                self.first_response_at = Some(fact.at);
                self.answered_as = Some(self.priority.clone());
            }
            TicketEventKind::Status | TicketEventKind::Reopened => {
                if let Some(value) = &fact.after {
                    let status = SupportRequestStatus::from_variant(value)
                        .unwrap_or_else(|| SupportRequestStatus::Unrecognised(Unrecognised::from_column(value)));
                    self.transition_to(status, fact.at);
                }
                self.reopened += i64::from(fact.kind == TicketEventKind::Reopened);
            }
            _ => {}
        }
    }

    fn transition_to(&mut self, status: SupportRequestStatus, at: Timestamp) {
        if status.is_open() {
            self.resolved_at = None;
            self.resolved_as = None;
        }
        if !status.is_closed() {
            self.closed_at = None;
        }
        if status == SupportRequestStatus::Resolu && self.status != status {
            self.resolved_at = Some(at);
            self.resolved_as = Some(self.priority.clone());
        }
        if status.is_closed() && self.status != status {
            self.closed_at = Some(at);
        }
        match (self.status.runs(), status.runs()) {
            (true, false) => {
                if let Some((_, end @ None)) = self.worked.last_mut() {
                    *end = Some(at);
                }
            }
            (false, true) => self.worked.push((at, None)),
            _ => {}
        }
        self.status = status;
    }

    /// Returns the SLA state of the ticket at `now`.
    pub fn clock(&self, policy: &TicketSlaPolicy, zone: Zone, now: Timestamp) -> TicketSla {
        let first_response_target = policy.of(self.answered_as.as_ref().unwrap_or(&self.priority)).first_response;
        let resolution_target = policy.of(self.resolved_as.as_ref().unwrap_or(&self.priority)).resolution;
        let first_response_due = after_business_millis(zone, self.opened_at, first_response_target * MINUTE);
        // A ticket that was resolved or cancelled without a reply was in time if that came before the deadline.
        let answered = self.first_response_at.or(self.resolved_at).or(self.closed_at).unwrap_or(now);
        let mut worked = 0;
        let mut resolution_due = None;
        for (from, to) in &self.worked {
            let here = business_millis(zone, *from, to.unwrap_or(now));
            if resolution_due.is_none() && (to.is_none() || worked + here >= resolution_target * MINUTE) {
                resolution_due = Some(after_business_millis(zone, *from, resolution_target * MINUTE - worked));
            }
            worked += here;
        }
        TicketSla {
            priority: self.priority.clone(),
            status: self.status.clone(),
            opened_at: self.opened_at,
            first_response_at: self.first_response_at,
            resolved_at: self.resolved_at,
            closed_at: self.closed_at,
            reopened: self.reopened,
            runs: self.status.runs(),
            first_response_minutes: self
                .first_response_at
                .map(|answered| business_millis(zone, self.opened_at, answered) / MINUTE),
            first_response_target,
            first_response_due,
            first_response_breached: answered > first_response_due,
            resolution_minutes: self.resolved_at.map(|_| worked / MINUTE),
            worked_minutes: worked / MINUTE,
            resolution_target,
            resolution_due,
            resolution_breached: worked > resolution_target * MINUTE,
        }
    }
}

/// The SLA state of a ticket. Minutes are whole business minutes: Monday to Friday, 09:00 to 18:00 in the configured
/// time zone, without French public holidays.
#[derive(Clone, Debug, PartialEq, Output)]
#[non_exhaustive]
pub struct TicketSla {
    /// Priority of the ticket.
    pub priority: SupportPriority,
    /// Status of the ticket.
    pub status: SupportRequestStatus,
    /// Time of the ticket's creation, UTC.
    pub opened_at: Timestamp,
    /// Time of the first reply by the team, UTC; null if there is none yet.
    pub first_response_at: Option<Timestamp>,
    /// Time of the resolution, UTC; null while the ticket is unresolved.
    pub resolved_at: Option<Timestamp>,
    /// Time at which the ticket was closed or cancelled, UTC; null while it is neither.
    pub closed_at: Option<Timestamp>,
    /// How often the ticket was reopened.
    #[output(bounds = Bounds::at_least(0))]
    pub reopened: i64,
    /// Whether the resolution clock is running now.
    pub runs: bool,
    /// Business minutes from the creation to the first response; null if there is none yet.
    #[output(bounds = Bounds::at_least(0))]
    pub first_response_minutes: Option<i64>,
    /// Target for the first response, in business minutes.
    #[output(bounds = Bounds::between(1, 270_000))]
    pub first_response_target: i64,
    /// Time at which the first response is due, UTC.
    pub first_response_due: Timestamp,
    /// Whether the first response came after its due time, or is overdue now.
    pub first_response_breached: bool,
    /// Business minutes of work until the resolution; null while the ticket is unresolved.
    #[output(bounds = Bounds::at_least(0))]
    pub resolution_minutes: Option<i64>,
    /// Business minutes of work so far.
    #[output(bounds = Bounds::at_least(0))]
    pub worked_minutes: i64,
    /// Target for the resolution, in business minutes of work.
    #[output(bounds = Bounds::between(1, 270_000))]
    pub resolution_target: i64,
    /// Time at which the resolution is due if the clock keeps running, UTC; null if the clock is paused before that.
    pub resolution_due: Option<Timestamp>,
    /// Whether the minutes of work exceed the target.
    pub resolution_breached: bool,
}

impl TicketSla {
    /// Returns the next due time: that of the first response until there is one, then that of the resolution.
    pub fn next_due(&self) -> Option<Timestamp> {
        match self.first_response_at {
            None => Some(self.first_response_due),
            Some(_) => self.resolution_due,
        }
    }
}

/// Returns the events that a ticket's row implies beyond the `known` ones: all events for a ticket without any,
/// otherwise those of changes that another program has made since.
pub fn caught_up(row: &SupportRequest, known: Option<&Timeline>) -> Vec<TicketFact> {
    let fact =
        |kind, at, after: Option<&str>| TicketFact { kind, at, from_client: false, after: after.map(str::to_owned) };
    let mut facts = Vec::new();
    let mut known = known.cloned();
    // A derived event is never earlier than the last known one.
    let since = known.as_ref().map(|known| known.last_at);
    let clamped = |at: Timestamp| since.map_or(at, |since| at.max(since));
    let mut record_event = |known: &mut Option<Timeline>, fact: TicketFact| {
        match known {
            Some(known) => known.record_event(&fact),
            None => *known = Timeline::of([&fact]),
        }
        facts.push(fact);
    };
    if known.is_none() {
        record_event(&mut known, fact(TicketEventKind::Opened, row.created_at, Some(row.priority.as_str())));
    }
    if let (Some(at), Some(None)) = (row.first_response_at, known.as_ref().map(|known| known.first_response_at)) {
        record_event(&mut known, fact(TicketEventKind::Replied, clamped(at), None));
    }
    let state = |known: &Option<Timeline>| known.as_ref().map(|known| (known.priority.clone(), known.status.clone()));
    if state(&known).is_some_and(|(priority, _)| priority != row.priority) {
        record_event(&mut known, fact(TicketEventKind::Priority, clamped(row.updated_at), Some(row.priority.as_str())));
    }
    let status_differs = |known: &Option<Timeline>| state(known).is_some_and(|(_, status)| status != row.status);
    if status_differs(&known)
        && row.resolved_at.is_some()
        && known.as_ref().is_some_and(|known| known.resolved_at.is_none())
    {
        let at = row.resolved_at.unwrap_or(row.updated_at);
        record_event(
            &mut known,
            fact(TicketEventKind::Status, clamped(at), Some(SupportRequestStatus::Resolu.as_str())),
        );
    }
    if status_differs(&known) {
        let at = if row.status.is_closed() { row.closed_at } else { None };
        let at = clamped(at.unwrap_or(row.updated_at));
        record_event(&mut known, fact(TicketEventKind::Status, at, Some(row.status.as_str())));
    }
    facts
}

/// Percentiles of durations in minutes, by nearest rank. The percentiles are null if there are no values.
#[derive(Clone, Debug, Default, PartialEq, Eq, Output)]
#[non_exhaustive]
pub struct Percentiles {
    /// Number of values.
    #[output(bounds = Bounds::at_least(0))]
    pub count: i64,
    /// 50th percentile, in minutes: half of the values are not greater.
    #[output(bounds = Bounds::at_least(0))]
    pub p50: Option<i64>,
    /// 90th percentile, in minutes.
    #[output(bounds = Bounds::at_least(0))]
    pub p90: Option<i64>,
    /// 95th percentile, in minutes.
    #[output(bounds = Bounds::at_least(0))]
    pub p95: Option<i64>,
    /// 99th percentile, in minutes.
    #[output(bounds = Bounds::at_least(0))]
    pub p99: Option<i64>,
}

impl Percentiles {
    /// Computes the percentiles of these values.
    pub fn of(mut minutes: Vec<i64>) -> Self {
        minutes.sort_unstable();
        let rank = |percent: usize| minutes.get((minutes.len() * percent).div_ceil(100).saturating_sub(1)).copied();
        Self { count: minutes.len() as i64, p50: rank(50), p90: rank(90), p95: rank(95), p99: rank(99) }
    }
}

#[cfg(test)]
mod tests;
