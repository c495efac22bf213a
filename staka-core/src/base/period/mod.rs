//! Dates and ranges of them as people count: half open, cut into days, ISO weeks, months, quarters and years in a zone.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Deserializer, Serialize, Serializer, de};

use super::calendar::Date;
use super::choice::choice;
use super::days::midnight;
use super::{Described, Error, Result, Shape, Timestamp, Zone};

/// A date, `2026-03-29`, in the years 1 to 9999. When it begins depends on the zone.
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

/// A Monday, from which weeks are counted: 1969-12-29.
const MONDAY: i64 = -3;

impl Day {
    /// The date of this day; none where the calendar has no such day, or outside of the years 1 to 9999.
    pub fn of_date(year: i32, month: u8, day: u8) -> Option<Self> {
        Self::of_days(Date::checked(year.into(), month, day)?.days())
    }

    /// The day on which this moment lies in `zone`.
    pub fn at(zone: Zone, moment: Timestamp) -> Self {
        let date = moment.to_chrono().with_timezone(&zone).date_naive();
        let since = date.signed_duration_since(chrono::NaiveDate::default()).num_days();
        Self::held(since)
    }

    fn of_days(days: i64) -> Option<Self> {
        RANGE.contains(&days).then_some(Self(days as i32))
    }

    /// That day, or the first or last one that there is.
    fn held(days: i64) -> Self {
        Self(days.clamp(*RANGE.start(), *RANGE.end()) as i32)
    }

    fn days(self) -> i64 {
        self.0.into()
    }

    fn date(self) -> Date {
        Date::of_days(self.days())
    }

    /// Its first moment in `zone`; where clocks leave midnight out, the first one after.
    pub fn start(self, zone: Zone) -> Timestamp {
        let date = chrono::NaiveDate::default().checked_add_signed(chrono::TimeDelta::days(self.days()));
        midnight(zone, date.unwrap_or_default())
    }

    /// The year.
    pub fn year(self) -> i32 {
        self.date().year as i32
    }

    /// The month, 1 to 12.
    pub fn month(self) -> u8 {
        self.date().month
    }

    /// The day of the month, 1 to 31.
    pub fn day(self) -> u8 {
        self.date().day
    }

    /// The day of the week: 0 is Monday.
    pub fn weekday(self) -> u8 {
        (self.days() - MONDAY).rem_euclid(7) as u8
    }

    /// So many days later, or before; held within the years 1 to 9999.
    #[must_use]
    pub fn plus_days(self, days: i64) -> Self {
        Self::held(self.days().saturating_add(days))
    }

    /// The same day so many months later, or before; the month's last where it has none of that number. Held within the
    /// years 1 to 9999.
    #[must_use]
    pub fn plus_months(self, months: i32) -> Self {
        let Date { year, month, day } = self.date();
        let all = year * 12 + i64::from(month) - 1 + i64::from(months);
        let (year, month) = (all.div_euclid(12), all.rem_euclid(12) as u8 + 1);
        if year < 1 {
            return Self::held(i64::MIN);
        }
        let date = (0..4).find_map(|less| Date::checked(year, month, day.saturating_sub(less)));
        Self::held(date.map_or(i64::MAX, Date::days))
    }

    /// How many days later `other` is.
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

impl FromStr for Day {
    type Err = Error;

    /// Reads `2026-03-29` and nothing else.
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
            Self::of_date(digits(0, 4)?.into(), digits(5, 7)? as u8, digits(8, 10)? as u8)
        };
        read().ok_or_else(|| Error::invalid("day", "must be a date, e.g. 2026-01-31, in the years 1 to 9999"))
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
        Shape::Text
    }
}

choice! {
    /// Into what a range of dates is cut.
    pub enum PeriodUnit {
        /// Days, 23 or 25 hours long where clocks change.
        Day = "day",
        /// Weeks from Monday to Sunday (ISO 8601).
        Week = "week",
        /// Calendar months.
        Month = "month",
        /// Three months from January, April, July and October.
        Quarter = "quarter",
        /// Calendar years.
        Year = "year",
    }
}

impl PeriodUnit {
    /// The first day of the unit in which `day` lies; of the years 1 to 9999.
    pub fn first(self, day: Day) -> Day {
        let of_month = |month: u8| Day::of_date(day.year(), month, 1).unwrap_or(day);
        match self {
            Self::Day => day,
            Self::Week => day.plus_days(-i64::from(day.weekday())),
            Self::Month => of_month(day.month()),
            Self::Quarter => of_month((day.month() - 1) / 3 * 3 + 1),
            Self::Year => of_month(1),
        }
    }

    /// The first day of the unit after that in which `day` lies.
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

    /// What people call the unit in which `day` lies: `2026-03-29`, `2026-W13`, `2026-03`, `2026-Q1`, `2026`.
    pub fn label(self, day: Day) -> String {
        match self {
            Self::Day => day.to_string(),
            Self::Week => {
                // A week belongs to the year of its Thursday.
                let thursday = day.plus_days(3 - i64::from(day.weekday()));
                let first = Day::of_date(thursday.year(), 1, 1).unwrap_or(thursday);
                format!("{:04}-W{:02}", thursday.year(), first.days_until(thursday) / 7 + 1)
            }
            Self::Month => format!("{:04}-{:02}", day.year(), day.month()),
            Self::Quarter => format!("{:04}-Q{}", day.year(), (day.month() - 1) / 3 + 1),
            Self::Year => format!("{:04}", day.year()),
        }
    }
}

/// A part of a range: `from ≤ date < to`, and the moments at which it begins and ends in the zone.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Period {
    /// What people call the unit that it is, or is a part of.
    pub label: String,
    /// Its first day.
    pub from: Day,
    /// The day after its last.
    pub to: Day,
    /// Its first moment.
    pub starts: Timestamp,
    /// The first moment after it.
    pub ends: Timestamp,
}

/// Into how many parts a range may be cut: ten years of days.
pub const PERIODS: usize = 4_000;

/// Cuts `from ≤ date < to` into its units, in order, without gap or overlap. The first and the last one are parts of a
/// unit where the range begins or ends within one. `Invalid` unless `from < to`, and for more than [`PERIODS`] parts.
pub fn periods(zone: Zone, from: Day, to: Day, unit: PeriodUnit) -> Result<Vec<Period>> {
    if from >= to {
        return Err(Error::invalid("to", "must be later than from"));
    }
    let mut all = Vec::new();
    let (mut day, mut starts) = (from, from.start(zone));
    while day < to {
        if all.len() == PERIODS {
            return Err(Error::invalid("to", format!("must not be more than {PERIODS} parts after from")));
        }
        let next = unit.next(day);
        // In the last year there is, the unit after does not begin.
        let next = if next > day { next.min(to) } else { to };
        let ends = next.start(zone);
        all.push(Period { label: unit.label(day), from: day, to: next, starts, ends });
        (day, starts) = (next, ends);
    }
    Ok(all)
}

/// The range just before `from ≤ date < to`, to compare with: as many whole months before where the range is whole
/// months, so that a month is compared with the month before; as many days before otherwise.
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
