//! Figures of any range of dates: cut into parts in a zone, each row counted in the part that holds its moment. What each
//! figure means stands in `model/view/figures.rs`.

mod client;
mod invoices;
mod messages;
mod orders;
mod paid;
mod series;
mod tickets;
mod users;

pub use client::annual;
pub use invoices::invoiced;
pub use messages::messaging;
pub use orders::{completion, conversion};
pub use paid::{tarif_sales, top_clients};
pub use series::{evolution, months, series};
pub use tickets::support_load;

use staka_macros::Record;

use crate::base::{Args, Day, Error, Period, PeriodUnit, Result, Timestamp, Zone, periods};
use crate::db::Statement;

/// Seconds from year 0, from where `TO_SECONDS` counts, to 1970; a whole number of hours.
const TO_1970: i64 = 62_167_219_200;

/// The parts of a range, and the slots in which statements count: `TO_SECONDS(moment) DIV step`. Slots are the longest that
/// no part's boundary cuts: hours in zones of whole hours, which Europe/Paris has been since 1911.
pub(super) struct Parts {
    all: Vec<Period>,
    step: i64,
}

impl Parts {
    /// Of a range as its unit cuts it.
    pub(super) fn cut(zone: Zone, from: Day, to: Day, unit: PeriodUnit) -> Result<Self> {
        Ok(Self::of(periods(zone, from, to, unit)?))
    }

    /// Of a range as a whole.
    pub(super) fn whole(zone: Zone, from: Day, to: Day) -> Result<Self> {
        if from >= to {
            return Err(Error::invalid("to", "must be later than from"));
        }
        Ok(Self::of(vec![whole(zone, from, to)]))
    }

    /// Of ranges that follow each other.
    pub(super) fn of(all: Vec<Period>) -> Self {
        let even = |step: &i64| {
            let uncut = |moment: Timestamp| moment.unix_millis().rem_euclid(step * 1_000) == 0;
            all.iter().all(|part| uncut(part.starts) && uncut(part.ends))
        };
        // No zone's clock has ever differed from UTC by a part of a second.
        let step = [3_600, 900, 60].into_iter().find(even).unwrap_or(1);
        Self { all, step }
    }

    /// The first moment.
    pub(super) fn starts(&self) -> Timestamp {
        self.all.first().map_or(Timestamp::EARLIEST, |part| part.starts)
    }

    /// The first moment after.
    pub(super) fn ends(&self) -> Timestamp {
        self.all.last().map_or(Timestamp::EARLIEST, |part| part.ends)
    }

    /// Whether slots are hours.
    pub(super) fn hourly(&self) -> bool {
        self.step == 3_600
    }

    /// The values of a statement that counts in slots between the first moment and the last: step, first, last.
    pub(super) fn args(&self) -> Args {
        Args::new().with(self.step).with(self.starts()).with(self.ends())
    }

    /// When a slot begins.
    pub(super) fn moment(&self, slot: i64) -> Timestamp {
        let millis = (slot * self.step - TO_1970) * 1_000;
        Timestamp::from_unix_millis(millis).unwrap_or(Timestamp::EARLIEST)
    }

    /// The place of the part in which a slot lies.
    pub(super) fn place(&self, slot: i64) -> Option<usize> {
        let moment = self.moment(slot);
        let behind = self.all.partition_point(|part| part.ends <= moment);
        self.all.get(behind).filter(|part| part.starts <= moment).map(|_| behind)
    }

    /// Something for each part, to be filled.
    pub(super) fn each<T: Clone>(&self, empty: T) -> Vec<T> {
        vec![empty; self.all.len()]
    }
}

/// A range as one part.
pub(super) fn whole(zone: Zone, from: Day, to: Day) -> Period {
    Period { label: format!("{from}/{to}"), from, to, starts: from.start(zone), ends: to.start(zone) }
}

/// What was counted in a slot.
#[derive(Record)]
pub(super) struct Slot {
    pub(super) slot: i64,
    pub(super) count: i64,
}

/// Two things that were counted in a slot.
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

    /// The slot of a moment, as the statements compute it.
    fn slot(parts: &Parts, moment: &str) -> i64 {
        let moment: Timestamp = moment.parse().unwrap();
        (moment.unix_millis().div_euclid(1_000) + TO_1970) / parts.step
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
    fn a_moment_is_counted_on_its_day_and_none_outside() {
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
            assert_eq!(days.place(slot(&days, moment)), place, "{moment}");
        }
    }

    #[test]
    fn a_day_that_was_left_out_holds_nothing() {
        let days = parts(Zone::Pacific__Apia, "2011-12-29", "2012-01-01", PeriodUnit::Day);
        assert_eq!(days.all[1].starts, days.all[1].ends);
        assert_eq!(days.place(slot(&days, "2011-12-30T10:00:00Z")), Some(2));
        assert_eq!(days.place(slot(&days, "2011-12-30T09:59:59Z")), Some(0));
    }
}
