//! Times: rows spread evenly over two years, and dates in French notation.

use chrono::Datelike;
use staka_core::base::{Timestamp, format_date};

pub(crate) const MINUTE: i64 = 60_000;
pub(crate) const HOUR: i64 = 60 * MINUTE;
pub(crate) const DAY: i64 = 24 * HOUR;

/// The age of the oldest rows.
pub(crate) const TWO_YEARS: i64 = 730 * DAY;

/// Converts milliseconds since 1970.
pub(crate) fn moment(millis: i64) -> Timestamp {
    Timestamp::from_unix_millis(millis).expect("the anchor was checked to leave room")
}

/// A time span, in milliseconds since 1970.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Window {
    pub(crate) start: i64,
    pub(crate) end: i64,
}

impl Window {
    /// Returns a time in the `index`th of `count` equal parts; `chance` determines where in the part.
    pub(crate) fn at(self, index: u64, count: u64, chance: u64) -> i64 {
        let span = (self.end - self.start).unsigned_abs();
        let within = ((u128::from(chance) * u128::from(span)) >> 64) as u64;
        self.start + ((u128::from(index) * u128::from(span) + u128::from(within)) / u128::from(count)) as i64
    }

    /// Returns how many of `count` equal parts have passed at `moment`, at most `count`.
    pub(crate) fn passed(self, moment: i64, count: u64) -> u64 {
        let span = (self.end - self.start).unsigned_abs();
        let gone = u64::try_from(moment - self.start).unwrap_or(0).min(span);
        (u128::from(gone) * u128::from(count) / u128::from(span)) as u64
    }

    /// Returns the time, or the end if that is earlier.
    pub(crate) fn not_after(self, millis: i64) -> i64 {
        millis.min(self.end)
    }
}

/// `14 mars 2026`.
pub(crate) fn in_french(millis: i64) -> String {
    format_date(moment(millis).to_chrono().date_naive())
}

/// `2026-03-14`.
pub(crate) fn iso_date(millis: i64) -> String {
    moment(millis).to_chrono().format("%F").to_string()
}

/// `1 234,50 €`, from centimes.
pub(crate) fn euros(centimes: i64) -> String {
    let (whole, rest) = (centimes / 100, centimes % 100);
    let whole = if whole >= 1000 { format!("{}\u{202f}{:03}", whole / 1000, whole % 1000) } else { whole.to_string() };
    format!("{whole},{rest:02} €")
}

/// The year, UTC.
pub(crate) fn year(millis: i64) -> i32 {
    moment(millis).to_chrono().year()
}
