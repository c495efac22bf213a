//! The numbers of invoices and credit notes: tables owned by Staka that hold each series' next number and the skipped
//! numbers.

use staka_macros::Record;

use crate::base::{Args, Result, Timestamp};
use crate::db::{Access, Conn, Statement};
use crate::model::{BillingSeries, InvoiceId};

/// A series of a year.
#[derive(Clone, Debug, PartialEq, Eq, Record)]
pub struct Series {
    /// An id that identifies the transaction that opened it.
    pub id: String,
    /// First number of the series.
    pub first: i64,
    /// The next number to be issued.
    pub next: i64,
    /// Time when the last number was issued, UTC.
    pub last_issued_at: Option<Timestamp>,
    /// Time when the series was opened, UTC.
    pub opened_at: Timestamp,
}

const BY_KEY: &[Access] = &[Access::Index { table: "s", keys: &["PRIMARY"] }];

static LOCKED: Statement = Statement::fixed(
    "invoice_series.locked",
    "SELECT s.id, s.first, s.next, s.lastIssuedAt, s.openedAt FROM staka_invoice_series s \
     WHERE s.series = ? AND s.year = ? FOR UPDATE",
    BY_KEY,
);

/// Returns a series and locks it; none if it is not open.
pub async fn locked(conn: &mut Conn, series: BillingSeries, year: i64) -> Result<Option<Series>> {
    conn.optional(&LOCKED, Args::new().with(series).with(year)).await
}

static GET: Statement = Statement::fixed(
    "invoice_series.get",
    "SELECT s.id, s.first, s.next, s.lastIssuedAt, s.openedAt FROM staka_invoice_series s WHERE s.series = ? AND s.year = ?",
    BY_KEY,
);

/// Returns a series; none if it is not open.
pub async fn get(conn: &mut Conn, series: BillingSeries, year: i64) -> Result<Option<Series>> {
    conn.optional(&GET, Args::new().with(series).with(year)).await
}

/// An open series stays unchanged, but its row is locked all the same: two transactions that open it wait for each
/// other.
static OPEN: Statement = Statement::fixed(
    "invoice_series.open",
    "INSERT INTO staka_invoice_series (`series`, `year`, `id`, `first`, `next`, `lastIssuedAt`, `openedAt`) \
     VALUES (?, ?, ?, ?, ?, NULL, ?) ON DUPLICATE KEY UPDATE `next` = `next`",
    &[],
);

/// Opens a series at a number, unless it is open already.
pub async fn open(
    conn: &mut Conn,
    series: BillingSeries,
    year: i64,
    id: &str,
    first: i64,
    now: Timestamp,
) -> Result<()> {
    let args = Args::new().with(series).with(year).with(id).with(first).with(first).with(now);
    conn.execute(&OPEN, args).await.map(drop)
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

/// A number that was skipped because an external invoice has it.
#[derive(Clone, Debug, PartialEq, Eq, Record)]
pub struct SkippedNumber {
    /// Position of the number in the series.
    pub sequence: i64,
    /// Id of the invoice that has the number.
    pub invoice_id: Option<InvoiceId>,
    /// Time when it was skipped, UTC.
    pub skipped_at: Timestamp,
}

static SKIP: Statement = Statement::fixed(
    "invoice_series.skip",
    "INSERT INTO staka_invoice_skips (`series`, `year`, `sequence`, `invoiceId`, `skippedAt`) VALUES (?, ?, ?, ?, ?)",
    &[],
);

/// Inserts a skipped number.
pub async fn skip(conn: &mut Conn, series: BillingSeries, year: i64, skip: &SkippedNumber) -> Result<()> {
    let args = Args::new().with(series).with(year).with(skip.sequence).with(&skip.invoice_id).with(skip.skipped_at);
    conn.execute(&SKIP, args).await.map(drop)
}

static SKIPPED: Statement = Statement::fixed(
    "invoice_series.skipped",
    "SELECT s.sequence, s.invoiceId, s.skippedAt FROM staka_invoice_skips s WHERE s.series = ? AND s.year = ? \
     ORDER BY s.sequence",
    BY_KEY,
);

/// Returns the skipped numbers of a year, in their order.
pub async fn skipped(conn: &mut Conn, series: BillingSeries, year: i64) -> Result<Vec<SkippedNumber>> {
    conn.all(&SKIPPED, Args::new().with(series).with(year)).await
}

pub(super) fn statements() -> Vec<&'static Statement> {
    vec![&LOCKED, &GET, &OPEN, &RESTART, &ADVANCE, &SKIP, &SKIPPED]
}
