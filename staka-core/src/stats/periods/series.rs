//! What happened in each part of a range: seven statements, whatever the range.

use super::{Parts, messages, orders, paid, tickets, users, whole};
use crate::base::{Day, PeriodUnit, Result, Timestamp, Zone, growth, range_before};
use crate::db::Conn;
use crate::model::view::{Evolution, FigureChange, Figures, FiguresPart};

async fn counted(conn: &mut Conn, parts: &Parts) -> Result<Vec<Figures>> {
    let mut all = parts.each(Figures::default());
    macro_rules! add {
        ($rows:expr, $($column:ident to $figure:ident),+) => {
            for row in $rows.await? {
                if let Some(figures) = parts.place(row.slot).and_then(|place| all.get_mut(place)) {
                    $(figures.$figure += row.$column;)+
                }
            }
        };
    }
    add!(paid::slots(conn, parts), one to revenue, two to paid_orders);
    add!(orders::made(conn, parts), count to new_orders);
    add!(orders::finished(conn, parts), count to finished_orders);
    add!(users::made(conn, parts), one to new_accounts, two to new_clients);
    add!(messages::slots(conn, parts), count to messages);
    add!(tickets::opened(conn, parts), count to tickets_opened);
    add!(tickets::resolved(conn, parts), count to tickets_resolved);
    Ok(all)
}

/// What happened in `from ≤ date < to`, a part after the other, those in which nothing did too. `Invalid` unless
/// `from < to`, and for more than 4,000 parts.
pub async fn series(conn: &mut Conn, zone: Zone, from: Day, to: Day, unit: PeriodUnit) -> Result<Vec<FiguresPart>> {
    let parts = Parts::cut(zone, from, to, unit)?;
    let figures = counted(conn, &parts).await?;
    let part = |(part, figures): (&crate::base::Period, Figures)| FiguresPart {
        label: part.label.clone(),
        from: part.from,
        to: part.to,
        figures,
    };
    Ok(parts.all.iter().zip(figures).map(part).collect())
}

/// The last twelve months, the oldest first; the last is that of `now`.
pub async fn months(conn: &mut Conn, zone: Zone, now: Timestamp) -> Result<Vec<FiguresPart>> {
    let present = PeriodUnit::Month.first(Day::at(zone, now));
    series(conn, zone, present.plus_months(-11), PeriodUnit::Month.next(present), PeriodUnit::Month).await
}

/// `from ≤ date < to` beside the range just before. `Invalid` unless `from < to`.
pub async fn evolution(conn: &mut Conn, zone: Zone, from: Day, to: Day) -> Result<Evolution> {
    let now = Parts::whole(zone, from, to)?;
    let (before, _) = range_before(from, to);
    let parts = Parts::of([vec![whole(zone, before, from)], now.all].concat());
    let figures = counted(conn, &parts).await?;
    let change = |of: fn(&Figures) -> i64| {
        let [before, now] = [0, 1].map(|place| figures.get(place).map_or(0, of));
        FigureChange { now, before, growth: growth(now, before) }
    };
    Ok(Evolution {
        from,
        to,
        before,
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
