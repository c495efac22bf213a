//! A ticket's times as a pure function of what happened to it, of the calendar, and of what is promised.
//!
//! - **First response**: the first reply by somebody of the team. A status, a note or an assignment tells the client nothing
//!   and is none. It is given once: reopening does not take it back.
//! - **Solved**: when the ticket became RESOLU; taken back when it is reopened. **Closed**: FERME or ANNULE, likewise.
//! - The clock of the first response runs from the opening. The clock of the solution runs while the ticket is OUVERT or
//!   EN_COURS: while the client is waited for (EN_ATTENTE), and between a solution and its reopening, it stands still.
//! - What is promised is that of the priority which the ticket had when the promise was kept, else of its present one.

use staka_macros::Output;

use crate::base::{TextEnum, Timestamp, Unrecognised, Zone, after_business_millis, business_millis};
use crate::model::support_event::{SupportEventKind, SupportFact};
use crate::model::support_request::{SupportPriority, SupportRequest, SupportRequestStatus};

const MINUTE: i64 = 60_000;

/// What is promised for tickets of one priority, in business minutes; a business day has 540.
#[derive(Clone, Debug, PartialEq, Eq, Output)]
pub struct SupportTargets {
    /// The priority.
    pub priority: SupportPriority,
    /// Until the first response.
    pub first_response: i64,
    /// Until the solution.
    pub resolution: i64,
}

/// What is promised: for each of the guide's priorities one line, from low to high.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SupportPolicy(Vec<SupportTargets>);

impl Default for SupportPolicy {
    /// Two days and ten; one and five; four hours and three days; two hours and a day; an hour and half a day.
    fn default() -> Self {
        use SupportPriority::{Critique, Faible, Haute, Normale, Urgente};
        let lines = [
            (Faible, 1_080, 5_400),
            (Normale, 540, 2_700),
            (Haute, 240, 1_620),
            (Urgente, 120, 540),
            (Critique, 60, 270),
        ];
        let targets = |(priority, first_response, resolution)| SupportTargets { priority, first_response, resolution };
        Self(lines.into_iter().map(targets).collect())
    }
}

impl SupportPolicy {
    /// The same with this line in the place of that priority's.
    #[must_use]
    pub fn with(mut self, targets: SupportTargets) -> Self {
        if let Some(line) = self.0.iter_mut().find(|line| line.priority == targets.priority) {
            *line = targets;
        }
        self
    }

    /// Each priority's line, from low to high.
    pub fn lines(&self) -> &[SupportTargets] {
        &self.0
    }

    /// What is promised for that priority; for a word that the guide does not know, what is for NORMALE.
    pub fn of(&self, priority: &SupportPriority) -> &SupportTargets {
        let of = |wanted: &SupportPriority| self.0.iter().find(|line| line.priority == *wanted);
        of(priority).or_else(|| of(&SupportPriority::Normale)).unwrap_or(&self.0[0])
    }
}

/// What a ticket's events come to.
#[derive(Clone, Debug, PartialEq)]
pub struct Timeline {
    /// Where it stands.
    pub status: SupportRequestStatus,
    /// How urgent it is.
    pub priority: SupportPriority,
    /// When it was opened, UTC.
    pub opened_at: Timestamp,
    /// The first reply by the team, UTC.
    pub first_response_at: Option<Timestamp>,
    /// When it was solved, UTC; none once it was taken up again.
    pub resolved_at: Option<Timestamp>,
    /// When it was closed or called off, UTC; likewise.
    pub closed_at: Option<Timestamp>,
    /// How often it was taken up again.
    pub reopened: i64,
    /// When the last thing happened, UTC.
    pub last_at: Timestamp,
    answered_as: Option<SupportPriority>,
    resolved_as: Option<SupportPriority>,
    worked: Vec<(Timestamp, Option<Timestamp>)>,
}

impl Timeline {
    /// What the events come to, in their order; none without any.
    pub fn of<'f>(facts: impl IntoIterator<Item = &'f SupportFact>) -> Option<Self> {
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
        timeline.happens(first);
        for fact in facts {
            timeline.happens(fact);
        }
        Some(timeline)
    }

    /// One thing more.
    pub fn happens(&mut self, fact: &SupportFact) {
        self.last_at = self.last_at.max(fact.at);
        match fact.kind {
            SupportEventKind::Opened | SupportEventKind::Priority => {
                if let Some(word) = &fact.after {
                    self.priority = SupportPriority::from_word(word)
                        .unwrap_or_else(|| SupportPriority::Unrecognised(Unrecognised::from_column(word)));
                }
            }
            SupportEventKind::Replied if !fact.from_client && self.first_response_at.is_none() => {
                self.first_response_at = Some(fact.at);
                self.answered_as = Some(self.priority.clone());
            }
            SupportEventKind::Status | SupportEventKind::Reopened => {
                if let Some(word) = &fact.after {
                    let status = SupportRequestStatus::from_word(word)
                        .unwrap_or_else(|| SupportRequestStatus::Unrecognised(Unrecognised::from_column(word)));
                    self.goes_to(status, fact.at);
                }
                self.reopened += i64::from(fact.kind == SupportEventKind::Reopened);
            }
            _ => {}
        }
    }

    fn goes_to(&mut self, status: SupportRequestStatus, at: Timestamp) {
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

    /// How the ticket stands to what is promised, at `now`.
    pub fn clock(&self, policy: &SupportPolicy, zone: Zone, now: Timestamp) -> SupportClock {
        let answer = policy.of(self.answered_as.as_ref().unwrap_or(&self.priority)).first_response;
        let solution = policy.of(self.resolved_as.as_ref().unwrap_or(&self.priority)).resolution;
        let first_response_due = after_business_millis(zone, self.opened_at, answer * MINUTE);
        // What was solved or called off without a word was in time if that came before the deadline.
        let answered = self.first_response_at.or(self.resolved_at).or(self.closed_at).unwrap_or(now);
        let mut worked = 0;
        let mut resolution_due = None;
        for (from, to) in &self.worked {
            let here = business_millis(zone, *from, to.unwrap_or(now));
            if resolution_due.is_none() && (to.is_none() || worked + here >= solution * MINUTE) {
                resolution_due = Some(after_business_millis(zone, *from, solution * MINUTE - worked));
            }
            worked += here;
        }
        SupportClock {
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
            first_response_target: answer,
            first_response_due,
            first_response_breached: answered > first_response_due,
            resolution_minutes: self.resolved_at.map(|_| worked / MINUTE),
            worked_minutes: worked / MINUTE,
            resolution_target: solution,
            resolution_due,
            resolution_breached: worked > solution * MINUTE,
        }
    }
}

/// How a ticket stands to what is promised. Minutes are whole minutes of business time: Monday to Friday, 09:00 to 18:00
/// in the handle's zone, without public holidays.
#[derive(Clone, Debug, PartialEq, Output)]
pub struct SupportClock {
    /// How urgent it is.
    pub priority: SupportPriority,
    /// Where it stands.
    pub status: SupportRequestStatus,
    /// When it was opened, UTC.
    pub opened_at: Timestamp,
    /// The first reply by the team, UTC.
    pub first_response_at: Option<Timestamp>,
    /// When it was solved, UTC; null while it is not.
    pub resolved_at: Option<Timestamp>,
    /// When it was closed or called off, UTC; null while it is not.
    pub closed_at: Option<Timestamp>,
    /// How often it was taken up again.
    pub reopened: i64,
    /// Whether the clock of the solution runs now.
    pub runs: bool,
    /// Minutes from the opening to the first response; null before it.
    pub first_response_minutes: Option<i64>,
    /// Minutes within which the first response is promised.
    pub first_response_target: i64,
    /// Until when, UTC.
    pub first_response_due: Timestamp,
    /// Whether it came too late, or is late now.
    pub first_response_breached: bool,
    /// Minutes of work to the solution; null while there is none.
    pub resolution_minutes: Option<i64>,
    /// Minutes of work so far.
    pub worked_minutes: i64,
    /// Minutes of work within which the solution is promised.
    pub resolution_target: i64,
    /// When so many minutes are over, if the clock runs on, UTC; null while it stands still before that.
    pub resolution_due: Option<Timestamp>,
    /// Whether more minutes were or are worked than promised.
    pub resolution_breached: bool,
}

impl SupportClock {
    /// What comes next: the first response's deadline while there is none, else the solution's.
    pub fn next_due(&self) -> Option<Timestamp> {
        match self.first_response_at {
            None => Some(self.first_response_due),
            Some(_) => self.resolution_due,
        }
    }
}

/// What happened to a ticket by what its row says, beyond what is `known` of it: all of it for a ticket that others
/// opened, else what others have written since.
pub fn caught_up(row: &SupportRequest, known: Option<&Timeline>) -> Vec<SupportFact> {
    let fact =
        |kind, at, after: Option<&str>| SupportFact { kind, at, from_client: false, after: after.map(str::to_owned) };
    let mut facts = Vec::new();
    let mut known = known.cloned();
    // Behind what is known, nothing happens before it.
    let since = known.as_ref().map(|known| known.last_at);
    let clamped = |at: Timestamp| since.map_or(at, |since| at.max(since));
    let mut happens = |known: &mut Option<Timeline>, fact: SupportFact| {
        match known {
            Some(known) => known.happens(&fact),
            None => *known = Timeline::of([&fact]),
        }
        facts.push(fact);
    };
    if known.is_none() {
        happens(&mut known, fact(SupportEventKind::Opened, row.created_at, Some(row.priority.as_str())));
    }
    if let (Some(at), Some(None)) = (row.first_response_at, known.as_ref().map(|known| known.first_response_at)) {
        happens(&mut known, fact(SupportEventKind::Replied, clamped(at), None));
    }
    let stands = |known: &Option<Timeline>| known.as_ref().map(|known| (known.priority.clone(), known.status.clone()));
    if stands(&known).is_some_and(|(priority, _)| priority != row.priority) {
        happens(&mut known, fact(SupportEventKind::Priority, clamped(row.updated_at), Some(row.priority.as_str())));
    }
    let moved = |known: &Option<Timeline>| stands(known).is_some_and(|(_, status)| status != row.status);
    if moved(&known) && row.resolved_at.is_some() && known.as_ref().is_some_and(|known| known.resolved_at.is_none()) {
        let at = row.resolved_at.unwrap_or(row.updated_at);
        happens(&mut known, fact(SupportEventKind::Status, clamped(at), Some(SupportRequestStatus::Resolu.as_str())));
    }
    if moved(&known) {
        let at = if row.status.is_closed() { row.closed_at } else { None };
        let at = clamped(at.unwrap_or(row.updated_at));
        happens(&mut known, fact(SupportEventKind::Status, at, Some(row.status.as_str())));
    }
    facts
}

/// The minutes that so many of a hundred took at the most, by rank: the smallest value that is not below `p` percent of
/// them. Null without any.
#[derive(Clone, Debug, Default, PartialEq, Eq, Output)]
pub struct Percentiles {
    /// How many there are.
    pub count: i64,
    /// Half of them took no longer.
    pub p50: Option<i64>,
    /// Nine of ten took no longer.
    pub p90: Option<i64>,
    /// Nineteen of twenty took no longer.
    pub p95: Option<i64>,
    /// Ninety-nine of a hundred took no longer.
    pub p99: Option<i64>,
}

impl Percentiles {
    /// Those of these minutes.
    pub fn of(mut minutes: Vec<i64>) -> Self {
        minutes.sort_unstable();
        let rank = |percent: usize| minutes.get((minutes.len() * percent).div_ceil(100).saturating_sub(1)).copied();
        Self { count: minutes.len() as i64, p50: rank(50), p90: rank(90), p95: rank(95), p99: rank(99) }
    }
}

#[cfg(test)]
mod tests;
