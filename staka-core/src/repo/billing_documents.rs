//! Invoices and credit notes as they were issued: a table of ours whose rows are added and read, never changed.

use staka_macros::Record;

use super::select::{self, By, List};
use crate::base::{Args, Between, Listing, Page, Result, Timestamp, Where};
use crate::db::{Access, Conn, Statement};
use crate::model::view::{BillingDocument, LedgerLine, TaxLine};
use crate::model::{BillingSeries, InvoiceId};

/// The columns, as the view reads them.
macro_rules! columns {
    () => {
        "d.id, d.kind, d.series, d.year, d.sequence, d.number, d.invoiceId, d.invoiceNumber, d.commandeId, d.userId, d.title, \
         d.buyerName, d.buyerEmail, d.buyerAddress, d.buyerLegalId, d.sellerName, d.sellerAddress, d.sellerSiret, \
         d.sellerVatNumber, d.sellerMention, d.regime, d.rate, d.taxMention, d.amount, d.taxAmount, d.total, d.reason, \
         d.issuedAt, d.dueAt, d.digest"
    };
}

static ADD: Statement = Statement::fixed(
    "billing_documents.add",
    "INSERT INTO staka_billing_documents (`id`, `kind`, `series`, `year`, `sequence`, `number`, `invoiceId`, `invoiceNumber`, \
     `commandeId`, `userId`, `title`, `buyerName`, `buyerEmail`, `buyerAddress`, `buyerLegalId`, `sellerName`, `sellerAddress`, \
     `sellerSiret`, `sellerVatNumber`, `sellerMention`, `regime`, `rate`, `taxMention`, `amount`, `taxAmount`, `total`, `reason`, \
     `issuedAt`, `dueAt`, `digest`) \
     VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
    &[],
);

/// Adds a document.
pub async fn add(conn: &mut Conn, new: &BillingDocument) -> Result<()> {
    let args = Args::new().with(&new.id).with(new.kind).with(new.series).with(new.year).with(new.sequence);
    let args = args.with(&new.number).with(&new.invoice_id).with(&new.invoice_number).with(&new.commande_id);
    let args = args.with(&new.user_id).with(&new.title).with(&new.buyer_name).with(&new.buyer_email);
    let args = args.with(&new.buyer_address).with(&new.buyer_legal_id).with(&new.seller_name);
    let args = args.with(&new.seller_address).with(&new.seller_siret).with(&new.seller_vat_number);
    let args = args.with(&new.seller_mention).with(new.regime).with(new.rate).with(&new.tax_mention);
    let args = args.with(new.amount).with(new.tax_amount).with(new.total).with(&new.reason);
    conn.execute(&ADD, args.with(new.issued_at).with(new.due_at).with(&new.digest)).await.map(drop)
}

const OF_ITS_INVOICE: &[Access] = &[Access::Index { table: "d", keys: &["staka_billing_documents_invoice"] }];

static OF_INVOICE: Statement = Statement::fixed(
    "billing_documents.of_invoice",
    concat!(
        "SELECT ",
        columns!(),
        " FROM staka_billing_documents d WHERE d.invoiceId = ? ORDER BY d.kind DESC, d.year, d.sequence"
    ),
    OF_ITS_INVOICE,
);

/// An invoice as it was issued, and its credit notes in the order of their numbers.
pub async fn of_invoice(conn: &mut Conn, invoice: &InvoiceId) -> Result<Vec<BillingDocument>> {
    conn.all(&OF_INVOICE, Args::new().with(invoice)).await
}

static LOCKED_OF_INVOICE: Statement = Statement::fixed(
    "billing_documents.locked_of_invoice",
    concat!(
        "SELECT ",
        columns!(),
        " FROM staka_billing_documents d WHERE d.invoiceId = ? ORDER BY d.kind DESC, d.year, d.sequence FOR UPDATE"
    ),
    OF_ITS_INVOICE,
);

/// The same as they are now, whatever the transaction saw before.
pub async fn locked_of_invoice(conn: &mut Conn, invoice: &InvoiceId) -> Result<Vec<BillingDocument>> {
    conn.all(&LOCKED_OF_INVOICE, Args::new().with(invoice)).await
}

const IN_ITS_SERIES: &[Access] = &[Access::Index { table: "d", keys: &["staka_billing_documents_sequence_key"] }];

static LAST: Statement = Statement::fixed(
    "billing_documents.last",
    "SELECT d.sequence FROM staka_billing_documents d WHERE d.series = ? AND d.year = ? ORDER BY d.sequence DESC LIMIT 1",
    IN_ITS_SERIES,
);

/// The last number of ours in a series of a year; 0 where there is none.
pub async fn last(conn: &mut Conn, series: BillingSeries, year: i64) -> Result<i64> {
    let last: Option<i64> = conn.optional(&LAST, Args::new().with(series).with(year)).await?;
    Ok(last.unwrap_or(0))
}

static SEQUENCES: Statement = Statement::fixed(
    "billing_documents.sequences",
    "SELECT d.sequence FROM staka_billing_documents d WHERE d.series = ? AND d.year = ? ORDER BY d.sequence",
    IN_ITS_SERIES,
);

/// The numbers of ours in a series of a year, in their order.
pub async fn sequences(conn: &mut Conn, series: BillingSeries, year: i64) -> Result<Vec<i64>> {
    conn.all(&SEQUENCES, Args::new().with(series).with(year)).await
}

/// An amount that a credit note takes back counts below zero.
macro_rules! signed {
    ($column:literal) => {
        concat!("IF(d.kind = 'CREDIT_NOTE', -d.", $column, ", d.", $column, ")")
    };
}

static LEDGER: List = List {
    name: "invoices.ledger",
    columns: concat!(
        "d.`id`, d.`issuedAt`, d.`number`, d.`kind`, d.`invoiceId`, d.`invoiceNumber`, d.`commandeId`, d.`userId`, \
         d.`buyerName`, d.`buyerEmail`, d.`title`, d.`regime`, d.`rate`, ",
        signed!("amount"),
        ", ",
        signed!("taxAmount"),
        ", ",
        signed!("total"),
        ", (SELECT i.`status` FROM invoices i WHERE i.`id` = d.`invoiceId`), d.`reason`"
    ),
    from: "staka_billing_documents d",
    id: "d.`id`",
};

/// The documents issued in `from ≤ issuedAt < to`, in the order of issue and then of their numbers. 100 a page, 1,000 at the
/// most.
pub async fn ledger(conn: &mut Conn, from: Timestamp, to: Timestamp, page: &Page) -> Result<Listing<LedgerLine>> {
    let mut wanted = Where::default();
    let window = Between { from: Some(from), to: Some(to) };
    wanted.between("d.`issuedAt`", &window);
    let by = [By::asc("d.`issuedAt`"), By::asc("d.`series`"), By::asc("d.`sequence`")];
    select::page(conn, &LEDGER, wanted, &by, page, 100, 1_000).await
}

const ISSUED: &[Access] = &[Access::Index { table: "d", keys: &["staka_billing_documents_issued"] }];

static TAXES: Statement = Statement::fixed(
    "billing_documents.taxes",
    concat!(
        "SELECT d.regime, d.rate, CAST(SUM(d.kind = 'INVOICE') AS SIGNED), CAST(SUM(d.kind = 'CREDIT_NOTE') AS SIGNED), \
         CAST(SUM(",
        signed!("amount"),
        ") AS SIGNED), CAST(SUM(",
        signed!("taxAmount"),
        ") AS SIGNED), CAST(SUM(",
        signed!("total"),
        ") AS SIGNED) FROM staka_billing_documents d FORCE INDEX (staka_billing_documents_issued) \
         WHERE d.issuedAt >= ? AND d.issuedAt < ? GROUP BY d.regime, d.rate ORDER BY d.regime, d.rate"
    ),
    ISSUED,
);

/// What was issued in `from ≤ issuedAt < to`, by regime and rate.
pub async fn taxes(conn: &mut Conn, from: Timestamp, to: Timestamp) -> Result<Vec<TaxLine>> {
    conn.all(&TAXES, Args::new().with(from).with(to)).await
}

/// How many credit notes, and what they take back (TTC) in centimes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Record)]
pub struct Credited {
    /// How many.
    pub count: i64,
    /// Their total in centimes.
    pub total: i64,
}

static CREDITED: Statement = Statement::fixed(
    "billing_documents.credited",
    "SELECT COUNT(*), CAST(COALESCE(SUM(d.total), 0) AS SIGNED) FROM staka_billing_documents d \
     FORCE INDEX (staka_billing_documents_issued) WHERE d.issuedAt >= ? AND d.issuedAt < ? AND d.kind = 'CREDIT_NOTE'",
    ISSUED,
);

/// The credit notes issued in `from ≤ issuedAt < to`.
pub async fn credited(conn: &mut Conn, from: Timestamp, to: Timestamp) -> Result<Credited> {
    conn.one(&CREDITED, Args::new().with(from).with(to)).await
}

pub(super) fn statements() -> Vec<&'static Statement> {
    vec![&ADD, &OF_INVOICE, &LOCKED_OF_INVOICE, &LAST, &SEQUENCES, &TAXES, &CREDITED]
}
