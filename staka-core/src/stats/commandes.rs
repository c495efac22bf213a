//! Statistics about orders and their revenue.

use staka_macros::Record;

use super::check_range;
use crate::base::{Args, Average, Result, Timestamp};
use crate::db::{Access, Conn, Statement};
use crate::model::view::{CommandesByStatut, PaymentsByStatus, Revenue};

const PERIOD: &[Access] = &[Access::Index { table: "c", keys: &["staka_commandes_period"] }];

static PAYMENTS_BY_STATUS: Statement = Statement::fixed(
    "stats.payments_by_status",
    "SELECT c.paymentStatus, CAST(SUM(c.amount) AS SIGNED), COUNT(*) FROM commandes c \
     WHERE c.createdAt >= ? AND c.createdAt < ? AND c.amount > 0 GROUP BY c.paymentStatus ORDER BY c.paymentStatus",
    PERIOD,
);

/// Returns the sum and number of orders created in `from ≤ createdAt < to` with an amount above zero, by payment
/// status. Statuses are compared as the column does, ignoring case. Fails with `Invalid` unless `from < to`.
pub async fn payments_by_status(conn: &mut Conn, from: Timestamp, to: Timestamp) -> Result<Vec<PaymentsByStatus>> {
    check_range(from, to)?;
    conn.all(&PAYMENTS_BY_STATUS, Args::new().with(from).with(to)).await
}

static BY_STATUT: Statement = Statement::fixed(
    "stats.commandes_by_statut",
    "SELECT c.statut, COUNT(*) FROM commandes c WHERE c.createdAt >= ? GROUP BY c.statut ORDER BY c.statut",
    PERIOD,
);

/// Counts the orders created since a given time by statut, in the order of declaration.
pub async fn by_statut(conn: &mut Conn, since: Timestamp) -> Result<Vec<CommandesByStatut>> {
    conn.all(&BY_STATUT, Args::new().with(since)).await
}

static REVENUE: Statement = Statement::fixed(
    "stats.revenue",
    "SELECT CAST(SUM(c.amount) AS SIGNED), COUNT(c.amount), COUNT(*) FROM commandes c WHERE c.createdAt >= ? AND c.paymentStatus = 'paid'",
    PERIOD,
);

#[derive(Record)]
struct RevenueRow {
    sum: Option<i64>,
    with_amount: i64,
    count: i64,
}

/// Returns the revenue of the paid orders created since a given time. An order without an amount counts, but is not
/// part of the mean.
pub async fn revenue(conn: &mut Conn, since: Timestamp) -> Result<Revenue> {
    let row: RevenueRow = conn.one(&REVENUE, Args::new().with(since)).await?;
    Ok(Revenue { sum: row.sum, average: row.sum.and_then(|sum| Average::of(sum, row.with_amount)), count: row.count })
}

pub(super) fn statements() -> Vec<&'static Statement> {
    vec![&PAYMENTS_BY_STATUS, &BY_STATUT, &REVENUE]
}
