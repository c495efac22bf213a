//! Invoices and credit notes as they were issued: a table owned by Staka whose rows are added and read, never changed.

use std::sync::LazyLock;
use std::time::Duration;

use staka_macros::Record;

use super::select::{self, By, List, Path, SortColumn};
use super::table::{columns, insert, insert_statement};
use crate::base::{Args, Page, PageRequest, Predicate, Result, Table, Timestamp};
use crate::db::{Access, Conn, Statement};
use crate::model::view::{BillingDocument, LedgerEntry, VatLine};
use crate::model::{BillingSeries, InvoiceId};

static ADD: LazyLock<Statement> = LazyLock::new(|| insert_statement::<BillingDocument>("billing_documents.add"));

/// Inserts a document.
pub async fn add(conn: &mut Conn, new: &BillingDocument) -> Result<()> {
    insert(conn, &ADD, new).await.map(drop)
}

fn of_invoice_statement(name: &'static str, lock: &str) -> Statement {
    let columns = columns("d", BillingDocument::COLUMNS);
    Statement::fixed(name, "", &[Access::Index { table: "d", keys: &["staka_billing_documents_invoice"] }]).with_text(
        format!(
            "SELECT {columns} FROM staka_billing_documents d WHERE d.invoiceId = ? ORDER BY d.kind DESC, d.year, d.sequence{lock}"
        ),
    )
}

static OF_INVOICE: LazyLock<Statement> = LazyLock::new(|| of_invoice_statement("billing_documents.of_invoice", ""));

/// Returns an invoice's document and its credit notes, in the order of their numbers.
pub async fn of_invoice(conn: &mut Conn, invoice: &InvoiceId) -> Result<Vec<BillingDocument>> {
    conn.all(&OF_INVOICE, Args::new().with(invoice)).await
}

static LOCKED_OF_INVOICE: LazyLock<Statement> =
    LazyLock::new(|| of_invoice_statement("billing_documents.locked_of_invoice", " FOR UPDATE"));

/// Returns the same documents in their latest state and locks them.
pub async fn locked_of_invoice(conn: &mut Conn, invoice: &InvoiceId) -> Result<Vec<BillingDocument>> {
    conn.all(&LOCKED_OF_INVOICE, Args::new().with(invoice)).await
}

const BY_SERIES: &[Access] = &[Access::Index { table: "d", keys: &["staka_billing_documents_sequence_key"] }];

static LAST: Statement = Statement::fixed(
    "billing_documents.last",
    "SELECT d.sequence FROM staka_billing_documents d WHERE d.series = ? AND d.year = ? ORDER BY d.sequence DESC LIMIT 1",
    BY_SERIES,
);

/// Returns the last number issued in a series of a year; 0 if there is none.
pub async fn last(conn: &mut Conn, series: BillingSeries, year: i64) -> Result<i64> {
    let last: Option<i64> = conn.optional(&LAST, Args::new().with(series).with(year)).await?;
    Ok(last.unwrap_or(0))
}

static SEQUENCES: Statement = Statement::fixed(
    "billing_documents.sequences",
    "SELECT d.sequence FROM staka_billing_documents d WHERE d.series = ? AND d.year = ? ORDER BY d.sequence",
    BY_SERIES,
);

/// Returns the numbers issued in a series of a year, in their order.
pub async fn sequences(conn: &mut Conn, series: BillingSeries, year: i64) -> Result<Vec<i64>> {
    conn.all(&SEQUENCES, Args::new().with(series).with(year)).await
}

/// An amount, negative on a credit note.
macro_rules! signed {
    ($alias:literal, $column:literal) => {
        concat!("IF(", $alias, ".kind = 'CREDIT_NOTE', -", $alias, ".", $column, ", ", $alias, ".", $column, ")")
    };
}

/// The VAT rate computed from an invoice's amounts, in basis points: to the tenth of a percent, since rounded centimes
/// allow no more.
macro_rules! external_rate {
    ($alias:literal) => {
        concat!(
            "CAST(IF(",
            $alias,
            ".amount > 0, ROUND(",
            $alias,
            ".taxAmount * 1000 / ",
            $alias,
            ".amount) * 10, 0) AS SIGNED)"
        )
    };
}

/// Whether an external invoice counts: one that is CANCELLED without a credit note was withdrawn altogether.
macro_rules! not_withdrawn {
    ($alias:literal) => {
        concat!(
            "(",
            $alias,
            ".status <> 'CANCELLED' OR EXISTS (SELECT 1 FROM staka_billing_documents n WHERE n.invoiceId = ",
            $alias,
            ".id))"
        )
    };
}

/// External invoices, which have no document: their rows and the buyers' accounts give the values.
macro_rules! external_invoices {
    ($alias:literal, $issued:literal, $condition:literal) => {
        concat!(
            " UNION ALL SELECT ",
            $alias,
            ".id, ",
            $alias,
            ".",
            $issued,
            ", ",
            $alias,
            ".number, 'INVOICE', '', 0, ",
            $alias,
            ".id, ",
            $alias,
            ".number, ",
            $alias,
            ".commandeId, c.userId, TRIM(CONCAT(u.prenom, ' ', u.nom)), u.email, \
             c.titre, NULL, ",
            external_rate!($alias),
            ", ",
            $alias,
            ".amount, ",
            $alias,
            ".taxAmount, ",
            $alias,
            ".amount + ",
            $alias,
            ".taxAmount, ",
            $alias,
            ".status, NULL FROM invoices ",
            $alias,
            " FORCE INDEX (staka_invoices_issued) JOIN commandes c ON c.id = ",
            $alias,
            ".commandeId JOIN users u ON u.id = c.userId \
             LEFT JOIN staka_billing_documents o ON o.id = ",
            $alias,
            ".id WHERE o.id IS NULL AND ",
            not_withdrawn!($alias),
            " AND ",
            $condition
        )
    };
}

static LEDGER: List = List {
    name: "invoices.ledger",
    columns: "d.`id`, d.`issuedAt`, d.`number`, d.`kind`, d.`invoiceId`, d.`invoiceNumber`, d.`commandeId`, d.`userId`, \
              d.`buyerName`, d.`buyerEmail`, d.`title`, d.`regime`, d.`rate`, d.`amount`, d.`taxAmount`, d.`total`, \
              d.`status`, d.`reason`",
    // Each part has the time range as its own condition: MariaDB pushes none down into a union.
    from: concat!(
        "(SELECT b.id, b.issuedAt, b.number, b.kind, b.series, b.sequence, b.invoiceId, b.invoiceNumber, b.commandeId, b.userId, \
          b.buyerName, b.buyerEmail, b.title, b.regime, b.rate, ",
        signed!("b", "amount"),
        " AS amount, ",
        signed!("b", "taxAmount"),
        " AS taxAmount, ",
        signed!("b", "total"),
        " AS total, s.status, b.reason FROM staka_billing_documents b FORCE INDEX (staka_billing_documents_issued) \
          LEFT JOIN invoices s ON s.id = b.invoiceId WHERE b.issuedAt >= ? AND b.issuedAt < ?",
        external_invoices!("i", "issuedAt", "i.issuedAt >= ? AND i.issuedAt < ?"),
        external_invoices!("j", "createdAt", "j.issuedAt IS NULL AND j.createdAt >= ? AND j.createdAt < ?"),
        ") d"
    ),
    id: "d.`id`",
    joined: &[
        Access::Index { table: "s", keys: &["PRIMARY"] },
        Access::Index { table: "c", keys: &["PRIMARY"] },
        Access::Index { table: "u", keys: &["PRIMARY"] },
        Access::Index { table: "o", keys: &["PRIMARY"] },
        Access::Index { table: "n", keys: &["staka_billing_documents_invoice"] },
        Access::Index { table: "i", keys: &["staka_invoices_issued"] },
        Access::Index { table: "j", keys: &["staka_invoices_issued"] },
    ],
    paths: &[Path::index(By::Default, "b", &["staka_billing_documents_issued"])],
};

/// Returns the time of the document, and of the invoice, that comes after as many.
static LEDGER_TIMES: Statement = Statement::fixed(
    "invoices.ledger/times",
    "SELECT (SELECT d.issuedAt FROM staka_billing_documents d FORCE INDEX (staka_billing_documents_issued) \
       WHERE d.issuedAt >= ? AND d.issuedAt < ? ORDER BY d.issuedAt LIMIT 1 OFFSET ?), \
     (SELECT i.issuedAt FROM invoices i FORCE INDEX (staka_invoices_issued) \
       WHERE i.issuedAt >= ? AND i.issuedAt < ? ORDER BY i.issuedAt LIMIT 1 OFFSET ?)",
    &[
        Access::Index { table: "d", keys: &["staka_billing_documents_issued"] },
        Access::Index { table: "i", keys: &["staka_invoices_issued"] },
    ],
);

#[derive(Record)]
struct LedgerTimes {
    document: Option<Timestamp>,
    invoice: Option<Timestamp>,
}

/// Returns the documents issued in `from ≤ issuedAt < to`, in the order of issue and then of their numbers. External
/// invoices are included, by the date of their row if they have no date of issue. 100 per page, at most 1,000.
///
/// No index tells external invoices from others, so a page is first looked for in a short period: that of as many
/// documents or invoices as the page needs, then that of some more, and then the whole one.
pub async fn ledger(conn: &mut Conn, from: Timestamp, to: Timestamp, page: &PageRequest) -> Result<Page<LedgerEntry>> {
    let by = [SortColumn::asc("d.`issuedAt`"), SortColumn::asc("d.`series`"), SortColumn::asc("d.`sequence`")];
    let window = page.window(100, 1_000)?;
    let total = if page.total { select::total(conn, &LEDGER, issued(from, to), &by).await? } else { None };
    let page = page.clone().total(false);
    let start = match &page.after {
        Some(after) => select::first_time(&LEDGER, &by, after)?.max(from),
        None => from,
    };
    let needed = window.offset + u64::from(window.limit) + 1;
    for rows in [needed, 4 * needed + 1_000] {
        let args = Args::new().with(start).with(to).with(rows).with(start).with(to).with(rows);
        let times: LedgerTimes = conn.one(&LEDGER_TIMES, args).await?;
        let Some(time) = [times.document, times.invoice].into_iter().flatten().min() else { break };
        let end = time.plus(Duration::from_millis(1));
        let found = select::page(conn, &LEDGER, issued(start, end), &by, &page, 100, 1_000).await?;
        if found.next.is_some() {
            return Ok(found.with_total(total));
        }
    }
    Ok(select::page(conn, &LEDGER, issued(start, to), &by, &page, 100, 1_000).await?.with_total(total))
}

/// Binds the time range of each part of the ledger.
fn issued(from: Timestamp, to: Timestamp) -> Predicate {
    let mut predicate = Predicate::default();
    let args = predicate.and("TRUE");
    for _ in 0..3 {
        args.push(from);
        args.push(to);
    }
    predicate
}

const ISSUED: &[Access] = &[Access::Index { table: "d", keys: &["staka_billing_documents_issued"] }];

/// The amounts of external invoices in a time range.
macro_rules! external_vat {
    ($alias:literal, $window:literal) => {
        concat!(
            " UNION ALL SELECT NULL, ",
            external_rate!($alias),
            ", 1, 0, ",
            $alias,
            ".amount, ",
            $alias,
            ".taxAmount, ",
            $alias,
            ".amount + ",
            $alias,
            ".taxAmount FROM invoices ",
            $alias,
            " FORCE INDEX (staka_invoices_issued) \
             LEFT JOIN staka_billing_documents o ON o.id = ",
            $alias,
            ".id WHERE o.id IS NULL AND ",
            not_withdrawn!($alias),
            " AND ",
            $window
        )
    };
}

const VAT_ACCESS: &[Access] = &[
    Access::Index { table: "d", keys: &["staka_billing_documents_issued"] },
    Access::Index { table: "i", keys: &["staka_invoices_issued"] },
    Access::Index { table: "j", keys: &["staka_invoices_issued"] },
    Access::Index { table: "o", keys: &["PRIMARY"] },
    Access::Index { table: "n", keys: &["staka_billing_documents_invoice"] },
];

static VAT: Statement = Statement::fixed(
    "billing_documents.vat",
    concat!(
        "SELECT x.regime, x.rate, CAST(SUM(x.invoices) AS SIGNED), CAST(SUM(x.notes) AS SIGNED), CAST(SUM(x.amount) AS SIGNED), \
         CAST(SUM(x.taxAmount) AS SIGNED), CAST(SUM(x.total) AS SIGNED) FROM (\
         SELECT d.regime, d.rate, d.kind = 'INVOICE' AS invoices, d.kind = 'CREDIT_NOTE' AS notes, ",
        signed!("d", "amount"),
        " AS amount, ",
        signed!("d", "taxAmount"),
        " AS taxAmount, ",
        signed!("d", "total"),
        " AS total FROM staka_billing_documents d FORCE INDEX (staka_billing_documents_issued) \
         WHERE d.issuedAt >= ? AND d.issuedAt < ?",
        external_vat!("i", "i.issuedAt >= ? AND i.issuedAt < ?"),
        external_vat!("j", "j.issuedAt IS NULL AND j.createdAt >= ? AND j.createdAt < ?"),
        ") x GROUP BY x.regime, x.rate ORDER BY x.regime IS NULL, x.regime, x.rate"
    ),
    VAT_ACCESS,
);

/// Returns the totals issued in `from ≤ issuedAt < to` by VAT regime and rate; those of external invoices by rate
/// alone.
pub async fn vat(conn: &mut Conn, from: Timestamp, to: Timestamp) -> Result<Vec<VatLine>> {
    let args = Args::new().with(from).with(to).with(from).with(to);
    conn.all(&VAT, args.with(from).with(to)).await
}

/// The number of credit notes and their total (TTC).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Record)]
pub struct Credited {
    /// Number of credit notes.
    pub count: i64,
    /// Their total, in centimes.
    pub total: i64,
}

static CREDITED: Statement = Statement::fixed(
    "billing_documents.credited",
    "SELECT COUNT(*), CAST(COALESCE(SUM(d.total), 0) AS SIGNED) FROM staka_billing_documents d \
     FORCE INDEX (staka_billing_documents_issued) WHERE d.issuedAt >= ? AND d.issuedAt < ? AND d.kind = 'CREDIT_NOTE'",
    ISSUED,
);

/// Returns the number and total of the credit notes issued in `from ≤ issuedAt < to`.
pub async fn credited(conn: &mut Conn, from: Timestamp, to: Timestamp) -> Result<Credited> {
    conn.one(&CREDITED, Args::new().with(from).with(to)).await
}

/// Returns the lists of this module.
pub(super) fn lists() -> Vec<&'static List> {
    vec![&LEDGER]
}

pub(super) fn statements() -> Vec<&'static Statement> {
    vec![&*ADD, &*OF_INVOICE, &*LOCKED_OF_INVOICE, &LAST, &SEQUENCES, &LEDGER_TIMES, &VAT, &CREDITED]
}
