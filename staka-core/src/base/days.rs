//! Local days: from midnight to midnight in a zone, 23 or 25 hours long when clocks change.

use chrono::{DateTime, Datelike, Days, NaiveDate, NaiveDateTime, NaiveTime, TimeDelta, TimeZone, Utc};

use super::{Timestamp, Zone};

/// A day in a zone, half open: `from ≤ time < to`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LocalDay {
    /// The date, e.g. `2026-03-29`.
    pub date: String,
    /// The day's start, UTC.
    pub from: Timestamp,
    /// The next day's start, UTC.
    pub to: Timestamp,
}

/// Returns the last `count` days in `zone`, oldest first; the last one contains `now`.
pub fn last_days(zone: Zone, now: Timestamp, count: u32) -> Vec<LocalDay> {
    let today = now.to_chrono().with_timezone(&zone).date_naive();
    let back = |days: u32| today.checked_sub_days(Days::new(days.into()));
    let day = |date: NaiveDate| {
        let next = date.succ_opt().unwrap_or(date);
        LocalDay { date: date.to_string(), from: midnight(zone, date), to: midnight(zone, next) }
    };
    (0..count).rev().filter_map(back).map(day).collect()
}

/// Returns the year of a time in `zone`.
pub fn year_in(zone: Zone, at: Timestamp) -> i64 {
    at.to_chrono().with_timezone(&zone).year().into()
}

/// Returns the day in `zone` that is `days` days after the day of `at`; the same day if the calendar does not reach.
pub fn day_after(zone: Zone, at: Timestamp, days: u32) -> LocalDay {
    let today = at.to_chrono().with_timezone(&zone).date_naive();
    let date = today.checked_add_days(Days::new(days.into())).unwrap_or(today);
    let next = date.succ_opt().unwrap_or(date);
    LocalDay { date: date.to_string(), from: midnight(zone, date), to: midnight(zone, next) }
}

/// Returns the start of a day: midnight by [`instant`].
pub(super) fn midnight(zone: Zone, date: NaiveDate) -> Timestamp {
    let start = date.and_time(NaiveTime::MIN);
    instant(zone, start).unwrap_or_else(|| start.and_utc()).into()
}

/// Returns when clocks show a local time. If they skip it, that is the first time after the gap; if it occurs twice, the
/// earlier one. None at the ends of the calendar.
pub(super) fn instant(zone: Zone, local: NaiveDateTime) -> Option<DateTime<Utc>> {
    // No zone has skipped more than a day.
    (0..=24 * 4).find_map(|quarters| {
        let later = local.checked_add_signed(TimeDelta::minutes(15 * quarters))?;
        zone.from_local_datetime(&later).earliest().map(|found| found.to_utc())
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn days(zone: Zone, now: &str, count: u32) -> Vec<(String, i64)> {
        let days = last_days(zone, now.parse().unwrap(), count);
        assert!(days.windows(2).all(|two| two[0].to == two[1].from), "no gap and no overlap");
        days.into_iter().map(|day| (day.date, (day.to.unix_millis() - day.from.unix_millis()) / 3_600_000)).collect()
    }

    #[test]
    fn days_begin_at_local_midnight_and_may_have_23_or_25_hours() {
        let paris = chrono_tz::Europe::Paris;
        let spring = days(paris, "2026-03-30T08:00:00Z", 3);
        assert_eq!(spring, [("2026-03-28".into(), 24), ("2026-03-29".into(), 23), ("2026-03-30".into(), 24)]);
        let autumn = days(paris, "2026-10-25T12:00:00Z", 2);
        assert_eq!(autumn, [("2026-10-24".into(), 24), ("2026-10-25".into(), 25)]);
    }

    #[test]
    fn the_last_hours_of_the_month_in_utc_are_the_next_month_in_paris() {
        let paris = chrono_tz::Europe::Paris;
        let today = last_days(paris, "2026-06-30T22:30:00Z".parse().unwrap(), 1).remove(0);
        assert_eq!((today.date.as_str(), today.from.to_string().as_str()), ("2026-07-01", "2026-06-30T22:00:00.000Z"));
    }

    #[test]
    fn the_year_and_the_days_ahead_are_those_of_the_zone() {
        let paris = chrono_tz::Europe::Paris;
        let at = |text: &str| text.parse::<Timestamp>().unwrap();
        assert_eq!(year_in(paris, at("2026-12-31T22:59:59.999Z")), 2026);
        assert_eq!(year_in(paris, at("2026-12-31T23:00:00Z")), 2027);
        // 30 calendar days later, although the clocks go forward in between.
        let due = day_after(paris, at("2026-03-15T22:30:00Z"), 30);
        assert_eq!((due.date.as_str(), due.to.to_string().as_str()), ("2026-04-14", "2026-04-14T22:00:00.000Z"));
        assert_eq!(day_after(paris, at("2026-01-31T12:00:00Z"), 0).date, "2026-01-31");
    }

    #[test]
    fn a_day_without_midnight_begins_after_the_gap() {
        // Clocks went from 00:00 to 01:00.
        let days = last_days(chrono_tz::America::Sao_Paulo, "2018-11-04T12:00:00Z".parse().unwrap(), 2);
        assert_eq!(days[1].from.to_string(), "2018-11-04T03:00:00.000Z");
        assert_eq!(days[0].to, days[1].from);
        // Samoa skipped the 30th.
        let days = last_days(chrono_tz::Pacific::Apia, "2011-12-31T12:00:00Z".parse().unwrap(), 3);
        assert_eq!(days[0].from, days[0].to);
    }
}
