//! A client's paid orders of a calendar year.

use super::{Parts, SlotOfTwo};
use crate::base::{Args, Day, Error, PeriodUnit, Result, Zone};
use crate::db::{Access, Conn, Statement};
use crate::model::UserId;
use crate::model::view::{AnnualFigures, AnnualMonth};

/// All paid orders of one client, each at the time of its payment; of these, those of a range.
static PAID: Statement = Statement::fixed(
    "stats.annual_figures",
    "SELECT TO_SECONDS(x.moment) DIV ? AS slot, CAST(COALESCE(SUM(x.amount), 0) AS SIGNED), COUNT(*) FROM (\
       SELECT c.amount, COALESCE((SELECT p.paidAt FROM staka_payments p FORCE INDEX (staka_payments_commandeId) \
         WHERE p.commandeId = c.id ORDER BY p.paidAt LIMIT 1), c.createdAt) AS moment \
       FROM commandes c FORCE INDEX (staka_commandes_recent) WHERE c.userId = ? AND c.paymentStatus = 'paid'\
     ) x WHERE x.moment >= ? AND x.moment < ? GROUP BY slot",
    &[
        Access::Index { table: "c", keys: &["staka_commandes_recent"] },
        Access::Index { table: "p", keys: &["staka_payments_commandeId"] },
    ],
);

/// The price of a page in centimes: 2 €.
const CENTIMES_PER_PAGE: i64 = 200;

/// Returns a client's orders paid in a calendar year, by month. Fails with `Invalid` unless the year is 1 to 9998.
pub async fn annual_figures(conn: &mut Conn, zone: Zone, user: &UserId, year: i32) -> Result<AnnualFigures> {
    let of_year = |year: i32| Day::from_ymd(year, 1, 1).filter(|_| (1..=9_999).contains(&year));
    let (Some(from), Some(to)) = (of_year(year), of_year(year.saturating_add(1))) else {
        return Err(Error::invalid("year", "must be between 1 and 9998"));
    };
    let parts = Parts::cut(zone, from, to, PeriodUnit::Month)?;
    let args = Args::new().with(parts.step).with(user).with(parts.starts()).with(parts.ends());
    let rows: Vec<SlotOfTwo> = conn.all(&PAID, args).await?;
    let label = |part: &crate::base::Period| AnnualMonth { label: part.label.clone(), amount: 0, orders: 0 };
    let mut months: Vec<AnnualMonth> = parts.all.iter().map(label).collect();
    for row in rows {
        if let Some(month) = parts.index_of(row.slot).and_then(|index| months.get_mut(index)) {
            month.amount += row.one;
            month.orders += row.two;
        }
    }
    let amount: i64 = months.iter().map(|month| month.amount).sum();
    let orders = months.iter().map(|month| month.orders).sum();
    Ok(AnnualFigures {
        year,
        amount,
        orders,
        pages: (amount + CENTIMES_PER_PAGE / 2).div_euclid(CENTIMES_PER_PAGE),
        months,
    })
}

pub(super) fn statements() -> Vec<&'static Statement> {
    vec![&PAID]
}
