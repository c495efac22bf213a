//! Statistics of any range of dates: the range is cut into periods in a zone, and each row counts in the period that
//! contains its time. `model/view/figures.rs` defines each figure.

mod client;
mod invoices;
mod messages;
mod orders;
mod paid;
mod series;
mod tickets;
mod users;

pub use client::annual_figures;
pub use invoices::invoiced_by_period;
#[cfg(feature = "unstable-internals")]
pub use messages::messages_by_type;
pub use messages::messaging_load;
pub use orders::{completion_times, conversion};
pub use paid::{tarif_sales, top_clients};
pub use series::{compare_periods, monthly, time_series};
pub use tickets::ticket_load;

use staka_macros::Record;

use crate::base::{Args, Day, Error, Period, PeriodUnit, Result, Timestamp, Zone, periods};
use crate::db::Statement;

/// Seconds from year 0, where `TO_SECONDS` begins, to 1970; a whole number of hours.
const SECONDS_TO_1970: i64 = 62_167_219_200;

/// The periods of a range, and the slots in which statements count: `TO_SECONDS(time) DIV step`. Slots are the longest
/// that no period's boundary cuts: hours in zones of whole hours, as Europe/Paris has been since 1911.
pub(super) struct Parts {
    all: Vec<Period>,
    step: i64,
}

impl Parts {
    /// Cuts a range into periods of the given unit.
    pub(super) fn cut(zone: Zone, from: Day, to: Day, unit: PeriodUnit) -> Result<Self> {
        Ok(Self::of(periods(zone, from, to, unit)?))
    }

    /// Takes a range as one period.
    pub(super) fn whole(zone: Zone, from: Day, to: Day) -> Result<Self> {
        if from >= to {
            return Err(Error::invalid("to", "must be later than from"));
        }
        Ok(Self::of(vec![single_period(zone, from, to)]))
    }

    /// Takes consecutive periods.
    pub(super) fn of(all: Vec<Period>) -> Self {
        let divides_all = |step: &i64| {
            let uncut = |time: Timestamp| time.unix_millis().rem_euclid(step * 1_000) == 0;
            all.iter().all(|part| uncut(part.starts) && uncut(part.ends))
        };
        // No zone's offset from UTC has ever had fractions of a second.
        let step = [3_600, 900, 60].into_iter().find(divides_all).unwrap_or(1);
        Self { all, step }
    }

    /// Returns the start of the first period.
    pub(super) fn starts(&self) -> Timestamp {
        self.all.first().map_or(Timestamp::EARLIEST, |part| part.starts)
    }

    /// Returns the end of the last period, which is excluded.
    pub(super) fn ends(&self) -> Timestamp {
        self.all.last().map_or(Timestamp::EARLIEST, |part| part.ends)
    }

    /// Returns whether slots are hours.
    pub(super) fn hourly(&self) -> bool {
        self.step == 3_600
    }

    /// Returns the arguments of a statement that counts in slots: step, start, end.
    pub(super) fn args(&self) -> Args {
        Args::new().with(self.step).with(self.starts()).with(self.ends())
    }

    /// Returns the start of a slot.
    pub(super) fn slot_start(&self, slot: i64) -> Timestamp {
        let millis = (slot * self.step - SECONDS_TO_1970) * 1_000;
        Timestamp::from_unix_millis(millis).unwrap_or(Timestamp::EARLIEST)
    }

    /// Returns the index of the period that contains a slot.
    pub(super) fn index_of(&self, slot: i64) -> Option<usize> {
        let start = self.slot_start(slot);
        let index = self.all.partition_point(|part| part.ends <= start);
        self.all.get(index).filter(|part| part.starts <= start).map(|_| index)
    }

    /// Returns one copy of the value for each period.
    pub(super) fn filled_with<T: Clone>(&self, value: T) -> Vec<T> {
        vec![value; self.all.len()]
    }
}

/// Returns a range as one period.
pub(super) fn single_period(zone: Zone, from: Day, to: Day) -> Period {
    Period { label: format!("{from}/{to}"), from, to, starts: from.start(zone), ends: to.start(zone) }
}

/// A count of one slot.
#[derive(Record)]
pub(super) struct Slot {
    pub(super) slot: i64,
    pub(super) count: i64,
}

/// Two counts of one slot.
#[derive(Record)]
pub(super) struct SlotOfTwo {
    pub(super) slot: i64,
    pub(super) one: i64,
    pub(super) two: i64,
}

pub(super) fn statements() -> Vec<&'static Statement> {
    [
        client::statements(),
        invoices::statements(),
        messages::statements(),
        orders::statements(),
        paid::statements(),
        tickets::statements(),
        users::statements(),
    ]
    .concat()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parts(zone: Zone, from: &str, to: &str, unit: PeriodUnit) -> Parts {
        Parts::cut(zone, from.parse().unwrap(), to.parse().unwrap(), unit).unwrap()
    }

    /// Returns the slot of a time, as the statements compute it.
    fn slot(parts: &Parts, moment: &str) -> i64 {
        let moment: Timestamp = moment.parse().unwrap();
        (moment.unix_millis().div_euclid(1_000) + SECONDS_TO_1970) / parts.step
    }

    #[test]
    fn slots_are_the_longest_that_no_boundary_cuts() {
        for (zone, from, step) in [
            (Zone::Europe__Paris, "2026-01-01", 3_600),
            (Zone::Asia__Kolkata, "2026-01-01", 900),
            (Zone::Asia__Kathmandu, "2026-01-01", 900),
            (Zone::Europe__Paris, "1910-01-01", 1),
        ] {
            let to = from.replace("-01-01", "-02-01");
            assert_eq!(parts(zone, from, &to, PeriodUnit::Day).step, step, "{zone} {from}");
        }
    }

    #[test]
    fn a_time_is_counted_on_its_day_and_none_outside() {
        let days = parts(Zone::Europe__Paris, "2026-03-28", "2026-03-31", PeriodUnit::Day);
        for (moment, place) in [
            ("2026-03-27T22:59:59.999Z", None),
            ("2026-03-27T23:00:00.000Z", Some(0)),
            ("2026-03-28T22:59:59.999Z", Some(0)),
            ("2026-03-28T23:00:00.000Z", Some(1)),
            ("2026-03-29T21:59:59.999Z", Some(1)),
            ("2026-03-29T22:00:00.000Z", Some(2)),
            ("2026-03-30T22:00:00.000Z", None),
        ] {
            assert_eq!(days.index_of(slot(&days, moment)), place, "{moment}");
        }
    }

    #[test]
    fn a_day_skipped_by_the_zone_is_empty() {
        let days = parts(Zone::Pacific__Apia, "2011-12-29", "2012-01-01", PeriodUnit::Day);
        assert_eq!(days.all[1].starts, days.all[1].ends);
        assert_eq!(days.index_of(slot(&days, "2011-12-30T10:00:00Z")), Some(2));
        assert_eq!(days.index_of(slot(&days, "2011-12-30T09:59:59Z")), Some(0));
    }
}
