//! Dates and half-open ranges of dates, divided into days, ISO weeks, months, quarters and years of a zone.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Deserializer, Serialize, Serializer, de};

use super::calendar::Date;
use super::days::midnight;
use super::string_enum::string_enum;
use super::{Bounds, Described, Error, Result, Shape, Timestamp, Zone};

/// A date such as `2026-03-29`, in the years 1 to 9999. The time at which it begins depends on the zone.
///
/// ```
/// use staka_core::Day;
/// let day: Day = "2026-03-29".parse()?;
/// assert_eq!(day.start(staka_core::Zone::Europe__Paris).to_string(), "2026-03-28T23:00:00.000Z");
/// # Ok::<(), staka_core::Error>(())
/// ```
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Day(i32);

/// 0001-01-01 and 9999-12-31 in days since 1970-01-01.
const RANGE: std::ops::RangeInclusive<i64> = -719_162..=2_932_896;

/// The Monday from which weeks are counted, 1969-12-29.
const MONDAY: i64 = -3;

impl Day {
    /// Creates a date; `None` if the calendar has no such day, or outside of the years 1 to 9999.
    pub fn from_ymd(year: i32, month: u8, day: u8) -> Option<Self> {
        Self::from_days(Date::checked(year.into(), month, day)?.days())
    }

    /// Returns the date of a time in `zone`.
    pub fn at(zone: Zone, time: Timestamp) -> Self {
        let date = time.to_chrono().with_timezone(&zone).date_naive();
        let since = date.signed_duration_since(chrono::NaiveDate::default()).num_days();
        Self::clamped(since)
    }

    fn from_days(days: i64) -> Option<Self> {
        RANGE.contains(&days).then_some(Self(days as i32))
    }

    /// Returns the day with this number, limited to the years 1 to 9999.
    fn clamped(days: i64) -> Self {
        Self(days.clamp(*RANGE.start(), *RANGE.end()) as i32)
    }

    fn days(self) -> i64 {
        self.0.into()
    }

    fn date(self) -> Date {
        Date::from_days(self.days())
    }

    /// Returns the start of the day in `zone`: midnight, or the first time after it if clocks skip midnight.
    pub fn start(self, zone: Zone) -> Timestamp {
        let date = chrono::NaiveDate::default().checked_add_signed(chrono::TimeDelta::days(self.days()));
        midnight(zone, date.unwrap_or_default())
    }

    /// Returns the year.
    pub fn year(self) -> i32 {
        self.date().year as i32
    }

    /// Returns the month, 1 to 12.
    pub fn month(self) -> u8 {
        self.date().month
    }

    /// Returns the day of the month, 1 to 31.
    pub fn day(self) -> u8 {
        self.date().day
    }

    /// Returns the day of the week; 0 is Monday.
    pub fn weekday(self) -> u8 {
        (self.days() - MONDAY).rem_euclid(7) as u8
    }

    /// Adds a number of days, which may be negative; the result is limited to the years 1 to 9999.
    #[must_use]
    pub fn plus_days(self, days: i64) -> Self {
        Self::clamped(self.days().saturating_add(days))
    }

    /// Adds a number of months, which may be negative. The day becomes the month's last if the month is shorter; the
    /// result is limited to the years 1 to 9999.
    #[must_use]
    pub fn plus_months(self, months: i32) -> Self {
        let Date { year, month, day } = self.date();
        let all = year * 12 + i64::from(month) - 1 + i64::from(months);
        let (year, month) = (all.div_euclid(12), all.rem_euclid(12) as u8 + 1);
        if year < 1 {
            return Self::clamped(i64::MIN);
        }
        let date = (0..4).find_map(|less| Date::checked(year, month, day.saturating_sub(less)));
        Self::clamped(date.map_or(i64::MAX, Date::days))
    }

    /// Returns the number of days from this day to `other`.
    pub fn days_until(self, other: Self) -> i64 {
        other.days() - self.days()
    }
}

impl fmt::Display for Day {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Date { year, month, day } = self.date();
        write!(f, "{year:04}-{month:02}-{day:02}")
    }
}

impl fmt::Debug for Day {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

const DAY_PROBLEM: &str = "must be a date, e.g. 2026-01-31, in the years 1 to 9999";

impl FromStr for Day {
    type Err = Error;

    /// Parses the form `2026-03-29` only.
    fn from_str(text: &str) -> Result<Self> {
        let read = || {
            let bytes = text.as_bytes();
            let digits = |from: usize, to: usize| {
                let part = bytes.get(from..to)?;
                part.iter().all(u8::is_ascii_digit).then(|| std::str::from_utf8(part).ok()?.parse::<u16>().ok())?
            };
            if bytes.len() != 10 || bytes[4] != b'-' || bytes[7] != b'-' {
                return None;
            }
            Self::from_ymd(digits(0, 4)?.into(), digits(5, 7)? as u8, digits(8, 10)? as u8)
        };
        read().ok_or_else(|| Error::invalid("day", DAY_PROBLEM))
    }
}

impl Serialize for Day {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&self.to_string())
    }
}

impl<'de> Deserialize<'de> for Day {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = <std::borrow::Cow<'de, str> as Deserialize>::deserialize(deserializer)?;
        text.parse().map_err(|e: Error| de::Error::custom(e.fields()[0].problem.clone()))
    }
}

impl Described for Day {
    fn shape() -> Shape {
        Bounds::pattern("^[0-9]{4}-(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])$", DAY_PROBLEM)
            .and(Bounds::chars(10, 10))
            .apply(String::shape())
    }
}

string_enum! {
    /// The unit into which a range of dates is divided.
    pub enum PeriodUnit {
        /// Days, 23 or 25 hours long where clocks change.
        Day = "day",
        /// Weeks from Monday to Sunday (ISO 8601).
        Week = "week",
        /// Calendar months.
        Month = "month",
        /// Quarters, beginning in January, April, July and October.
        Quarter = "quarter",
        /// Calendar years.
        Year = "year",
    }
}

impl PeriodUnit {
    /// Returns the first day of the unit that contains `day`.
    pub fn first(self, day: Day) -> Day {
        let of_month = |month: u8| Day::from_ymd(day.year(), month, 1).unwrap_or(day);
        match self {
            Self::Day => day,
            Self::Week => day.plus_days(-i64::from(day.weekday())),
            Self::Month => of_month(day.month()),
            Self::Quarter => of_month((day.month() - 1) / 3 * 3 + 1),
            Self::Year => of_month(1),
        }
    }

    /// Returns the first day of the unit after the one that contains `day`.
    pub fn next(self, day: Day) -> Day {
        let first = self.first(day);
        match self {
            Self::Day => first.plus_days(1),
            Self::Week => first.plus_days(7),
            Self::Month => first.plus_months(1),
            Self::Quarter => first.plus_months(3),
            Self::Year => first.plus_months(12),
        }
    }

    /// Returns the label of the unit that contains `day`: `2026-03-29`, `2026-W13`, `2026-03`, `2026-Q1` or `2026`.
    pub fn label(self, day: Day) -> String {
        match self {
            Self::Day => day.to_string(),
            Self::Week => {
                // A week belongs to the year of its Thursday.
                let thursday = day.plus_days(3 - i64::from(day.weekday()));
                let first = Day::from_ymd(thursday.year(), 1, 1).unwrap_or(thursday);
                format!("{:04}-W{:02}", thursday.year(), first.days_until(thursday) / 7 + 1)
            }
            Self::Month => format!("{:04}-{:02}", day.year(), day.month()),
            Self::Quarter => format!("{:04}-Q{}", day.year(), (day.month() - 1) / 3 + 1),
            Self::Year => format!("{:04}", day.year()),
        }
    }
}

/// A part of a range of dates: `from ≤ date < to`, with the times at which it begins and ends in the zone.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Period {
    /// The label of its unit, e.g. `2026-03`.
    pub label: String,
    /// The first day.
    pub from: Day,
    /// The day after the last.
    pub to: Day,
    /// The start, UTC.
    pub starts: Timestamp,
    /// The end, UTC, not part of the period.
    pub ends: Timestamp,
}

/// The most periods of a range: ten years of days.
pub const MAX_PERIODS: usize = 4_000;

/// Divides `from ≤ date < to` into units, in order, without gap or overlap. The first and the last period are parts of
/// a unit if the range begins or ends within one. Fails with `Invalid` unless `from < to`, and for more than
/// [`MAX_PERIODS`] periods.
pub fn periods(zone: Zone, from: Day, to: Day, unit: PeriodUnit) -> Result<Vec<Period>> {
    if from >= to {
        return Err(Error::invalid("to", "must be later than from"));
    }
    let mut all = Vec::new();
    let (mut day, mut starts) = (from, from.start(zone));
    while day < to {
        if all.len() == MAX_PERIODS {
            return Err(Error::invalid("to", format!("must not be more than {MAX_PERIODS} periods after from")));
        }
        let next = unit.next(day);
        // In the year 9999 the next unit may not exist.
        let next = if next > day { next.min(to) } else { to };
        let ends = next.start(zone);
        all.push(Period { label: unit.label(day), from: day, to: next, starts, ends });
        (day, starts) = (next, ends);
    }
    Ok(all)
}

/// Returns the range before `from ≤ date < to`, for comparison: the same number of months if the range consists of
/// whole months, so that a month is compared with the month before; the same number of days otherwise.
pub fn range_before(from: Day, to: Day) -> (Day, Day) {
    let months = (to.year() - from.year()) * 12 + i32::from(to.month()) - i32::from(from.month());
    if from.day() == 1 && to.day() == 1 && months > 0 {
        (from.plus_months(-months), from)
    } else {
        (from.plus_days(to.days_until(from)), from)
    }
}

#[cfg(test)]
mod tests;
