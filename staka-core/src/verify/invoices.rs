//! Checks of invoices: numbers without gaps, unchanged documents, correct sums.

use std::sync::LazyLock;

use futures_util::future::BoxFuture;

use super::{Check, Find, Finding, Severity};
use crate::base::{Args, Result, Table};
use crate::db::{Conn, Statement};
use crate::model::view::BillingDocument;

pub(super) const CHECKS: &[Check] = &[
    Check {
        name: "invoices.missing",
        rule: "Every number of a series was issued, or skipped because another program had used it.",
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
        repair: "invoices.get_numbering for that year lists the numbers; Staka never deletes documents: restore them from a backup",
    },
    Check {
        name: "invoices.outside",
        rule: "Every number is within its series.",
        severity: Severity::Error,
        find: Find::Sql(
            "SELECT CONCAT('staka_billing_documents ', d.id), CONCAT(d.number, ' is outside of its series') \
             FROM staka_billing_documents d LEFT JOIN staka_invoice_series s ON s.series = d.series AND s.year = d.year \
             WHERE s.id IS NULL OR d.sequence < s.first OR d.sequence >= s.next ORDER BY d.number",
        ),
        repair: "restore staka_invoice_series from a backup; if the row is missing, the next number issued by Staka recreates it",
    },
    Check {
        name: "invoices.dates",
        rule: "No number was issued earlier than the number before it.",
        severity: Severity::Error,
        find: Find::Sql(
            "SELECT CONCAT('staka_billing_documents ', k.id), CONCAT(k.number, ' was issued before the number before it') \
             FROM (SELECT d.id, d.number, d.issuedAt, LAG(d.issuedAt) OVER (PARTITION BY d.series, d.year ORDER BY d.sequence) AS earlier \
             FROM staka_billing_documents d) k WHERE k.earlier > k.issuedAt ORDER BY k.number",
        ),
        repair: "staka_billing_documents was changed by hand: compare it with a backup",
    },
    Check {
        name: "invoices.future",
        rule: "No document was issued in the future.",
        severity: Severity::Warning,
        find: Find::Sql(
            "SELECT CONCAT('staka_billing_documents ', d.id), CONCAT(d.number, ' was issued at ', d.issuedAt, ' UTC') \
             FROM staka_billing_documents d WHERE d.issuedAt > UTC_TIMESTAMP(3) + INTERVAL 1 DAY ORDER BY d.number",
        ),
        repair: "correct the clock of the machine that runs Staka; later documents of the year get no earlier date",
    },
    Check {
        name: "invoices.digest",
        rule: "No invoice and no credit note was changed after it was issued.",
        severity: Severity::Error,
        find: Find::Steps(
            "SELECT … FROM staka_billing_documents, and the SHA-256 of each row's canonical JSON",
            digests,
        ),
        repair: "compare the row with a backup or with the PDF; correct the invoice with invoices.create_credit_note",
    },
    Check {
        name: "invoices.sums",
        rule: "Amount and tax add up to the total, and the tax follows from the rate to the centime.",
        severity: Severity::Error,
        find: Find::Sql(
            "SELECT CONCAT('staka_billing_documents ', d.id), \
             CONCAT(d.number, ': ', d.amount, ' and tax ', d.taxAmount, ' at ', d.rate, ' make ', d.total) \
             FROM staka_billing_documents d WHERE d.total <> d.amount + d.taxAmount OR d.total <= 0 OR d.taxAmount < 0 \
             OR (d.regime = 'FRANCHISE' AND d.taxAmount <> 0) OR (d.kind = 'INVOICE' AND d.regime <> 'FRANCHISE' AND \
             2 * ABS(d.taxAmount * 10000 - d.amount * d.rate) > 10000 + IF(d.regime = 'INCLUSIVE', d.rate, 0)) ORDER BY d.number",
        ),
        repair: "invoices.cancel, then issue the invoice again",
    },
    Check {
        name: "invoices.row",
        rule: "The row of an invoice agrees with its document.",
        severity: Severity::Error,
        find: Find::Sql(
            "SELECT CONCAT('invoices ', i.id), CONCAT('the row has ', i.number, ', ', i.amount, ' and tax ', i.taxAmount, \
             '; the document has ', d.number, ', ', d.amount, ' and tax ', d.taxAmount) \
             FROM staka_billing_documents d JOIN invoices i ON i.id = d.id WHERE d.kind = 'INVOICE' AND \
             (i.number <> d.number OR i.amount <> d.amount OR i.taxAmount <> d.taxAmount OR i.commandeId <> d.commandeId \
             OR NOT (i.issuedAt <=> d.issuedAt)) ORDER BY d.number",
        ),
        repair: "another program changed the row; the document is authoritative",
    },
    Check {
        name: "invoices.missing_row",
        rule: "Every invoice document has its row in `invoices`.",
        severity: Severity::Warning,
        find: Find::Sql(
            "SELECT CONCAT('staka_billing_documents ', d.id), CONCAT('the row of ', d.number, ' was deleted') \
             FROM staka_billing_documents d LEFT JOIN invoices i ON i.id = d.id WHERE d.kind = 'INVOICE' AND i.id IS NULL \
             ORDER BY d.number",
        ),
        repair: "another program deleted it, perhaps with its order or account; the document is kept and suffices",
    },
    Check {
        name: "invoices.credited",
        rule: "An invoice is CANCELLED if and only if credit notes cover its total.",
        severity: Severity::Error,
        find: Find::Sql(
            "SELECT CONCAT('invoices ', k.id), CONCAT(k.number, ' is ', k.status, ', ', k.credited, ' of ', k.total, ' centimes credited') \
             FROM (SELECT i.id, i.number, i.status, d.total, (SELECT COALESCE(SUM(n.total), 0) FROM staka_billing_documents n \
             WHERE n.invoiceId = d.id AND n.kind = 'CREDIT_NOTE') AS credited \
             FROM staka_billing_documents d JOIN invoices i ON i.id = d.id WHERE d.kind = 'INVOICE') k \
             WHERE k.credited > k.total OR (k.credited = k.total) <> (k.status = 'CANCELLED') ORDER BY k.number",
        ),
        repair: "invoices.cancel credits the rest; if another program changed the status, correct it there",
    },
    Check {
        name: "invoices.transitions",
        rule: "The status of an invoice issued by Staka is that of one of its recorded transitions.",
        severity: Severity::Warning,
        find: Find::Sql(
            "SELECT CONCAT('invoices ', i.id), CONCAT(i.number, ' is ', i.status, ', without a transition to it') \
             FROM invoices i JOIN staka_billing_documents d ON d.id = i.id AND d.kind = 'INVOICE' \
             LEFT JOIN staka_invoice_transitions t ON t.invoiceId = i.id AND t.toStatus = i.status WHERE t.id IS NULL ORDER BY i.number",
        ),
        repair: "another program changed it: find out which, and use invoices.mark_sent, invoices.mark_paid and invoices.cancel",
    },
    Check {
        name: "invoices.paid_at",
        rule: "An invoice has a payment date if and only if it is PAID.",
        severity: Severity::Warning,
        find: Find::Sql(
            "SELECT CONCAT('invoices ', i.id), IF(i.paidAt IS NULL, CONCAT(i.number, ' is PAID without a payment date'), \
             CONCAT(i.number, ' is ', i.status, ' with a payment date')) FROM invoices i \
             WHERE (i.status = 'PAID' AND i.paidAt IS NULL) OR (i.status IN ('GENERATED', 'SENT', 'OVERDUE') AND i.paidAt IS NOT NULL) \
             ORDER BY i.id",
        ),
        repair: "invoices.mark_paid with the date, if it was paid",
    },
    Check {
        name: "invoices.external",
        rule: "No other program uses numbers of a series of Staka.",
        severity: Severity::Warning,
        find: Find::Sql(
            "SELECT CONCAT('invoices ', i.id), CONCAT(i.number, ' was created by another program in a series of Staka') \
             FROM staka_invoice_series s JOIN invoices i \
             ON i.number LIKE CONCAT(CONVERT(s.series USING utf8mb4), '-', s.year, '-%') COLLATE utf8mb4_unicode_ci \
             LEFT JOIN staka_billing_documents d ON d.id = i.id WHERE d.id IS NULL AND i.createdAt >= s.openedAt ORDER BY i.number",
        ),
        repair: "let only one program number invoices; invoices.get_numbering lists the skipped numbers",
    },
    Check {
        name: "invoices.several_active",
        rule: "An order has at most one invoice that is not CANCELLED.",
        severity: Severity::Note,
        find: Find::Sql(
            "SELECT CONCAT('commandes ', i.commandeId), CONCAT(COUNT(*), ' invoices are not CANCELLED') FROM invoices i \
             WHERE i.status <> 'CANCELLED' GROUP BY i.commandeId HAVING COUNT(*) > 1 ORDER BY i.commandeId",
        ),
        repair: "correct for a deposit and a balance; otherwise invoices.cancel for the surplus one",
    },
    Check {
        name: "invoices.seller",
        rule: "Invoices name a seller with an address and a SIRET.",
        severity: Severity::Warning,
        find: Find::Sql(
            "SELECT 'staka_billing_settings', 'the seller has no address or no SIRET: invoices are issued without it' FROM (SELECT 1 AS one) o \
             WHERE EXISTS (SELECT 1 FROM staka_billing_documents) AND NOT EXISTS (SELECT 1 FROM staka_billing_settings s WHERE s.siret IS NOT NULL AND s.sellerAddress IS NOT NULL)",
        ),
        repair: "billing.update_settings with sellerName, sellerAddress and siret",
    },
];

static DOCUMENTS: LazyLock<Statement> = LazyLock::new(|| {
    let (columns, table) = (BillingDocument::SELECT, BillingDocument::NAME);
    Statement::fixed("verify", "", &[]).with_text(format!("SELECT {columns} FROM {table} d ORDER BY d.number"))
});

/// Returns the documents whose digest does not match their content.
fn digests(conn: &mut Conn) -> BoxFuture<'_, Result<Vec<Finding>>> {
    Box::pin(async move {
        let mut found = Vec::new();
        conn.each(&DOCUMENTS, Args::new(), |document: BillingDocument| {
            if document.digest != document.computed_digest() {
                found.push(Finding {
                    subject: format!("staka_billing_documents {}", document.id),
                    problem: format!("{} was changed after it was issued", document.number),
                });
            }
        })
        .await?;
        Ok(found)
    })
}
