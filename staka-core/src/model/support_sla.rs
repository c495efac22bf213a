//! A ticket's times as a pure function of what happened to it, of the calendar, and of what is promised.
//!
//! - **First response**: the first reply by somebody of the team. A status, a note or an assignment tells the client nothing
//!   and is none. It is given once: reopening does not take it back.
//! - **Solved**: when the ticket became RESOLU; taken back when it is reopened. **Closed**: FERME or ANNULE, likewise.
//! - The clock of the first response runs from the opening. The clock of the solution runs while the ticket is OUVERT or
//!   EN_COURS: while the client is waited for (EN_ATTENTE), and between a solution and its reopening, it stands still.
//! - What is promised is that of the priority which the ticket had when the promise was kept, else of its present one.

use staka_macros::Output;

use super::support_event::{SupportEventKind, SupportFact};
use super::support_request::{SupportPriority, SupportRequest, SupportRequestStatus};
use crate::base::{TextEnum, Timestamp, Unrecognised, Zone, after_business_millis, business_millis};

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
mod tests {
    use rand::{RngExt, SeedableRng};
    use rand_pcg::Pcg64Mcg;

    use super::*;
    use crate::base::is_business_day;

    const PARIS: Zone = Zone::Europe__Paris;

    fn at(text: &str) -> Timestamp {
        text.parse().unwrap()
    }

    fn fact(kind: SupportEventKind, at: Timestamp, from_client: bool, after: Option<&str>) -> SupportFact {
        SupportFact { kind, at, from_client, after: after.map(str::to_owned) }
    }

    /// What may happen by the table of transitions, at whole minutes; some of it over clock changes and holidays.
    fn walk(draw: &mut Pcg64Mcg) -> Vec<SupportFact> {
        let start = at("2026-03-20").unix_millis() + draw.random_range(0..60 * 1_440) * MINUTE;
        let mut now = start;
        let mut status = SupportRequestStatus::Ouvert;
        let priority = |draw: &mut Pcg64Mcg| SupportPriority::VALUES[draw.random_range(0..5)];
        let moment = |millis| Timestamp::from_unix_millis(millis).unwrap();
        let mut facts = vec![fact(SupportEventKind::Opened, moment(now), true, Some(priority(draw)))];
        for _ in 0..draw.random_range(0..14) {
            // Several things at one moment too.
            now += draw.random_range(0..4) * draw.random_range(0..1_000) * MINUTE;
            let happened = match draw.random_range(0..6) {
                0 => fact(SupportEventKind::Replied, moment(now), draw.random_range(0..2) == 0, None),
                1 => fact(SupportEventKind::Priority, moment(now), false, Some(priority(draw))),
                2 => fact(SupportEventKind::Noted, moment(now), false, None),
                _ if status.next().is_empty() || (!status.is_open() && draw.random_range(0..2) == 0) => {
                    status = SupportRequestStatus::EnCours;
                    fact(SupportEventKind::Reopened, moment(now), false, Some(status.as_str()))
                }
                _ => {
                    status = status.next()[draw.random_range(0..status.next().len())].clone();
                    fact(SupportEventKind::Status, moment(now), false, Some(status.as_str()))
                }
            };
            facts.push(happened);
        }
        facts
    }

    fn is_business_minute(millis: i64) -> bool {
        let local = Timestamp::from_unix_millis(millis).unwrap().to_chrono().with_timezone(&PARIS);
        is_business_day(local.date_naive()) && (9..18).contains(&chrono::Timelike::hour(&local))
    }

    #[test]
    fn the_clock_is_what_one_counts_minute_by_minute() {
        let mut draw = Pcg64Mcg::seed_from_u64(2026);
        let policy = SupportPolicy::default();
        for _ in 0..150 {
            let facts = walk(&mut draw);
            let last = facts.last().unwrap().at.unix_millis();
            let now = Timestamp::from_unix_millis(last + draw.random_range(0..3_000) * MINUTE).unwrap();
            let clock = Timeline::of(&facts).unwrap().clock(&policy, PARIS, now);
            // Where it stood at each minute, and which word was the last before.
            let opened = facts[0].at.unix_millis();
            let (mut status, mut next, mut worked, mut answering) = ("OUVERT", 0, 0, 0);
            let (mut answered, mut solved, mut closed): (Option<i64>, Option<i64>, Option<i64>) = (None, None, None);
            let (mut answered_after, mut reached, mut solved_after) = (None, None, None);
            let (mut priority, mut answered_as, mut solved_as) = ("", None, None);
            for minute in (opened..=now.unix_millis()).step_by(MINUTE as usize) {
                while let Some(happened) = facts.get(next).filter(|fact| fact.at.unix_millis() <= minute) {
                    match (&happened.kind, happened.after.as_deref()) {
                        (SupportEventKind::Opened | SupportEventKind::Priority, Some(word)) => priority = word,
                        (SupportEventKind::Replied, _) if !happened.from_client && answered.is_none() => {
                            (answered, answered_after, answered_as) = (Some(minute), Some(answering), Some(priority));
                        }
                        (SupportEventKind::Status | SupportEventKind::Reopened, Some(word)) => {
                            match word {
                                "RESOLU" => {
                                    (solved, solved_after, solved_as) = (Some(minute), Some(worked), Some(priority));
                                }
                                "FERME" | "ANNULE" => closed = Some(minute),
                                _ => (solved, closed, solved_after, solved_as) = (None, None, None, None),
                            }
                            status = word;
                        }
                        _ => {}
                    }
                    next += 1;
                }
                if minute < now.unix_millis() && is_business_minute(minute) {
                    answering += 1;
                    if matches!(status, "OUVERT" | "EN_COURS") {
                        worked += 1;
                        let target = policy.of(&SupportPriority::from_word(solved_as.unwrap_or(priority)).unwrap());
                        if worked == target.resolution {
                            reached = Some(minute + MINUTE);
                        }
                    }
                }
            }
            let millis = |moment: Option<Timestamp>| moment.map(Timestamp::unix_millis);
            assert_eq!(clock.status.as_str(), status);
            assert_eq!(millis(clock.first_response_at), answered, "{facts:?}");
            assert_eq!(millis(clock.resolved_at), solved, "{facts:?}");
            assert_eq!(millis(clock.closed_at), closed, "{facts:?}");
            assert_eq!(clock.first_response_minutes, answered_after, "{facts:?}");
            assert_eq!(clock.worked_minutes, worked, "{facts:?}");
            assert_eq!(clock.resolution_minutes, solved_after, "{facts:?}");
            let of = |word: &str| policy.of(&SupportPriority::from_word(word).unwrap()).clone();
            let (answer, solution) = (of(answered_as.unwrap_or(priority)), of(solved_as.unwrap_or(priority)));
            assert_eq!(
                (clock.first_response_target, clock.resolution_target),
                (answer.first_response, solution.resolution)
            );
            assert_eq!(clock.resolution_breached, worked > solution.resolution, "{facts:?}");
            // The priority may have changed since; then the minute is another's.
            let one = facts.iter().filter(|fact| fact.kind == SupportEventKind::Priority).count() == 0;
            if one && let Some(reached) = reached {
                assert_eq!(millis(clock.resolution_due), Some(reached), "{facts:?}");
            }
            assert_eq!(clock.resolution_due.is_some(), clock.runs || worked >= solution.resolution, "{facts:?}");
            if one && answered.is_some_and(|answered| answered <= now.unix_millis()) {
                assert_eq!(
                    clock.first_response_breached,
                    answered_after > Some(answer.first_response)
                        || answered > Some(clock.first_response_due.unix_millis()),
                    "{facts:?}"
                );
            }
        }
    }

    fn row(timeline: &Timeline) -> SupportRequest {
        SupportRequest {
            id: "t".parse().unwrap(),
            user_id: "u".parse().unwrap(),
            title: String::new(),
            description: String::new(),
            category: crate::model::SupportCategory::General,
            priority: timeline.priority.clone(),
            status: timeline.status.clone(),
            assigned_to_id: None,
            source: None,
            tags: None,
            first_response_at: timeline.first_response_at,
            resolved_at: timeline.resolved_at,
            closed_at: timeline.closed_at,
            created_at: timeline.opened_at,
            updated_at: timeline.last_at,
        }
    }

    #[test]
    fn a_row_that_its_events_made_says_nothing_more_and_alone_says_the_same() {
        let mut draw = Pcg64Mcg::seed_from_u64(5);
        for _ in 0..2_000 {
            let facts = walk(&mut draw);
            let known = Timeline::of(&facts).unwrap();
            let row = row(&known);
            assert_eq!(caught_up(&row, Some(&known)), [], "{facts:?}");
            // As others would have left it: its history is shorter, its times are the same.
            let told = Timeline::of(&caught_up(&row, None)).unwrap();
            assert_eq!((&told.status, &told.priority), (&row.status, &row.priority), "{facts:?}");
            assert_eq!(
                (told.opened_at, told.first_response_at, told.resolved_at, told.closed_at),
                (row.created_at, row.first_response_at, row.resolved_at, row.closed_at),
                "{facts:?}"
            );
        }
    }

    #[test]
    fn what_others_write_meanwhile_is_caught_up_with() {
        let opened = fact(SupportEventKind::Opened, at("2026-06-15T08:00:00Z"), true, Some("NORMALE"));
        let known = Timeline::of([&opened]).unwrap();
        let mut row = row(&known);
        row.status = SupportRequestStatus::Ferme;
        row.priority = SupportPriority::Haute;
        row.first_response_at = Some(at("2026-06-15T09:00:00Z"));
        row.resolved_at = Some(at("2026-06-15T10:00:00Z"));
        row.closed_at = Some(at("2026-06-15T11:00:00Z"));
        row.updated_at = at("2026-06-15T12:00:00Z");
        let mut since = known.clone();
        for fact in caught_up(&row, Some(&known)) {
            since.happens(&fact);
        }
        assert_eq!((since.first_response_at, since.resolved_at), (row.first_response_at, row.resolved_at));
        assert_eq!((&since.status, &since.priority), (&row.status, &row.priority));
        // Nothing happens before what is known: the move to HAUTE is known by the last writing alone.
        assert_eq!(caught_up(&row, Some(&since)), []);
        // Taken up by another writer, who left the times as they were.
        row.status = SupportRequestStatus::EnCours;
        let mut again = since.clone();
        for fact in caught_up(&row, Some(&since)) {
            again.happens(&fact);
        }
        assert_eq!((again.resolved_at, again.closed_at), (None, None));
        assert_eq!(again.first_response_at, row.first_response_at);
    }

    #[test]
    fn waiting_for_the_client_stops_the_clock_of_the_solution_alone() {
        let monday = "2026-06-15T07:00:00Z";
        let facts = [
            fact(SupportEventKind::Opened, at(monday), true, Some("HAUTE")),
            fact(SupportEventKind::Status, at("2026-06-15T08:00:00Z"), false, Some("EN_ATTENTE")),
        ];
        let clock = Timeline::of(&facts).unwrap().clock(&SupportPolicy::default(), PARIS, at("2026-06-17T16:00:00Z"));
        assert_eq!((clock.worked_minutes, clock.resolution_due, clock.resolution_breached), (60, None, false));
        assert_eq!(clock.first_response_due, at("2026-06-15T11:00:00Z"));
        assert!(clock.first_response_breached, "nobody answered, whatever the status says");
    }

    #[test]
    fn percentiles_are_by_rank() {
        assert_eq!(Percentiles::of(vec![]), Percentiles::default());
        let of = |minutes: Vec<i64>| {
            let it = Percentiles::of(minutes);
            (it.count, it.p50, it.p90, it.p95, it.p99)
        };
        assert_eq!(of(vec![7]), (1, Some(7), Some(7), Some(7), Some(7)));
        assert_eq!(of((1..=100).rev().collect()), (100, Some(50), Some(90), Some(95), Some(99)));
        assert_eq!(of((1..=10).collect()), (10, Some(5), Some(9), Some(10), Some(10)));
        assert_eq!(of(vec![3, 1, 2]), (3, Some(2), Some(3), Some(3), Some(3)));
    }

    #[test]
    fn promises_are_in_order() {
        let policy = SupportPolicy::default();
        let words: Vec<&str> = policy.lines().iter().map(|line| line.priority.as_str()).collect();
        assert_eq!(words, SupportPriority::VALUES);
        for two in policy.lines().windows(2) {
            assert!(two[0].first_response > two[1].first_response && two[0].resolution > two[1].resolution);
        }
        let strange = SupportPriority::Unrecognised(Unrecognised::from_column("PANIQUE"));
        assert_eq!(policy.of(&strange), policy.of(&SupportPriority::Normale));
    }
}
