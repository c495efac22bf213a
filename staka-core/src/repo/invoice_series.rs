//! The numbers of invoices and credit notes: tables of ours that say which comes next, and which were not ours to give.

use staka_macros::Record;

use crate::base::{Args, Result, Timestamp};
use crate::db::{Access, Conn, Statement};
use crate::model::{BillingSeries, InvoiceId};

/// A series of a year, as its row says.
#[derive(Clone, Debug, PartialEq, Eq, Record)]
pub struct Series {
    /// Tells who opened it.
    pub id: String,
    /// Its first number.
    pub first: i64,
    /// The number that comes next.
    pub next: i64,
    /// When the last one was issued, UTC.
    pub last_issued_at: Option<Timestamp>,
    /// When it was opened, UTC.
    pub opened_at: Timestamp,
}

const BY_KEY: &[Access] = &[Access::Index { table: "s", keys: &["PRIMARY"] }];

static LOCKED: Statement = Statement::fixed(
    "invoice_series.locked",
    "SELECT s.id, s.first, s.next, s.lastIssuedAt, s.openedAt FROM staka_invoice_series s \
     WHERE s.series = ? AND s.year = ? FOR UPDATE",
    BY_KEY,
);

/// The series, and as nobody else takes a number of it until the transaction ends; none where it is not open.
pub async fn locked(conn: &mut Conn, series: BillingSeries, year: i64) -> Result<Option<Series>> {
    conn.optional(&LOCKED, Args::new().with(series).with(year)).await
}

static GET: Statement = Statement::fixed(
    "invoice_series.get",
    "SELECT s.id, s.first, s.next, s.lastIssuedAt, s.openedAt FROM staka_invoice_series s WHERE s.series = ? AND s.year = ?",
    BY_KEY,
);

/// The series; none where it is not open.
pub async fn get(conn: &mut Conn, series: BillingSeries, year: i64) -> Result<Option<Series>> {
    conn.optional(&GET, Args::new().with(series).with(year)).await
}

/// One that is open already stays as it is, and is locked as if it were written: two that open it wait for one another.
static OPEN: Statement = Statement::fixed(
    "invoice_series.open",
    "INSERT INTO staka_invoice_series (`series`, `year`, `id`, `first`, `next`, `lastIssuedAt`, `openedAt`) \
     VALUES (?, ?, ?, ?, ?, NULL, ?) ON DUPLICATE KEY UPDATE `next` = `next`",
    &[],
);

/// Opens a series at a number, unless it is open.
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

/// Lets a series of which no number was given begin elsewhere.
pub async fn restart(conn: &mut Conn, series: BillingSeries, year: i64, first: i64, now: Timestamp) -> Result<()> {
    conn.execute(&RESTART, Args::new().with(first).with(first).with(now).with(series).with(year)).await.map(drop)
}

static ADVANCE: Statement = Statement::fixed(
    "invoice_series.advance",
    "UPDATE staka_invoice_series s SET s.next = ?, s.lastIssuedAt = ? WHERE s.series = ? AND s.year = ?",
    BY_KEY,
);

/// Says which number comes next, and when the one before was issued.
pub async fn advance(conn: &mut Conn, series: BillingSeries, year: i64, next: i64, issued_at: Timestamp) -> Result<()> {
    conn.execute(&ADVANCE, Args::new().with(next).with(issued_at).with(series).with(year)).await.map(drop)
}

/// A number that somebody else had written when its turn came.
#[derive(Clone, Debug, PartialEq, Eq, Record)]
pub struct Skip {
    /// Its place in the series.
    pub sequence: i64,
    /// The invoice that bore it.
    pub invoice_id: Option<InvoiceId>,
    /// When it was passed over, UTC.
    pub skipped_at: Timestamp,
}

static SKIP: Statement = Statement::fixed(
    "invoice_series.skip",
    "INSERT INTO staka_invoice_skips (`series`, `year`, `sequence`, `invoiceId`, `skippedAt`) VALUES (?, ?, ?, ?, ?)",
    &[],
);

/// Records a number that was passed over.
pub async fn skip(conn: &mut Conn, series: BillingSeries, year: i64, skip: &Skip) -> Result<()> {
    let args = Args::new().with(series).with(year).with(skip.sequence).with(&skip.invoice_id).with(skip.skipped_at);
    conn.execute(&SKIP, args).await.map(drop)
}

static SKIPS: Statement = Statement::fixed(
    "invoice_series.skips",
    "SELECT s.sequence, s.invoiceId, s.skippedAt FROM staka_invoice_skips s WHERE s.series = ? AND s.year = ? \
     ORDER BY s.sequence",
    BY_KEY,
);

/// The numbers of a year that were passed over, in their order.
pub async fn skips(conn: &mut Conn, series: BillingSeries, year: i64) -> Result<Vec<Skip>> {
    conn.all(&SKIPS, Args::new().with(series).with(year)).await
}

pub(super) fn statements() -> Vec<&'static Statement> {
    vec![&LOCKED, &GET, &OPEN, &RESTART, &ADVANCE, &SKIP, &SKIPS]
}
