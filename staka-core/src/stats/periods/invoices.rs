//! Invoiced amounts.

use staka_macros::Record;

use super::Parts;
use crate::base::{Day, PeriodUnit, Result, Zone};
use crate::db::{Access, Conn, Statement};
use crate::model::view::InvoicedByPeriod;

static ISSUED: Statement = Statement::fixed(
    "stats.invoiced_by_period",
    "SELECT TO_SECONDS(x.moment) DIV ? AS slot, COUNT(CASE WHEN x.stands THEN 1 END), \
       CAST(COALESCE(SUM(CASE WHEN x.stands THEN x.amount END), 0) AS SIGNED), \
       CAST(COALESCE(SUM(CASE WHEN x.stands THEN x.taxAmount END), 0) AS SIGNED), \
       CAST(COALESCE(SUM(CASE WHEN x.paid THEN x.amount + x.taxAmount END), 0) AS SIGNED), \
       COUNT(CASE WHEN NOT x.stands THEN 1 END) FROM (\
       SELECT i.issuedAt AS moment, i.amount, i.taxAmount, i.status <> 'CANCELLED' AS stands, i.status = 'PAID' AS paid \
       FROM invoices i FORCE INDEX (staka_invoices_issued) WHERE i.issuedAt >= ? AND i.issuedAt < ? \
       UNION ALL \
       SELECT j.createdAt, j.amount, j.taxAmount, j.status <> 'CANCELLED', j.status = 'PAID' \
       FROM invoices j FORCE INDEX (staka_invoices_issued) WHERE j.issuedAt IS NULL AND j.createdAt >= ? AND j.createdAt < ?\
     ) x GROUP BY slot",
    &[
        Access::Index { table: "i", keys: &["staka_invoices_issued"] },
        Access::Index { table: "j", keys: &["staka_invoices_issued"] },
    ],
);

#[derive(Record)]
struct IssuedRow {
    slot: i64,
    invoices: i64,
    amount: i64,
    tax: i64,
    paid: i64,
    cancelled: i64,
}

/// Returns the amounts invoiced in `from ≤ date < to` by period. Fails with `Invalid` unless `from < to`, and for more
/// than 4,000 periods.
pub async fn invoiced_by_period(
    conn: &mut Conn,
    zone: Zone,
    from: Day,
    to: Day,
    unit: PeriodUnit,
) -> Result<Vec<InvoicedByPeriod>> {
    let parts = Parts::cut(zone, from, to, unit)?;
    let rows: Vec<IssuedRow> = conn.all(&ISSUED, parts.args().with(parts.starts()).with(parts.ends())).await?;
    let mut all: Vec<InvoicedByPeriod> = parts
        .all
        .iter()
        .map(|part| InvoicedByPeriod {
            label: part.label.clone(),
            from: part.from,
            to: part.to,
            invoices: 0,
            amount: 0,
            tax: 0,
            total: 0,
            paid: 0,
            cancelled: 0,
        })
        .collect();
    for row in rows {
        if let Some(part) = parts.index_of(row.slot).and_then(|index| all.get_mut(index)) {
            part.invoices += row.invoices;
            part.amount += row.amount;
            part.tax += row.tax;
            part.total += row.amount + row.tax;
            part.paid += row.paid;
            part.cancelled += row.cancelled;
        }
    }
    Ok(all)
}

pub(super) fn statements() -> Vec<&'static Statement> {
    vec![&ISSUED]
}
