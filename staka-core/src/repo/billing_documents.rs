//! Invoices and credit notes as they were issued: a table owned by Staka whose rows are added and read, never changed.

use std::sync::LazyLock;

use staka_macros::Record;

use super::select::{self, By, List, Path, SortColumn};
use super::table::{columns, insert, insert_statement};
use crate::base::{Args, Between, Page, PageRequest, Predicate, Result, Table, Timestamp};
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
    // The time range is pushed down into each part, where an index serves it.
    from: concat!(
        "(SELECT b.id, b.issuedAt, b.number, b.kind, b.series, b.sequence, b.invoiceId, b.invoiceNumber, b.commandeId, b.userId, \
          b.buyerName, b.buyerEmail, b.title, b.regime, b.rate, ",
        signed!("b", "amount"),
        " AS amount, ",
        signed!("b", "taxAmount"),
        " AS taxAmount, ",
        signed!("b", "total"),
        " AS total, s.status, b.reason FROM staka_billing_documents b LEFT JOIN invoices s ON s.id = b.invoiceId",
        external_invoices!("i", "issuedAt", "i.issuedAt IS NOT NULL"),
        external_invoices!("j", "createdAt", "j.issuedAt IS NULL"),
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

/// Returns the documents issued in `from ≤ issuedAt < to`, in the order of issue and then of their numbers. External
/// invoices are included, by the date of their row if they have no date of issue. 100 per page, at most 1,000.
pub async fn ledger(conn: &mut Conn, from: Timestamp, to: Timestamp, page: &PageRequest) -> Result<Page<LedgerEntry>> {
    let mut predicate = Predicate::default();
    let window = Between { from: Some(from), to: Some(to) };
    predicate.between("d.`issuedAt`", &window);
    let by = [SortColumn::asc("d.`issuedAt`"), SortColumn::asc("d.`series`"), SortColumn::asc("d.`sequence`")];
    select::page(conn, &LEDGER, predicate, &by, page, 100, 1_000).await
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
    vec![&*ADD, &*OF_INVOICE, &*LOCKED_OF_INVOICE, &LAST, &SEQUENCES, &VAT, &CREDITED]
}
