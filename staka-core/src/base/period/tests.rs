use chrono::{Datelike, NaiveDate};
use rand::{RngExt, SeedableRng};
use rand_pcg::Pcg64Mcg;

use super::*;

const PARIS: Zone = Zone::Europe__Paris;

fn day(text: &str) -> Day {
    text.parse().unwrap()
}

fn cut(from: &str, to: &str, unit: PeriodUnit) -> Vec<(String, i64)> {
    let hours = |it: &Period| (it.ends.unix_millis() - it.starts.unix_millis()) / 3_600_000;
    let all = periods(PARIS, day(from), day(to), unit).unwrap();
    all.iter().map(|it| (it.label.clone(), hours(it))).collect()
}

#[test]
fn days_agree_with_chrono() {
    for days in (*RANGE.start()..=*RANGE.end()).step_by(13) {
        let (actual, expected) = (Day::clamped(days), NaiveDate::default() + chrono::TimeDelta::days(days));
        assert_eq!(actual.to_string(), expected.to_string());
        assert_eq!(day(&actual.to_string()), actual);
        assert_eq!(u32::from(actual.weekday()), expected.weekday().num_days_from_monday());
        let week = expected.iso_week();
        if (1..=9999).contains(&week.year()) && days + 3 <= *RANGE.end() && days - 3 >= *RANGE.start() {
            assert_eq!(PeriodUnit::Week.label(actual), format!("{:04}-W{:02}", week.year(), week.week()));
        }
    }
}

#[test]
fn invalid_dates_are_refused() {
    for text in
        ["", "hier", "2026-02-30", "2026-1-31", "2026-01-31T00:00:00Z", "+026-01-01", "0000-01-01", "2026-13-01"]
    {
        assert!(text.parse::<Day>().is_err(), "{text:?}");
    }
    assert_eq!((day("0001-01-01"), day("9999-12-31")), (Day::clamped(i64::MIN), Day::clamped(i64::MAX)));
}

#[test]
fn days_have_23_or_25_hours_when_clocks_change() {
    let spring = cut("2026-03-28", "2026-03-31", PeriodUnit::Day);
    assert_eq!(spring, [("2026-03-28".into(), 24), ("2026-03-29".into(), 23), ("2026-03-30".into(), 24)]);
    assert_eq!(cut("2026-10-25", "2026-10-26", PeriodUnit::Day), [("2026-10-25".into(), 25)]);
    assert_eq!(cut("2026-03-01", "2026-04-01", PeriodUnit::Month), [("2026-03".into(), 31 * 24 - 1)]);
    assert_eq!(cut("2026-10-19", "2026-10-26", PeriodUnit::Week), [("2026-W43".into(), 169)]);
}

#[test]
fn january_31_is_never_moved_into_another_month() {
    // The existing backend's `setMonth` moves a 31st into the following month.
    let months = cut("2025-02-01", "2026-02-01", PeriodUnit::Month);
    assert_eq!((months.len(), &*months[0].0, &*months[11].0), (12, "2025-02", "2026-01"));
    assert_eq!(day("2026-01-31").plus_months(1), day("2026-02-28"));
    assert_eq!(day("2024-01-31").plus_months(1), day("2024-02-29"));
    assert_eq!(day("2026-03-31").plus_months(-1), day("2026-02-28"));
    assert_eq!(PeriodUnit::Month.next(day("2026-01-31")), day("2026-02-01"));
}

#[test]
fn a_year_begins_in_paris_an_hour_before_utc() {
    let year = periods(PARIS, day("2026-01-01"), day("2027-01-01"), PeriodUnit::Year).unwrap();
    assert_eq!(year[0].starts.to_string(), "2025-12-31T23:00:00.000Z");
    assert_eq!(year[0].ends.to_string(), "2026-12-31T23:00:00.000Z");
    let time = "2025-12-31T23:30:00Z".parse().unwrap();
    assert_eq!((Day::at(PARIS, time), Day::at(Zone::UTC, time)), (day("2026-01-01"), day("2025-12-31")));
}

#[test]
fn a_year_may_have_a_53rd_week() {
    let weeks = cut("2026-12-21", "2027-01-11", PeriodUnit::Week);
    let labels: Vec<&str> = weeks.iter().map(|(label, _)| &**label).collect();
    assert_eq!(labels, ["2026-W52", "2026-W53", "2027-W01"]);
    assert_eq!(PeriodUnit::Week.label(day("2027-01-03")), "2026-W53");
    assert_eq!(PeriodUnit::Week.label(day("2024-12-30")), "2025-W01");
}

#[test]
fn a_month_is_compared_with_the_month_before() {
    for (range, before) in [
        (("2026-03-01", "2026-04-01"), ("2026-02-01", "2026-03-01")),
        (("2026-01-01", "2026-02-01"), ("2025-12-01", "2026-01-01")),
        (("2026-04-01", "2026-07-01"), ("2026-01-01", "2026-04-01")),
        (("2026-01-01", "2027-01-01"), ("2025-01-01", "2026-01-01")),
        (("2026-03-02", "2026-03-09"), ("2026-02-23", "2026-03-02")),
        (("2026-03-01", "2026-03-16"), ("2026-02-14", "2026-03-01")),
    ] {
        assert_eq!(range_before(day(range.0), day(range.1)), (day(before.0), day(before.1)), "{range:?}");
    }
}

#[test]
fn empty_reversed_and_too_long_ranges_are_refused() {
    for (from, to) in [("2026-01-01", "2026-01-01"), ("2026-01-02", "2026-01-01"), ("2000-01-01", "2026-01-01")] {
        let error = periods(PARIS, day(from), day(to), PeriodUnit::Day).unwrap_err();
        assert_eq!(error.fields()[0].field, "to", "{from} {to}");
    }
    assert_eq!(periods(PARIS, day("9998-01-01"), day("9999-12-31"), PeriodUnit::Year).unwrap().len(), 2);
}

const UNITS: [PeriodUnit; 5] =
    [PeriodUnit::Day, PeriodUnit::Week, PeriodUnit::Month, PeriodUnit::Quarter, PeriodUnit::Year];

/// Random ranges and units, in zones with different clock changes: the periods cover the range, none is empty, none
/// overlaps another, each lies within one unit, and the day of a time lies in the period that contains the time.
#[test]
fn parts_cover_a_range_without_gap_or_overlap() {
    let mut rng = Pcg64Mcg::seed_from_u64(6);
    let zones = [PARIS, Zone::UTC, Zone::America__Sao_Paulo, Zone::Asia__Kolkata, Zone::Pacific__Auckland];
    for _ in 0..2_000 {
        let zone = zones[rng.random_range(0..zones.len())];
        let from = Day::clamped(rng.random_range(3_000..30_000));
        let to = from.plus_days(rng.random_range(1..1_500));
        let unit = UNITS[rng.random_range(0..UNITS.len())];
        let all = periods(zone, from, to, unit).unwrap();
        assert_eq!((all[0].from, all[all.len() - 1].to), (from, to));
        assert_eq!((all[0].starts, all[all.len() - 1].ends), (from.start(zone), to.start(zone)));
        for two in all.windows(2) {
            assert_eq!((two[0].to, two[0].ends), (two[1].from, two[1].starts));
            assert_ne!(two[0].label, two[1].label);
        }
        for part in &all {
            assert!(part.from < part.to && part.starts <= part.ends, "{part:?}");
            assert_eq!(unit.first(part.from), unit.first(part.to.plus_days(-1)));
            assert_eq!(part.label, unit.label(part.to.plus_days(-1)));
        }
        let millis = rng.random_range(all[0].starts.unix_millis()..all[all.len() - 1].ends.unix_millis());
        let time = Timestamp::from_unix_millis(millis).unwrap();
        let containing: Vec<&Period> = all.iter().filter(|it| (it.starts..it.ends).contains(&time)).collect();
        assert_eq!(containing.len(), 1);
        let day = Day::at(zone, time);
        assert!((containing[0].from..containing[0].to).contains(&day), "{time} {day} {:?}", containing[0]);
    }
}
