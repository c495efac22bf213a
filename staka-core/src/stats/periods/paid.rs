//! Revenue of paid orders: an order counts at the time of its first recorded payment, or at its createdAt if none is
//! recorded.

use super::{Parts, SlotOfTwo};
use crate::base::{Args, Day, Error, Result, Zone};
use crate::db::{Access, Conn, Statement};
use crate::model::view::{TarifSales, TopClient};

/// The paid orders of `from ≤ time < to`, which is bound twice: those with a recorded payment (`c` and `p`), and those
/// without (`o`). An order that was paid twice counts once, at its first payment.
macro_rules! paid_orders {
    ($recorded:literal, $unrecorded:literal) => {
        concat!(
            "SELECT ",
            $recorded,
            " FROM staka_payments p FORCE INDEX (staka_payments_paidAt) STRAIGHT_JOIN commandes c ON c.id = p.commandeId \
             WHERE p.paidAt >= ? AND p.paidAt < ? AND c.paymentStatus = 'paid' AND p.sessionId = (\
               SELECT f.sessionId FROM staka_payments f FORCE INDEX (staka_payments_commandeId) \
               WHERE f.commandeId = p.commandeId ORDER BY f.paidAt, f.sessionId LIMIT 1) \
             UNION ALL SELECT ",
            $unrecorded,
            " FROM commandes o FORCE INDEX (staka_commandes_period) \
             WHERE o.createdAt >= ? AND o.createdAt < ? AND o.paymentStatus = 'paid' AND (\
               SELECT g.sessionId FROM staka_payments g FORCE INDEX (staka_payments_commandeId) \
               WHERE g.commandeId = o.id LIMIT 1) IS NULL"
        )
    };
}

const PAYMENTS: &[Access] = &[
    Access::Index { table: "p", keys: &["staka_payments_paidAt"] },
    Access::Index { table: "c", keys: &["PRIMARY"] },
    Access::Index { table: "f", keys: &["staka_payments_commandeId"] },
    Access::Index { table: "o", keys: &["staka_commandes_period"] },
    Access::Index { table: "g", keys: &["staka_payments_commandeId"] },
    Access::Index { table: "u", keys: &["PRIMARY"] },
    Access::Index { table: "t", keys: &["PRIMARY"] },
];

static SLOTS: Statement = Statement::fixed(
    "stats.time_series/paid",
    concat!(
        "SELECT TO_SECONDS(x.moment) DIV ? AS slot, CAST(COALESCE(SUM(x.amount), 0) AS SIGNED), COUNT(*) FROM (",
        paid_orders!("p.paidAt AS moment, c.amount", "o.createdAt, o.amount"),
        ") x GROUP BY slot"
    ),
    PAYMENTS,
);

/// Returns the revenue and number of the orders paid in each slot.
pub(super) async fn slots(conn: &mut Conn, parts: &Parts) -> Result<Vec<SlotOfTwo>> {
    conn.all(&SLOTS, parts.args().with(parts.starts()).with(parts.ends())).await
}

static TOP: Statement = Statement::fixed(
    "stats.top_clients",
    concat!(
        "SELECT u.id, u.prenom, u.nom, u.email, u.isActive, y.revenue, y.orders FROM (\
           SELECT x.userId, CAST(COALESCE(SUM(x.amount), 0) AS SIGNED) AS revenue, COUNT(*) AS orders FROM (",
        paid_orders!("c.userId, c.amount", "o.userId, o.amount"),
        ") x GROUP BY x.userId ORDER BY revenue DESC, orders DESC, x.userId LIMIT ?\
         ) y STRAIGHT_JOIN users u ON u.id = y.userId ORDER BY y.revenue DESC, y.orders DESC, u.id"
    ),
    PAYMENTS,
);

/// Returns the clients whose orders paid in `from ≤ date < to` brought in the most revenue; with equal revenue, those
/// with more orders first. Fails with `Invalid` unless `from < to` and `limit` is 1 to 100.
pub async fn top_clients(
    conn: &mut Conn,
    zone: Zone,
    from: Day,
    to: Day,
    limit: Option<u32>,
) -> Result<Vec<TopClient>> {
    let parts = Parts::whole(zone, from, to)?;
    let limit = limit.unwrap_or(10);
    if !(1..=100).contains(&limit) {
        return Err(Error::invalid("limit", "must be between 1 and 100"));
    }
    conn.all(&TOP, bind_range_twice(&parts).with(limit)).await
}

static BY_TARIF: Statement = Statement::fixed(
    "stats.tarif_sales",
    concat!(
        "SELECT y.tarifId, t.nom, t.typeService, y.revenue, y.orders FROM (\
           SELECT x.tarifId, CAST(COALESCE(SUM(x.amount), 0) AS SIGNED) AS revenue, COUNT(*) AS orders FROM (",
        paid_orders!("p.tarifId, c.amount", "NULL, o.amount"),
        ") x GROUP BY x.tarifId) y LEFT JOIN tarifs t ON t.id = y.tarifId \
         ORDER BY y.tarifId IS NULL, y.revenue DESC, y.orders DESC, y.tarifId"
    ),
    PAYMENTS,
);

/// Returns the revenue of each tarif by orders paid in `from ≤ date < to`, highest first, and last the revenue without
/// a tarif. Fails with `Invalid` unless `from < to`.
pub async fn tarif_sales(conn: &mut Conn, zone: Zone, from: Day, to: Day) -> Result<Vec<TarifSales>> {
    let parts = Parts::whole(zone, from, to)?;
    conn.all(&BY_TARIF, bind_range_twice(&parts)).await
}

fn bind_range_twice(parts: &Parts) -> Args {
    Args::new().with(parts.starts()).with(parts.ends()).with(parts.starts()).with(parts.ends())
}

pub(super) fn statements() -> Vec<&'static Statement> {
    vec![&SLOTS, &TOP, &BY_TARIF]
}
