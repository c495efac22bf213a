//! Invoices and credit notes as they were issued: a table of ours whose rows are added and read, never changed.

use crate::base::{Args, Result};
use crate::db::{Access, Conn, Statement};
use crate::model::view::BillingDocument;
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
    "SELECT CAST(COALESCE(MAX(d.sequence), 0) AS SIGNED) FROM staka_billing_documents d WHERE d.series = ? AND d.year = ?",
    &[],
);

/// The last number of ours in a series of a year; 0 where there is none.
pub async fn last(conn: &mut Conn, series: BillingSeries, year: i64) -> Result<i64> {
    conn.one(&LAST, Args::new().with(series).with(year)).await
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

pub(super) fn statements() -> Vec<&'static Statement> {
    vec![&ADD, &OF_INVOICE, &LOCKED_OF_INVOICE, &LAST, &SEQUENCES]
}
