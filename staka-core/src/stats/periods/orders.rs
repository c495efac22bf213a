//! Orders created and finished: their number, duration and payment outcomes.

use staka_macros::Record;

use super::{Parts, Slot};
use crate::base::{Args, Average, Day, Result, Zone, share};
use crate::db::{Access, Conn, Statement};
use crate::model::view::{CompletionTimes, Conversion};

static CREATED: Statement = Statement::fixed(
    "stats.time_series/made",
    "SELECT TO_SECONDS(c.createdAt) DIV ? AS slot, COUNT(*) FROM commandes c FORCE INDEX (staka_commandes_period) \
     WHERE c.createdAt >= ? AND c.createdAt < ? GROUP BY slot",
    &[Access::Index { table: "c", keys: &["staka_commandes_period"] }],
);

/// Counts the orders created in each slot.
pub(super) async fn created(conn: &mut Conn, parts: &Parts) -> Result<Vec<Slot>> {
    conn.all(&CREATED, parts.args()).await
}

const FINISHED_KEY: &[Access] = &[Access::Index { table: "c", keys: &["staka_commandes_finished"] }];

static FINISHED: Statement = Statement::fixed(
    "stats.time_series/finished",
    "SELECT TO_SECONDS(c.dateFinition) DIV ? AS slot, COUNT(*) FROM commandes c FORCE INDEX (staka_commandes_finished) \
     WHERE c.dateFinition >= ? AND c.dateFinition < ? GROUP BY slot",
    FINISHED_KEY,
);

/// Counts the orders finished in each slot.
pub(super) async fn finished(conn: &mut Conn, parts: &Parts) -> Result<Vec<Slot>> {
    conn.all(&FINISHED, parts.args()).await
}

/// The durations at the required ranks: a handful of rows, however many orders there are.
static DURATIONS: Statement = Statement::fixed(
    "stats.completion_times",
    "SELECT CAST(r.place AS SIGNED), CAST(r.took AS SIGNED), CAST(r.orders AS SIGNED), CAST(r.total AS SIGNED) FROM (\
       SELECT d.took, ROW_NUMBER() OVER (ORDER BY d.took) AS place, COUNT(*) OVER () AS orders, SUM(d.took) OVER () AS total FROM (\
         SELECT TIMESTAMPDIFF(MICROSECOND, c.createdAt, c.dateFinition) DIV 1000 AS took \
         FROM commandes c FORCE INDEX (staka_commandes_finished) \
         WHERE c.dateFinition >= ? AND c.dateFinition < ? AND c.dateFinition >= c.createdAt\
       ) d\
     ) r WHERE r.place IN (1, (r.orders * 50 + 99) DIV 100, (r.orders * 90 + 99) DIV 100, (r.orders * 95 + 99) DIV 100, \
       (r.orders * 99 + 99) DIV 100, r.orders) ORDER BY r.place",
    FINISHED_KEY,
);

#[derive(Record)]
struct DurationRow {
    place: i64,
    took: i64,
    orders: i64,
    total: i64,
}

static IMPOSSIBLE: Statement = Statement::fixed(
    "stats.completion_times/impossible",
    "SELECT COUNT(*) FROM commandes c FORCE INDEX (staka_commandes_finished) \
     WHERE c.dateFinition >= ? AND c.dateFinition < ? AND c.dateFinition < c.createdAt",
    FINISHED_KEY,
);

/// Returns how long the orders finished in `from ≤ date < to` took. Fails with `Invalid` unless `from < to`.
pub async fn completion_times(conn: &mut Conn, zone: Zone, from: Day, to: Day) -> Result<CompletionTimes> {
    let parts = Parts::whole(zone, from, to)?;
    let args = || Args::new().with(parts.starts()).with(parts.ends());
    let impossible = conn.one(&IMPOSSIBLE, args()).await?;
    let rows: Vec<DurationRow> = conn.all(&DURATIONS, args()).await?;
    let Some(DurationRow { orders, total, .. }) = rows.first() else {
        return Ok(CompletionTimes { impossible, ..CompletionTimes::default() });
    };
    let at = |place: i64| rows.iter().find(|row| row.place == place).map(|row| row.took);
    let within = |percent: i64| at((orders * percent + 99) / 100);
    Ok(CompletionTimes {
        orders: *orders,
        impossible,
        mean: Average::of(*total, *orders),
        shortest: at(1),
        p50: within(50),
        p90: within(90),
        p95: within(95),
        p99: within(99),
        longest: at(*orders),
    })
}

static OUTCOMES: Statement = Statement::fixed(
    "stats.conversion",
    "SELECT c.paymentStatus, COUNT(*), COUNT(NULLIF(c.stripeSessionId, '')) FROM commandes c FORCE INDEX (staka_commandes_outcome) \
     WHERE c.createdAt >= ? AND c.createdAt < ? GROUP BY c.paymentStatus",
    &[Access::Index { table: "c", keys: &["staka_commandes_outcome"] }],
);

#[derive(Record)]
struct OutcomeRow {
    payment_status: Option<String>,
    orders: i64,
    checkouts: i64,
}

/// Returns the payment outcomes of the orders created in `from ≤ date < to`. Fails with `Invalid` unless `from < to`.
pub async fn conversion(conn: &mut Conn, zone: Zone, from: Day, to: Day) -> Result<Conversion> {
    let parts = Parts::whole(zone, from, to)?;
    let rows: Vec<OutcomeRow> = conn.all(&OUTCOMES, Args::new().with(parts.starts()).with(parts.ends())).await?;
    let mut all = Conversion::default();
    let mut checkouts_paid = 0;
    for OutcomeRow { payment_status, orders, checkouts } in rows {
        all.orders += orders;
        all.checkouts += checkouts;
        // As the column's collation compares them.
        let status = payment_status.map(|status| status.trim_end().to_ascii_lowercase());
        match status.as_deref() {
            Some("paid") => {
                all.paid += orders;
                checkouts_paid += checkouts;
            }
            Some("refunded") => all.refunded += orders,
            Some("failed") => all.failed += orders,
            Some("unpaid" | "pending") => all.unpaid += orders,
            Some(_) => all.other += orders,
            None => all.no_payment_status += orders,
        }
    }
    all.checkout_rate = share(all.checkouts, all.orders);
    all.paid_rate = share(all.paid, all.orders);
    all.checkout_paid_rate = share(checkouts_paid, all.checkouts);
    Ok(all)
}

pub(super) fn statements() -> Vec<&'static Statement> {
    vec![&CREATED, &FINISHED, &DURATIONS, &IMPOSSIBLE, &OUTCOMES]
}
