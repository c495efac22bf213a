//! A ticket's times: against what one counts minute by minute, over random histories.

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
