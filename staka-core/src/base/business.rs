//! Business time: Monday to Friday, 09:00 to 18:00 in a zone, except France's eleven public holidays.

use chrono::{Datelike, Days, NaiveDate, Weekday};

use super::days::instant;
use super::{Timestamp, Zone};

/// The hours at which a business day begins and ends, local time.
const OPENING_HOUR: i64 = 9;
const CLOSING_HOUR: i64 = 18;

/// The minutes of a business day.
pub const BUSINESS_DAY: i64 = (CLOSING_HOUR - OPENING_HOUR) * 60;

const MINUTE: i64 = 60_000;

/// At most a hundred years are walked, so that absurd dates cost no more.
const MAX_DAYS: usize = 36_525;

/// Returns Easter Sunday of a year of the Gregorian calendar, by Butcher's algorithm of 1876.
pub fn easter(year: i32) -> Option<NaiveDate> {
    let (golden, century, of_century) = (year.rem_euclid(19), year.div_euclid(100), year.rem_euclid(100));
    let epact = century - century.div_euclid(4) - (century - (century + 8).div_euclid(25) + 1).div_euclid(3);
    let moon = (19 * golden + epact + 15).rem_euclid(30);
    let weekday =
        (32 + 2 * century.rem_euclid(4) + 2 * of_century.div_euclid(4) - moon - of_century.rem_euclid(4)).rem_euclid(7);
    let late = (golden + 11 * moon + 22 * weekday).div_euclid(451);
    let day = moon + weekday - 7 * late + 114;
    NaiveDate::from_ymd_opt(year, day.div_euclid(31).unsigned_abs(), day.rem_euclid(31).unsigned_abs() + 1)
}

/// Returns whether the day is a public holiday in France: New Year, Easter Monday, 1 and 8 May, Ascension, Whit Monday,
/// 14 July, Assumption, All Saints, 11 November, Christmas.
pub fn is_public_holiday(date: NaiveDate) -> bool {
    match (date.month(), date.day()) {
        (1 | 5, 1) | (5, 8) | (7, 14) | (8, 15) | (11, 1 | 11) | (12, 25) => true,
        (3..=6, _) => easter(date.year())
            .is_some_and(|easter| matches!(date.signed_duration_since(easter).num_days(), 1 | 39 | 50)),
        _ => false,
    }
}

/// Returns whether the day is a business day.
pub fn is_business_day(date: NaiveDate) -> bool {
    !matches!(date.weekday(), Weekday::Sat | Weekday::Sun) && !is_public_holiday(date)
}

/// Returns an hour of a day in UTC milliseconds; if clocks skip it, the first time after the gap.
fn at_hour(zone: Zone, date: NaiveDate, hour: i64) -> Option<i64> {
    let hour = date.and_hms_opt(u32::try_from(hour).ok()?, 0, 0)?;
    instant(zone, hour).map(|time| time.timestamp_millis())
}

/// Returns the opening and closing times of the business days from the day of `from` on, in UTC milliseconds.
fn business_days(zone: Zone, from: Timestamp) -> impl Iterator<Item = (i64, i64)> {
    let first = from.to_chrono().with_timezone(&zone).date_naive();
    (0..MAX_DAYS as u64)
        .map_while(move |days| first.checked_add_days(Days::new(days)))
        .filter(|date| is_business_day(*date))
        .filter_map(move |date| Some((at_hour(zone, date, OPENING_HOUR)?, at_hour(zone, date, CLOSING_HOUR)?)))
}

/// Returns the business time in `from ≤ t < to`, in milliseconds; 0 unless `from < to`. Only the first hundred years
/// count.
pub fn business_millis(zone: Zone, from: Timestamp, to: Timestamp) -> i64 {
    let (from_millis, to) = (from.unix_millis(), to.unix_millis());
    if to <= from_millis {
        return 0;
    }
    business_days(zone, from)
        .take_while(|(opens, _)| *opens < to)
        .map(|(opens, closes)| (closes.min(to) - opens.max(from_millis)).max(0))
        .sum()
}

/// Returns the business time in `from ≤ t < to` in minutes, rounded down.
pub fn business_minutes(zone: Zone, from: Timestamp, to: Timestamp) -> i64 {
    business_millis(zone, from, to) / MINUTE
}

/// Returns the earliest time at which `millis` milliseconds of business time have passed since `from`; `from` itself
/// for 0.
pub fn after_business_millis(zone: Zone, from: Timestamp, millis: i64) -> Timestamp {
    let mut left = millis;
    if left <= 0 {
        return from;
    }
    let mut last = from.unix_millis();
    for (opens, closes) in business_days(zone, from) {
        let begins = opens.max(from.unix_millis());
        let here = (closes - begins).max(0);
        if here >= left {
            last = begins + left;
            break;
        }
        left -= here;
        last = last.max(closes);
    }
    Timestamp::from_unix_millis(last).unwrap_or(from)
}

#[cfg(test)]
mod tests {
    use rand::{RngExt, SeedableRng};
    use rand_pcg::Pcg64Mcg;

    use super::*;

    const PARIS: Zone = Zone::Europe__Paris;

    fn date(text: &str) -> NaiveDate {
        text.parse().unwrap()
    }

    fn at(text: &str) -> Timestamp {
        text.parse().unwrap()
    }

    #[test]
    fn easter_is_that_of_the_almanacs() {
        for day in [
            "1818-03-22",
            "1913-03-23",
            "1943-04-25",
            "1954-04-18",
            "1981-04-19",
            "2000-04-23",
            "2008-03-23",
            "2011-04-24",
            "2024-03-31",
            "2025-04-20",
            "2026-04-05",
            "2027-03-28",
            "2030-04-21",
            "2038-04-25",
            "2049-04-18",
            "2076-04-19",
        ] {
            assert_eq!(easter(date(day).year()), Some(date(day)));
        }
    }

    #[test]
    fn easter_is_the_sunday_after_the_first_full_moon_of_spring() {
        // The ecclesiastical full moon computed in another way, by the epact of Clavius' tables.
        for year in 1583..=4099 {
            let century = year / 100;
            let golden = year % 19;
            let corrected = 15 + century - century / 4 - (8 * century + 13) / 25;
            let mut full = (19 * golden + corrected) % 30;
            if full == 29 || (full == 28 && golden > 10) {
                full -= 1;
            }
            let moon = NaiveDate::from_ymd_opt(year, 3, 21).unwrap() + Days::new(full.unsigned_abs().into());
            let sunday = (1..=7).map(|days| moon + Days::new(days)).find(|day| day.weekday() == Weekday::Sun);
            assert_eq!(easter(year), sunday, "{year}");
        }
    }

    #[test]
    fn a_year_has_eleven_holidays() {
        let year =
            |year| NaiveDate::from_ymd_opt(year, 1, 1).unwrap().iter_days().take_while(move |day| day.year() == year);
        let days: Vec<String> = year(2026).filter(|day| is_public_holiday(*day)).map(|day| day.to_string()).collect();
        assert_eq!(
            days,
            [
                "2026-01-01",
                "2026-04-06",
                "2026-05-01",
                "2026-05-08",
                "2026-05-14",
                "2026-05-25",
                "2026-07-14",
                "2026-08-15",
                "2026-11-01",
                "2026-11-11",
                "2026-12-25",
            ]
        );
        for y in 1990..2100 {
            // Two may fall on one day: Ascension was on 1 May 2008 and will be on 8 May 2059.
            let days = year(y).filter(|day| is_public_holiday(*day)).count();
            let ascension = easter(y).unwrap() + Days::new(39);
            let doubled = matches!((ascension.month(), ascension.day()), (5, 1 | 8));
            assert_eq!(days, 11 - usize::from(doubled), "{y}");
        }
    }

    #[test]
    fn nights_week_ends_and_holidays_do_not_count() {
        let minutes = |from: &str, to: &str| business_minutes(PARIS, at(from), at(to));
        assert_eq!(minutes("2026-06-15T07:00:00Z", "2026-06-15T16:00:00Z"), 540, "a Monday");
        assert_eq!(minutes("2026-06-15T00:00:00Z", "2026-06-16T00:00:00Z"), 540);
        assert_eq!(minutes("2026-06-12T15:30:00Z", "2026-06-15T07:30:00Z"), 60, "over a week-end");
        assert_eq!(minutes("2026-06-13T00:00:00Z", "2026-06-14T22:00:00Z"), 0);
        assert_eq!(minutes("2026-05-08T00:00:00Z", "2026-05-09T00:00:00Z"), 0, "a Friday, and a holiday");
        assert_eq!(minutes("2026-06-15T16:00:00Z", "2026-06-15T07:00:00Z"), 0, "backwards");
        assert_eq!(minutes("2026-06-15T07:00:59.999Z", "2026-06-15T07:01:59.998Z"), 0, "whole minutes");
    }

    #[test]
    fn business_hours_follow_the_clocks_when_they_change() {
        // The Friday before and the Monday after clocks went forward, and back.
        for (friday, monday) in
            [("2026-03-27T16:00:00Z", "2026-03-30T08:00:00Z"), ("2026-10-23T15:00:00Z", "2026-10-26T09:00:00Z")]
        {
            assert_eq!(business_minutes(PARIS, at(friday), at(monday)), 120);
            assert_eq!(after_business_millis(PARIS, at(friday), 120 * MINUTE), at(monday));
        }
        let week = |from: &str, to: &str| business_minutes(PARIS, at(from), at(to));
        assert_eq!(week("2026-03-23T00:00:00Z", "2026-03-30T00:00:00Z"), 5 * BUSINESS_DAY);
        assert_eq!(week("2026-10-19T00:00:00Z", "2026-10-26T00:00:00Z"), 5 * BUSINESS_DAY);
        // A day whose midnight the clocks skip.
        let cairo = Zone::Africa__Cairo;
        assert_eq!(business_minutes(cairo, at("2026-04-24T00:00:00Z"), at("2026-04-25T00:00:00Z")), BUSINESS_DAY);
    }

    #[test]
    fn absurd_times_cost_no_more() {
        let end = at("9999-12-31T23:59:59.999Z");
        assert!(business_millis(PARIS, Timestamp::EARLIEST, end) > 0);
        assert!(after_business_millis(PARIS, end, 1) >= end);
        assert_eq!(after_business_millis(PARIS, end, 0), end);
    }

    #[test]
    fn business_time_adds_up_and_the_deadline_is_the_earliest_time() {
        let mut draw = Pcg64Mcg::seed_from_u64(42);
        let start = at("2026-01-01").unix_millis();
        let time =
            |draw: &mut Pcg64Mcg| Timestamp::from_unix_millis(start + draw.random_range(0..400 * 86_400_000)).unwrap();
        for _ in 0..2_000 {
            let mut times = [time(&mut draw), time(&mut draw), time(&mut draw)];
            times.sort();
            let [a, b, c] = times;
            let millis = |from, to| business_millis(PARIS, from, to);
            assert_eq!(millis(a, c), millis(a, b) + millis(b, c), "{a} {b} {c}");
            let duration = draw.random_range(1..60 * 540 * MINUTE);
            let due = after_business_millis(PARIS, a, duration);
            assert_eq!(millis(a, due), duration, "{a} and {duration}");
            let before = Timestamp::from_unix_millis(due.unix_millis() - 1).unwrap();
            assert_eq!(millis(a, before), duration - 1, "{a} and {duration}");
        }
    }

    #[test]
    fn counting_minute_by_minute_agrees() {
        let mut draw = Pcg64Mcg::seed_from_u64(7);
        for _ in 0..40 {
            let from = at("2026-03-20").unix_millis() + draw.random_range(0..250 * 1_440) * MINUTE;
            let minutes = draw.random_range(0..20_000);
            let counted = (0..minutes).filter(|minute| {
                let local =
                    Timestamp::from_unix_millis(from + minute * MINUTE).unwrap().to_chrono().with_timezone(&PARIS);
                is_business_day(local.date_naive()) && (9..18).contains(&chrono::Timelike::hour(&local))
            });
            let to = Timestamp::from_unix_millis(from + minutes * MINUTE).unwrap();
            assert_eq!(business_minutes(PARIS, Timestamp::from_unix_millis(from).unwrap(), to), counted.count() as i64);
        }
    }
}
