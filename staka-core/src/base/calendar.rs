//! Conversion between day numbers and Gregorian dates. Every row read contains several timestamps, and `chrono` does
//! more work for each than a `DATETIME` needs.

/// Days from 0000-03-01, the start of this algorithm's first year, to 1970-01-01.
const TO_1970: i64 = 719_468;
/// Days of 400 years, after which the calendar repeats.
const ERA: i64 = 146_097;

/// A date of the Gregorian calendar.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Date {
    pub(super) year: i64,
    pub(super) month: u8,
    pub(super) day: u8,
}

impl Date {
    /// None for a day that the calendar does not have.
    pub(super) fn checked(year: i64, month: u8, day: u8) -> Option<Self> {
        let leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
        let days = match month {
            4 | 6 | 9 | 11 => 30,
            2 if leap => 29,
            2 => 28,
            1..=12 => 31,
            _ => 0,
        };
        (1..=days).contains(&day).then_some(Self { year, month, day })
    }

    /// Days since 1970-01-01.
    pub(super) const fn days(self) -> i64 {
        let (month, day) = (self.month as i64, self.day as i64);
        // Years begin in March, so that the odd day comes last.
        let (year, month) = if month > 2 { (self.year, month - 3) } else { (self.year - 1, month + 9) };
        let of_era = year.rem_euclid(400);
        let of_year = (153 * month + 2) / 5 + day - 1;
        year.div_euclid(400) * ERA + of_era * 365 + of_era / 4 - of_era / 100 + of_year - TO_1970
    }

    /// The date so many days after 1970-01-01.
    pub(super) const fn from_days(days: i64) -> Self {
        let days = days + TO_1970;
        let of_era = days.rem_euclid(ERA);
        let years = (of_era - of_era / 1_460 + of_era / 36_524 - of_era / (ERA - 1)) / 365;
        let of_year = of_era - (365 * years + years / 4 - years / 100);
        let month = (5 * of_year + 2) / 153;
        let day = of_year - (153 * month + 2) / 5 + 1;
        let year = days.div_euclid(ERA) * 400 + years;
        let (year, month) = if month < 10 { (year, month + 3) } else { (year + 1, month - 9) };
        Self { year, month: month as u8, day: day as u8 }
    }
}

#[cfg(test)]
mod tests {
    use chrono::{Datelike, NaiveDate};

    use super::Date;

    #[test]
    fn every_day_of_ten_thousand_years_is_that_of_chrono() {
        let epoch = NaiveDate::from_ymd_opt(1970, 1, 1).unwrap();
        let first = NaiveDate::from_ymd_opt(0, 1, 1).unwrap();
        for day in first.iter_days().take_while(|day| day.year() < 10_000) {
            let date = Date::checked(day.year().into(), day.month() as u8, day.day() as u8).unwrap();
            let days = day.signed_duration_since(epoch).num_days();
            assert_eq!((date.days(), Date::from_days(days)), (days, date));
        }
    }

    #[test]
    fn what_is_no_day_is_refused() {
        for (year, month, day) in
            [(2026, 2, 29), (1900, 2, 29), (2024, 0, 1), (2024, 13, 1), (2024, 1, 0), (2024, 4, 31)]
        {
            assert_eq!(Date::checked(year, month, day), None, "{year}-{month}-{day}");
        }
        assert!(Date::checked(2000, 2, 29).is_some());
    }
}
