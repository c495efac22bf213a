//! SLA times compared with a count minute by minute, over random histories.

use rand::{RngExt, SeedableRng};
use rand_pcg::Pcg64Mcg;

use super::*;
use crate::base::is_business_day;

const PARIS: Zone = Zone::Europe__Paris;

fn at(text: &str) -> Timestamp {
    text.parse().unwrap()
}

fn fact(kind: TicketEventKind, at: Timestamp, from_client: bool, after: Option<&str>) -> TicketFact {
    TicketFact { kind, at, from_client, after: after.map(str::to_owned) }
}

/// Returns a random history of allowed transitions at whole minutes; some cross clock changes and holidays.
fn random_history(rng: &mut Pcg64Mcg) -> Vec<TicketFact> {
    let start = at("2026-03-20").unix_millis() + rng.random_range(0..60 * 1_440) * MINUTE;
    let mut now = start;
    let mut status = SupportRequestStatus::Ouvert;
    let priority = |rng: &mut Pcg64Mcg| SupportPriority::VALUES[rng.random_range(0..5)];
    let time = |millis| Timestamp::from_unix_millis(millis).unwrap();
    let mut facts = vec![fact(TicketEventKind::Opened, time(now), true, Some(priority(rng)))];
    for _ in 0..rng.random_range(0..14) {
        // Several events may have the same time.
        now += rng.random_range(0..4) * rng.random_range(0..1_000) * MINUTE;
        let event = match rng.random_range(0..6) {
            0 => fact(TicketEventKind::Replied, time(now), rng.random_range(0..2) == 0, None),
            1 => fact(TicketEventKind::Priority, time(now), false, Some(priority(rng))),
            2 => fact(TicketEventKind::Noted, time(now), false, None),
            _ if status.next().is_empty() || (!status.is_open() && rng.random_range(0..2) == 0) => {
                status = SupportRequestStatus::EnCours;
                fact(TicketEventKind::Reopened, time(now), false, Some(status.as_str()))
            }
            _ => {
                status = status.next()[rng.random_range(0..status.next().len())].clone();
                fact(TicketEventKind::Status, time(now), false, Some(status.as_str()))
            }
        };
        facts.push(event);
    }
    facts
}

fn is_business_minute(millis: i64) -> bool {
    let local = Timestamp::from_unix_millis(millis).unwrap().to_chrono().with_timezone(&PARIS);
    is_business_day(local.date_naive()) && (9..18).contains(&chrono::Timelike::hour(&local))
}

#[test]
fn the_clock_agrees_with_a_count_minute_by_minute() {
    let mut rng = Pcg64Mcg::seed_from_u64(2026);
    let policy = TicketSlaPolicy::default();
    for _ in 0..150 {
        let facts = random_history(&mut rng);
        let last = facts.last().unwrap().at.unix_millis();
        let now = Timestamp::from_unix_millis(last + rng.random_range(0..3_000) * MINUTE).unwrap();
        let clock = Timeline::of(&facts).unwrap().clock(&policy, PARIS, now);
        // The status at each minute, and the last values before it.
        let opened = facts[0].at.unix_millis();
        let (mut status, mut next, mut worked, mut answering) = ("OUVERT", 0, 0, 0);
        let (mut answered, mut solved, mut closed): (Option<i64>, Option<i64>, Option<i64>) = (None, None, None);
        let (mut answered_after, mut reached, mut solved_after) = (None, None, None);
        let (mut priority, mut answered_as, mut solved_as) = ("", None, None);
        for minute in (opened..=now.unix_millis()).step_by(MINUTE as usize) {
            while let Some(event) = facts.get(next).filter(|fact| fact.at.unix_millis() <= minute) {
                match (&event.kind, event.after.as_deref()) {
                    (TicketEventKind::Opened | TicketEventKind::Priority, Some(value)) => priority = value,
                    (TicketEventKind::Replied, _) if !event.from_client && answered.is_none() => {
                        (answered, answered_after, answered_as) = (Some(minute), Some(answering), Some(priority));
                    }
                    (TicketEventKind::Status | TicketEventKind::Reopened, Some(value)) => {
                        match value {
                            "RESOLU" => {
                                (solved, solved_after, solved_as) = (Some(minute), Some(worked), Some(priority));
                            }
                            "FERME" | "ANNULE" => closed = Some(minute),
                            _ => (solved, closed, solved_after, solved_as) = (None, None, None, None),
                        }
                        status = value;
                    }
                    _ => {}
                }
                next += 1;
            }
            if minute < now.unix_millis() && is_business_minute(minute) {
                answering += 1;
                if matches!(status, "OUVERT" | "EN_COURS") {
                    worked += 1;
                    let target = policy.of(&SupportPriority::from_variant(solved_as.unwrap_or(priority)).unwrap());
                    if worked == target.resolution {
                        reached = Some(minute + MINUTE);
                    }
                }
            }
        }
        let millis = |time: Option<Timestamp>| time.map(Timestamp::unix_millis);
        assert_eq!(clock.status.as_str(), status);
        assert_eq!(millis(clock.first_response_at), answered, "{facts:?}");
        assert_eq!(millis(clock.resolved_at), solved, "{facts:?}");
        assert_eq!(millis(clock.closed_at), closed, "{facts:?}");
        assert_eq!(clock.first_response_minutes, answered_after, "{facts:?}");
        assert_eq!(clock.worked_minutes, worked, "{facts:?}");
        assert_eq!(clock.resolution_minutes, solved_after, "{facts:?}");
        let targets = |priority: &str| policy.of(&SupportPriority::from_variant(priority).unwrap()).clone();
        let (answer, solution) = (targets(answered_as.unwrap_or(priority)), targets(solved_as.unwrap_or(priority)));
        assert_eq!(
            (clock.first_response_target, clock.resolution_target),
            (answer.first_response, solution.resolution)
        );
        assert_eq!(clock.resolution_breached, worked > solution.resolution, "{facts:?}");
        // If the priority changed, `reached` was computed with the target of another one.
        let one_priority = facts.iter().filter(|fact| fact.kind == TicketEventKind::Priority).count() == 0;
        if one_priority && let Some(reached) = reached {
            assert_eq!(millis(clock.resolution_due), Some(reached), "{facts:?}");
        }
        assert_eq!(clock.resolution_due.is_some(), clock.runs || worked >= solution.resolution, "{facts:?}");
        if one_priority && answered.is_some_and(|answered| answered <= now.unix_millis()) {
            assert_eq!(
                clock.first_response_breached,
                answered_after > Some(answer.first_response) || answered > Some(clock.first_response_due.unix_millis()),
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
fn a_row_implies_no_events_beyond_its_own_and_the_same_state_without_them() {
    let mut rng = Pcg64Mcg::seed_from_u64(5);
    for _ in 0..2_000 {
        let facts = random_history(&mut rng);
        let known = Timeline::of(&facts).unwrap();
        let row = row(&known);
        assert_eq!(caught_up(&row, Some(&known)), [], "{facts:?}");
        // Derived from the row alone, the history is shorter but the times are the same.
        let derived = Timeline::of(&caught_up(&row, None)).unwrap();
        assert_eq!((&derived.status, &derived.priority), (&row.status, &row.priority), "{facts:?}");
        assert_eq!(
            (derived.opened_at, derived.first_response_at, derived.resolved_at, derived.closed_at),
            (row.created_at, row.first_response_at, row.resolved_at, row.closed_at),
            "{facts:?}"
        );
    }
}

#[test]
fn changes_by_another_program_are_derived_from_the_row() {
    let opened = fact(TicketEventKind::Opened, at("2026-06-15T08:00:00Z"), true, Some("NORMALE"));
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
        since.record_event(&fact);
    }
    assert_eq!((since.first_response_at, since.resolved_at), (row.first_response_at, row.resolved_at));
    assert_eq!((&since.status, &since.priority), (&row.status, &row.priority));
    // No event is earlier than the known ones: the change to HAUTE gets the time of the last update.
    assert_eq!(caught_up(&row, Some(&since)), []);
    // Resumed by another program, which left the times as they were.
    row.status = SupportRequestStatus::EnCours;
    let mut again = since.clone();
    for fact in caught_up(&row, Some(&since)) {
        again.record_event(&fact);
    }
    assert_eq!((again.resolved_at, again.closed_at), (None, None));
    assert_eq!(again.first_response_at, row.first_response_at);
}

#[test]
fn waiting_for_the_client_pauses_the_resolution_clock_only() {
    let monday = "2026-06-15T07:00:00Z";
    let facts = [
        fact(TicketEventKind::Opened, at(monday), true, Some("HAUTE")),
        fact(TicketEventKind::Status, at("2026-06-15T08:00:00Z"), false, Some("EN_ATTENTE")),
    ];
    let clock = Timeline::of(&facts).unwrap().clock(&TicketSlaPolicy::default(), PARIS, at("2026-06-17T16:00:00Z"));
    assert_eq!((clock.worked_minutes, clock.resolution_due, clock.resolution_breached), (60, None, false));
    assert_eq!(clock.first_response_due, at("2026-06-15T11:00:00Z"));
    assert!(clock.first_response_breached, "a change of status is no response");
}

#[test]
fn percentiles_are_by_nearest_rank() {
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
fn higher_priorities_have_shorter_targets() {
    let policy = TicketSlaPolicy::default();
    let priorities: Vec<&str> = policy.targets().iter().map(|targets| targets.priority.as_str()).collect();
    assert_eq!(priorities, SupportPriority::VALUES);
    for pair in policy.targets().windows(2) {
        assert!(pair[0].first_response > pair[1].first_response && pair[0].resolution > pair[1].resolution);
    }
    let unknown = SupportPriority::Unrecognised(Unrecognised::from_column("PANIQUE"));
    assert_eq!(policy.of(&unknown), policy.of(&SupportPriority::Normale));
}
