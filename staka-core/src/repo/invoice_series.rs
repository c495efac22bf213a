//! The numbers of invoices and credit notes: tables owned by Staka that hold each series' next number and the skipped
//! numbers.

use std::sync::LazyLock;

use super::table::{columns, insert, insert_or_statement, insert_statement};
use crate::base::{Args, Result, Table, Timestamp};
use crate::db::{Access, Conn, Statement};
use crate::model::{BillingSeries, InvoiceSeries, InvoiceSkip};

const BY_KEY: &[Access] = &[Access::Index { table: "s", keys: &["PRIMARY"] }];

fn by_key(name: &'static str, lock: &str) -> Statement {
    let columns = columns("s", InvoiceSeries::COLUMNS);
    let text = format!("SELECT {columns} FROM staka_invoice_series s WHERE s.series = ? AND s.year = ?{lock}");
    Statement::fixed(name, "", BY_KEY).with_text(text)
}

static LOCKED: LazyLock<Statement> = LazyLock::new(|| by_key("invoice_series.locked", " FOR UPDATE"));

/// Returns a series and locks it; none if it is not open.
pub async fn locked(conn: &mut Conn, series: BillingSeries, year: i64) -> Result<Option<InvoiceSeries>> {
    conn.optional(&LOCKED, Args::new().with(series).with(year)).await
}

static GET: LazyLock<Statement> = LazyLock::new(|| by_key("invoice_series.get", ""));

/// Returns a series; none if it is not open.
pub async fn get(conn: &mut Conn, series: BillingSeries, year: i64) -> Result<Option<InvoiceSeries>> {
    conn.optional(&GET, Args::new().with(series).with(year)).await
}

/// An open series stays unchanged, but its row is locked all the same: two transactions that open it wait for each
/// other.
static OPEN: LazyLock<Statement> = LazyLock::new(|| {
    let existing = "ON DUPLICATE KEY UPDATE `next` = `next`";
    insert_or_statement::<InvoiceSeries>("invoice_series.open", "INSERT", existing)
});

/// Opens a series at a number, unless it is open already.
pub async fn open(
    conn: &mut Conn,
    series: BillingSeries,
    year: i64,
    id: &str,
    first: i64,
    now: Timestamp,
) -> Result<()> {
    let row =
        InvoiceSeries { series, year, id: id.to_owned(), first, next: first, last_issued_at: None, opened_at: now };
    insert(conn, &OPEN, &row).await.map(drop)
}

static RESTART: Statement = Statement::fixed(
    "invoice_series.restart",
    "UPDATE staka_invoice_series s SET s.first = ?, s.next = ?, s.openedAt = ? WHERE s.series = ? AND s.year = ?",
    BY_KEY,
);

/// Moves the first number of a series that has issued none.
pub async fn restart(conn: &mut Conn, series: BillingSeries, year: i64, first: i64, now: Timestamp) -> Result<()> {
    conn.execute(&RESTART, Args::new().with(first).with(first).with(now).with(series).with(year)).await.map(drop)
}

static ADVANCE: Statement = Statement::fixed(
    "invoice_series.advance",
    "UPDATE staka_invoice_series s SET s.next = ?, s.lastIssuedAt = ? WHERE s.series = ? AND s.year = ?",
    BY_KEY,
);

/// Sets the next number, and the time of issue of the one before it.
pub async fn advance(conn: &mut Conn, series: BillingSeries, year: i64, next: i64, issued_at: Timestamp) -> Result<()> {
    conn.execute(&ADVANCE, Args::new().with(next).with(issued_at).with(series).with(year)).await.map(drop)
}

static SKIP: LazyLock<Statement> = LazyLock::new(|| insert_statement::<InvoiceSkip>("invoice_series.skip"));

/// Inserts a skipped number.
pub async fn skip(conn: &mut Conn, skip: &InvoiceSkip) -> Result<()> {
    insert(conn, &SKIP, skip).await.map(drop)
}

static SKIPPED: LazyLock<Statement> = LazyLock::new(|| {
    let columns = columns("s", InvoiceSkip::COLUMNS);
    Statement::fixed("invoice_series.skipped", "", BY_KEY).with_text(format!(
        "SELECT {columns} FROM staka_invoice_skips s WHERE s.series = ? AND s.year = ? ORDER BY s.sequence"
    ))
});

/// Returns the skipped numbers of a year, in their order.
pub async fn skipped(conn: &mut Conn, series: BillingSeries, year: i64) -> Result<Vec<InvoiceSkip>> {
    conn.all(&SKIPPED, Args::new().with(series).with(year)).await
}

pub(super) fn statements() -> Vec<&'static Statement> {
    vec![&*LOCKED, &*GET, &*OPEN, &RESTART, &ADVANCE, &*SKIP, &*SKIPPED]
}
