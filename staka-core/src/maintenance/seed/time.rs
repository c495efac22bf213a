//! Times: rows spread evenly over two years, and dates in French notation.

use chrono::Datelike;

use crate::base::{Timestamp, format_date};

pub(super) const MINUTE: i64 = 60_000;
pub(super) const HOUR: i64 = 60 * MINUTE;
pub(super) const DAY: i64 = 24 * HOUR;

/// The age of the oldest rows.
pub(super) const TWO_YEARS: i64 = 730 * DAY;

/// Converts milliseconds since 1970.
pub(super) fn moment(millis: i64) -> Timestamp {
    Timestamp::from_unix_millis(millis).expect("the anchor was checked to leave room")
}

/// A time span, in milliseconds since 1970.
#[derive(Clone, Copy, Debug)]
pub(super) struct Window {
    pub(super) start: i64,
    pub(super) end: i64,
}

impl Window {
    /// Returns a time in the `index`th of `count` equal parts; `chance` determines where in the part.
    pub(super) fn at(self, index: u64, count: u64, chance: u64) -> i64 {
        let span = (self.end - self.start).unsigned_abs();
        let within = ((u128::from(chance) * u128::from(span)) >> 64) as u64;
        self.start + ((u128::from(index) * u128::from(span) + u128::from(within)) / u128::from(count)) as i64
    }

    /// Returns how many of `count` equal parts have passed at `moment`, at most `count`.
    pub(super) fn passed(self, moment: i64, count: u64) -> u64 {
        let span = (self.end - self.start).unsigned_abs();
        let gone = u64::try_from(moment - self.start).unwrap_or(0).min(span);
        (u128::from(gone) * u128::from(count) / u128::from(span)) as u64
    }

    /// Returns the time, or the end if that is earlier.
    pub(super) fn not_after(self, millis: i64) -> i64 {
        millis.min(self.end)
    }
}

/// `14 mars 2026`.
pub(super) fn in_french(millis: i64) -> String {
    format_date(moment(millis).to_chrono().date_naive())
}

/// `2026-03-14`.
pub(super) fn iso_date(millis: i64) -> String {
    moment(millis).to_chrono().format("%F").to_string()
}

/// `1 234,50 €`, from centimes.
pub(super) fn euros(centimes: i64) -> String {
    let (whole, rest) = (centimes / 100, centimes % 100);
    let whole = if whole >= 1000 { format!("{}\u{202f}{:03}", whole / 1000, whole % 1000) } else { whole.to_string() };
    format!("{whole},{rest:02} €")
}

/// The year, UTC.
pub(super) fn year(millis: i64) -> i32 {
    moment(millis).to_chrono().year()
}
