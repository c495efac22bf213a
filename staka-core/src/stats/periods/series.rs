//! The figures of each period of a range, by seven statements whatever the range.

use super::{Parts, messages, orders, paid, single_period, tickets, users};
use crate::base::{Day, PeriodUnit, Result, Timestamp, Zone, growth, range_before};
use crate::db::Conn;
use crate::model::view::{Figures, MetricChange, PeriodComparison, PeriodFigures};

async fn figures_of(conn: &mut Conn, parts: &Parts) -> Result<Vec<Figures>> {
    let mut all = parts.filled_with(Figures::default());
    macro_rules! add {
        ($rows:expr, $($column:ident to $figure:ident),+) => {
            for row in $rows.await? {
                if let Some(figures) = parts.index_of(row.slot).and_then(|index| all.get_mut(index)) {
                    $(figures.$figure += row.$column;)+
                }
            }
        };
    }
    add!(paid::slots(conn, parts), one to revenue, two to paid_orders);
    add!(orders::created(conn, parts), count to new_orders);
    add!(orders::finished(conn, parts), count to finished_orders);
    add!(users::created(conn, parts), one to new_accounts, two to new_clients);
    add!(messages::slots(conn, parts), count to messages);
    add!(tickets::opened(conn, parts), count to tickets_opened);
    add!(tickets::resolved(conn, parts), count to tickets_resolved);
    Ok(all)
}

/// Returns the figures of `from ≤ date < to` by period, including periods without any activity. Fails with `Invalid`
/// unless `from < to`, and for more than 4,000 periods.
pub async fn time_series(
    conn: &mut Conn,
    zone: Zone,
    from: Day,
    to: Day,
    unit: PeriodUnit,
) -> Result<Vec<PeriodFigures>> {
    let parts = Parts::cut(zone, from, to, unit)?;
    let figures = figures_of(conn, &parts).await?;
    let part = |(part, figures): (&crate::base::Period, Figures)| PeriodFigures {
        label: part.label.clone(),
        from: part.from,
        to: part.to,
        figures,
    };
    Ok(parts.all.iter().zip(figures).map(part).collect())
}

/// Returns the figures of the last twelve months, oldest first; the last is that of `now`.
pub async fn monthly(conn: &mut Conn, zone: Zone, now: Timestamp) -> Result<Vec<PeriodFigures>> {
    let present = PeriodUnit::Month.first(Day::at(zone, now));
    time_series(conn, zone, present.plus_months(-11), PeriodUnit::Month.next(present), PeriodUnit::Month).await
}

/// Compares `from ≤ date < to` with the range just before. Fails with `Invalid` unless `from < to`.
pub async fn compare_periods(conn: &mut Conn, zone: Zone, from: Day, to: Day) -> Result<PeriodComparison> {
    let current = Parts::whole(zone, from, to)?;
    let (previous_from, _) = range_before(from, to);
    let parts = Parts::of([vec![single_period(zone, previous_from, from)], current.all].concat());
    let figures = figures_of(conn, &parts).await?;
    let change = |of: fn(&Figures) -> i64| {
        let [previous, current] = [0, 1].map(|index| figures.get(index).map_or(0, of));
        MetricChange { current, previous, growth: growth(current, previous) }
    };
    Ok(PeriodComparison {
        from,
        to,
        previous_from,
        revenue: change(|figures| figures.revenue),
        paid_orders: change(|figures| figures.paid_orders),
        new_orders: change(|figures| figures.new_orders),
        finished_orders: change(|figures| figures.finished_orders),
        new_accounts: change(|figures| figures.new_accounts),
        new_clients: change(|figures| figures.new_clients),
        messages: change(|figures| figures.messages),
        tickets_opened: change(|figures| figures.tickets_opened),
        tickets_resolved: change(|figures| figures.tickets_resolved),
    })
}
