//! Invoices: numbers without a gap, documents that nobody changed, sums that agree.

use futures_util::future::BoxFuture;

use super::{Check, Find, Finding, Severity};
use crate::base::{Args, Result};
use crate::db::{Conn, Statement};
use crate::model::view::BillingDocument;

pub(super) const CHECKS: &[Check] = &[
    Check {
        name: "invoices.missing",
        says: "each number of a series was given, or passed over because somebody else had written it",
        severity: Severity::Error,
        find: Find::Sql(
            "SELECT CONCAT('staka_invoice_series ', k.series, '-', k.year), \
             CONCAT(k.next - k.first, ' numbers from ', k.first, ' to ', k.next - 1, ', and ', k.known, ' documents and skips') \
             FROM (SELECT s.series, s.year, s.first, s.next, \
             (SELECT COUNT(*) FROM staka_billing_documents d WHERE d.series = s.series AND d.year = s.year \
             AND d.sequence >= s.first AND d.sequence < s.next) \
             + (SELECT COUNT(*) FROM staka_invoice_skips p WHERE p.series = s.series AND p.year = s.year \
             AND p.sequence >= s.first AND p.sequence < s.next) AS known FROM staka_invoice_series s) k \
             WHERE k.known <> k.next - k.first ORDER BY k.series, k.year",
        ),
        mend: "invoices.numbering of that year names the numbers; documents are never removed by Staka: restore them from a \
               backup",
    },
    Check {
        name: "invoices.outside",
        says: "each number lies within its series",
        severity: Severity::Error,
        find: Find::Sql(
            "SELECT CONCAT('staka_billing_documents ', d.id), CONCAT(d.number, ' lies outside of the series') \
             FROM staka_billing_documents d LEFT JOIN staka_invoice_series s ON s.series = d.series AND s.year = d.year \
             WHERE s.id IS NULL OR d.sequence < s.first OR d.sequence >= s.next ORDER BY d.number",
        ),
        mend: "restore staka_invoice_series from a backup; the next number of ours finds its place by itself where the row is \
               gone",
    },
    Check {
        name: "invoices.dates",
        says: "no number was issued earlier than the one before it",
        severity: Severity::Error,
        find: Find::Sql(
            "SELECT CONCAT('staka_billing_documents ', k.id), CONCAT(k.number, ' was issued before the number before it') \
             FROM (SELECT d.id, d.number, d.issuedAt, LAG(d.issuedAt) OVER (PARTITION BY d.series, d.year ORDER BY d.sequence) AS earlier \
             FROM staka_billing_documents d) k WHERE k.earlier > k.issuedAt ORDER BY k.number",
        ),
        mend: "somebody wrote into staka_billing_documents by hand: compare with a backup",
    },
    Check {
        name: "invoices.future",
        says: "nothing was issued in the future",
        severity: Severity::Warning,
        find: Find::Sql(
            "SELECT CONCAT('staka_billing_documents ', d.id), CONCAT(d.number, ' is issued at ', d.issuedAt, ' UTC') \
             FROM staka_billing_documents d WHERE d.issuedAt > UTC_TIMESTAMP(3) + INTERVAL 1 DAY ORDER BY d.number",
        ),
        mend: "set the clock of the program's machine right; what is issued next bears no earlier date within the year",
    },
    Check {
        name: "invoices.digest",
        says: "no invoice and no credit note was changed after it was issued",
        severity: Severity::Error,
        find: Find::Steps(
            "SELECT … FROM staka_billing_documents, and the SHA-256 of each row's canonical JSON",
            digests,
        ),
        mend: "compare the row with a backup or with the PDF; correct the invoice by invoices.credit",
    },
    Check {
        name: "invoices.sums",
        says: "tax and amount make the total, and the tax is that of its rate to the centime",
        severity: Severity::Error,
        find: Find::Sql(
            "SELECT CONCAT('staka_billing_documents ', d.id), \
             CONCAT(d.number, ': ', d.amount, ' and tax ', d.taxAmount, ' at ', d.rate, ' make ', d.total) \
             FROM staka_billing_documents d WHERE d.total <> d.amount + d.taxAmount OR d.total <= 0 OR d.taxAmount < 0 \
             OR (d.regime = 'FRANCHISE' AND d.taxAmount <> 0) OR (d.kind = 'INVOICE' AND d.regime <> 'FRANCHISE' AND \
             2 * ABS(d.taxAmount * 10000 - d.amount * d.rate) > 10000 + IF(d.regime = 'INCLUSIVE', d.rate, 0)) ORDER BY d.number",
        ),
        mend: "correct the invoice by invoices.cancel, and issue it anew",
    },
    Check {
        name: "invoices.row",
        says: "the row of an invoice says what its document says",
        severity: Severity::Error,
        find: Find::Sql(
            "SELECT CONCAT('invoices ', i.id), CONCAT('it says ', i.number, ', ', i.amount, ' and tax ', i.taxAmount, \
             '; issued was ', d.number, ', ', d.amount, ' and tax ', d.taxAmount) \
             FROM staka_billing_documents d JOIN invoices i ON i.id = d.id WHERE d.kind = 'INVOICE' AND \
             (i.number <> d.number OR i.amount <> d.amount OR i.taxAmount <> d.taxAmount OR i.commandeId <> d.commandeId \
             OR NOT (i.issuedAt <=> d.issuedAt)) ORDER BY d.number",
        ),
        mend: "another program wrote the row: the document is right",
    },
    Check {
        name: "invoices.gone",
        says: "the row of each invoice is there",
        severity: Severity::Warning,
        find: Find::Sql(
            "SELECT CONCAT('staka_billing_documents ', d.id), CONCAT('the row of ', d.number, ' is gone') \
             FROM staka_billing_documents d LEFT JOIN invoices i ON i.id = d.id WHERE d.kind = 'INVOICE' AND i.id IS NULL \
             ORDER BY d.number",
        ),
        mend: "another program removed it, perhaps with its order or account; the document is kept and suffices",
    },
    Check {
        name: "invoices.credited",
        says: "an invoice is CANCELLED when all of it was taken back, and only then",
        severity: Severity::Error,
        find: Find::Sql(
            "SELECT CONCAT('invoices ', k.id), CONCAT(k.number, ' is ', k.status, ', ', k.credited, ' of ', k.total, ' was taken back') \
             FROM (SELECT i.id, i.number, i.status, d.total, (SELECT COALESCE(SUM(n.total), 0) FROM staka_billing_documents n \
             WHERE n.invoiceId = d.id AND n.kind = 'CREDIT_NOTE') AS credited \
             FROM staka_billing_documents d JOIN invoices i ON i.id = d.id WHERE d.kind = 'INVOICE') k \
             WHERE k.credited > k.total OR (k.credited = k.total) <> (k.status = 'CANCELLED') ORDER BY k.number",
        ),
        mend: "invoices.cancel takes back what is left of it; a status that another program wrote is set right there",
    },
    Check {
        name: "invoices.steps",
        says: "an invoice of ours stands where its last step led",
        severity: Severity::Warning,
        find: Find::Sql(
            "SELECT CONCAT('invoices ', i.id), CONCAT(i.number, ' is ', i.status, ', and no step led there') \
             FROM invoices i JOIN staka_billing_documents d ON d.id = i.id AND d.kind = 'INVOICE' \
             LEFT JOIN staka_invoice_transitions t ON t.invoiceId = i.id AND t.toStatus = i.status WHERE t.id IS NULL ORDER BY i.number",
        ),
        mend: "another program moved it: ask who, and use invoices.mark_sent, mark_paid and cancel",
    },
    Check {
        name: "invoices.paid_at",
        says: "an invoice has a date of payment when it is PAID",
        severity: Severity::Warning,
        find: Find::Sql(
            "SELECT CONCAT('invoices ', i.id), IF(i.paidAt IS NULL, CONCAT(i.number, ' is PAID, nobody says when'), \
             CONCAT(i.number, ' is ', i.status, ' and was paid')) FROM invoices i \
             WHERE (i.status = 'PAID' AND i.paidAt IS NULL) OR (i.status IN ('GENERATED', 'SENT', 'OVERDUE') AND i.paidAt IS NOT NULL) \
             ORDER BY i.id",
        ),
        mend: "invoices.mark_paid with its date, where it was paid",
    },
    Check {
        name: "invoices.strangers",
        says: "nobody else writes numbers of a series that is ours",
        severity: Severity::Warning,
        find: Find::Sql(
            "SELECT CONCAT('invoices ', i.id), CONCAT(i.number, ' was written by another program while the series is ours') \
             FROM staka_invoice_series s JOIN invoices i \
             ON i.number LIKE CONCAT(CONVERT(s.series USING utf8mb4), '-', s.year, '-%') COLLATE utf8mb4_unicode_ci \
             LEFT JOIN staka_billing_documents d ON d.id = i.id WHERE d.id IS NULL AND i.createdAt >= s.openedAt ORDER BY i.number",
        ),
        mend: "let one program number invoices; invoices.numbering lists what was passed over",
    },
    Check {
        name: "invoices.living",
        says: "an order has one invoice that is not CANCELLED at the most",
        severity: Severity::Note,
        find: Find::Sql(
            "SELECT CONCAT('commandes ', i.commandeId), CONCAT(COUNT(*), ' invoices are not CANCELLED') FROM invoices i \
             WHERE i.status <> 'CANCELLED' GROUP BY i.commandeId HAVING COUNT(*) > 1 ORDER BY i.commandeId",
        ),
        mend: "deposit and balance may be meant; otherwise invoices.cancel for the one too many",
    },
    Check {
        name: "invoices.seller",
        says: "invoices name a seller with a SIRET",
        severity: Severity::Warning,
        find: Find::Sql(
            "SELECT 'staka_billing_settings', 'the seller has no SIRET: invoices are issued without' FROM (SELECT 1 AS one) o \
             WHERE NOT EXISTS (SELECT 1 FROM staka_billing_settings s WHERE s.siret IS NOT NULL AND s.sellerAddress IS NOT NULL)",
        ),
        mend: "billing.set_settings with sellerName, sellerAddress and siret",
    },
];

static DOCUMENTS: Statement = Statement::fixed(
    "verify",
    "SELECT d.id, d.kind, d.series, d.year, d.sequence, d.number, d.invoiceId, d.invoiceNumber, d.commandeId, d.userId, d.title, \
     d.buyerName, d.buyerEmail, d.buyerAddress, d.buyerLegalId, d.sellerName, d.sellerAddress, d.sellerSiret, \
     d.sellerVatNumber, d.sellerMention, d.regime, d.rate, d.taxMention, d.amount, d.taxAmount, d.total, d.reason, \
     d.issuedAt, d.dueAt, d.digest FROM staka_billing_documents d ORDER BY d.number",
    &[],
);

/// Documents whose digest is not that of what they say.
fn digests(conn: &mut Conn) -> BoxFuture<'_, Result<Vec<Finding>>> {
    Box::pin(async move {
        let mut found = Vec::new();
        conn.each(&DOCUMENTS, Args::new(), |document: BillingDocument| {
            if document.digest != document.computed_digest() {
                found.push(Finding {
                    subject: format!("staka_billing_documents {}", document.id),
                    problem: format!("{} is not what was issued", document.number),
                });
            }
        })
        .await?;
        Ok(found)
    })
}
