//! Billing documents as they were issued, and the settings they are issued with.

use std::fmt::Write;

use serde_json::Value;
use sha2::{Digest, Sha256};
use staka_macros::{Output, Record, table};

use crate::base::{TaxRegime, Timestamp};
use crate::model::{BillingDocumentId, BillingKind, BillingSeries, CommandeId, InvoiceId, InvoiceStatus, UserId};

/// The settings that the next invoice is issued with: seller, VAT regime and rate, days for payment.
#[table("staka_billing_settings", owned)]
#[derive(Clone, Debug, PartialEq, Eq, Record, Output)]
pub struct BillingSettings {
    /// Key of the only row.
    #[output(skip)]
    #[column(purpose = Key, keep = Accounting, erase = Keep, see = Internal, private, chars = 16)]
    pub name: String,
    /// Name of the seller.
    #[column(purpose = Billing, keep = Accounting, erase = Keep, see = Public, private, chars = 255)]
    pub seller_name: String,
    /// Address of the seller, one line of it per line of text.
    #[column(purpose = Billing, keep = Accounting, erase = Keep, see = Public, private, bytes = 65_535)]
    pub seller_address: Option<String>,
    /// SIRET of the seller, 14 digits.
    #[column(purpose = Billing, keep = Accounting, erase = Keep, see = Public, private, chars = 14)]
    pub siret: Option<String>,
    /// VAT number of the seller, e.g. `FR40303265045`.
    #[column(purpose = Billing, keep = Accounting, erase = Keep, see = Public, private, chars = 20)]
    pub vat_number: Option<String>,
    /// Further text that the law requires on an invoice: legal form, capital, penalties.
    #[column(purpose = Billing, keep = Accounting, erase = Keep, see = Public, private, bytes = 65_535)]
    pub legal_mention: Option<String>,
    /// How VAT is charged. FRANCHISE: no VAT is charged. EXCLUSIVE: prices are before tax, and VAT is added. INCLUSIVE:
    /// prices contain VAT.
    #[column(purpose = Billing, keep = Accounting, erase = Keep, see = Public, private, chars = 16)]
    pub regime: TaxRegime,
    /// VAT rate in basis points (2000 is 20 %); 0 in the regime FRANCHISE.
    #[output(bounds = Bounds::between(0, 10_000))]
    #[column(purpose = Billing, keep = Accounting, erase = Keep, see = Public, private)]
    pub rate: i64,
    /// Days within which an invoice is to be paid.
    #[output(bounds = Bounds::between(0, 365))]
    #[column(purpose = Billing, keep = Accounting, erase = Keep, see = Public, private)]
    pub payment_days: i64,
    /// Time of the last change, UTC; null while the settings are the defaults.
    #[column(purpose = Record, keep = Accounting, erase = Keep, see = Internal, private)]
    pub updated_at: Option<Timestamp>,
}

impl Default for BillingSettings {
    /// The defaults: no VAT, 30 days, and a seller without a SIRET.
    fn default() -> Self {
        Self {
            name: "billing".to_owned(),
            seller_name: "Staka Livres".to_owned(),
            seller_address: None,
            siret: None,
            vat_number: None,
            legal_mention: None,
            regime: TaxRegime::Franchise,
            rate: 0,
            payment_days: 30,
            updated_at: None,
        }
    }
}

/// An invoice or a credit note as it was issued. It never changes.
#[table("staka_billing_documents", owned, user = "userId")]
#[derive(Clone, Debug, PartialEq, Eq, Record, Output)]
pub struct BillingDocument {
    /// The document's id; for an invoice, the id of its row in `invoices`.
    #[column(purpose = Key, keep = Accounting, erase = Keep, see = Internal, export, chars = 191)]
    pub id: BillingDocumentId,
    /// Whether the document is an invoice or a credit note.
    #[column(purpose = Billing, keep = Accounting, erase = Keep, see = Internal, export, chars = 16)]
    pub kind: BillingKind,
    /// The series that its number belongs to.
    #[column(purpose = Billing, keep = Accounting, erase = Keep, see = Internal, export, chars = 16)]
    pub series: BillingSeries,
    /// Year of its number, in the platform's zone.
    #[output(bounds = Bounds::between(1, 9_999))]
    #[column(purpose = Billing, keep = Accounting, erase = Keep, see = Internal, export)]
    pub year: i64,
    /// Position of its number in the series, from 1.
    #[output(bounds = Bounds::at_least(1))]
    #[column(purpose = Billing, keep = Accounting, erase = Keep, see = Internal, export)]
    pub sequence: i64,
    /// Number of the document, `FACT-2026-007` or `AVOIR-2026-001`.
    #[column(purpose = Billing, keep = Accounting, erase = Keep, see = Internal, export, chars = 50)]
    pub number: String,
    /// Id of the invoice itself, or of the invoice that a credit note corrects.
    #[column(purpose = Key, keep = Accounting, erase = Keep, see = Internal, export, chars = 191)]
    pub invoice_id: InvoiceId,
    /// Number of that invoice.
    #[column(purpose = Billing, keep = Accounting, erase = Keep, see = Internal, export, chars = 50)]
    pub invoice_number: String,
    /// Id of the invoiced order.
    #[column(purpose = Key, keep = Accounting, erase = Keep, see = Internal, export, chars = 191)]
    pub commande_id: CommandeId,
    /// Id of the buyer's account.
    #[column(purpose = Key, keep = Accounting, erase = Keep, see = Internal, export, chars = 191)]
    pub user_id: UserId,
    /// Title of the order when the invoice was issued.
    #[column(purpose = Billing, keep = Accounting, erase = Keep, see = Personal, export, chars = 255)]
    pub title: String,
    /// Name of the buyer.
    #[column(purpose = Billing, keep = Accounting, erase = Keep, see = Personal, export, chars = 255)]
    pub buyer_name: String,
    /// E-mail address of the buyer.
    #[column(purpose = Billing, keep = Accounting, erase = Keep, see = Personal, export, chars = 255)]
    pub buyer_email: String,
    /// Address of the buyer, one line of it per line of text.
    #[column(purpose = Billing, keep = Accounting, erase = Keep, see = Personal, export, bytes = 65_535)]
    pub buyer_address: Option<String>,
    /// SIRET or VAT number of the buyer; null if none was given.
    #[column(purpose = Billing, keep = Accounting, erase = Keep, see = Personal, export, chars = 100)]
    pub buyer_legal_id: Option<String>,
    /// Name of the seller.
    #[column(purpose = Billing, keep = Accounting, erase = Keep, see = Internal, export, chars = 255)]
    pub seller_name: String,
    /// Address of the seller, one line of it per line of text.
    #[column(purpose = Billing, keep = Accounting, erase = Keep, see = Internal, export, bytes = 65_535)]
    pub seller_address: Option<String>,
    /// SIRET of the seller.
    #[column(purpose = Billing, keep = Accounting, erase = Keep, see = Internal, export, chars = 14)]
    pub seller_siret: Option<String>,
    /// VAT number of the seller.
    #[column(purpose = Billing, keep = Accounting, erase = Keep, see = Internal, export, chars = 20)]
    pub seller_vat_number: Option<String>,
    /// Further text that the law requires on the document.
    #[column(purpose = Billing, keep = Accounting, erase = Keep, see = Internal, export, bytes = 65_535)]
    pub seller_mention: Option<String>,
    /// How VAT was charged: FRANCHISE (no VAT), EXCLUSIVE (VAT added to the price) or INCLUSIVE (price contains VAT).
    #[column(purpose = Billing, keep = Accounting, erase = Keep, see = Internal, export, chars = 16)]
    pub regime: TaxRegime,
    /// VAT rate in basis points.
    #[output(bounds = Bounds::between(0, 10_000))]
    #[column(purpose = Billing, keep = Accounting, erase = Keep, see = Internal, export)]
    pub rate: i64,
    /// The legal notice about VAT, e.g. that none is charged and under which article.
    #[column(purpose = Billing, keep = Accounting, erase = Keep, see = Internal, export, chars = 255)]
    pub tax_mention: Option<String>,
    /// Amount before tax (HT), in centimes; positive on a credit note too.
    #[output(bounds = Bounds::at_least(0))]
    #[column(purpose = Billing, keep = Accounting, erase = Keep, see = Internal, export)]
    pub amount: i64,
    /// VAT in centimes; positive on a credit note too.
    #[output(bounds = Bounds::at_least(0))]
    #[column(purpose = Billing, keep = Accounting, erase = Keep, see = Internal, export)]
    pub tax_amount: i64,
    /// Amount to be paid or paid back, tax included (TTC), in centimes.
    #[output(bounds = Bounds::at_least(0))]
    #[column(purpose = Billing, keep = Accounting, erase = Keep, see = Internal, export)]
    pub total: i64,
    /// Reason for a credit note; null on an invoice.
    #[column(purpose = Billing, keep = Accounting, erase = Keep, see = Personal, export, bytes = 65_535)]
    pub reason: Option<String>,
    /// Time of issue, UTC; never earlier than that of the number before it.
    #[column(purpose = Billing, keep = Accounting, erase = Keep, see = Internal, export)]
    pub issued_at: Timestamp,
    /// The last millisecond of the day on which it is due, UTC; null on a credit note.
    #[column(purpose = Billing, keep = Accounting, erase = Keep, see = Internal, export)]
    pub due_at: Option<Timestamp>,
    /// SHA-256 over all fields above, in hexadecimal digits; it reveals later changes to the row.
    #[column(purpose = Billing, keep = Accounting, erase = Keep, see = Internal, export, chars = 64)]
    pub digest: String,
}

impl BillingDocument {
    /// Returns all fields but the digest as JSON in one fixed form: names in this order, no spaces.
    pub fn canonical(&self) -> String {
        let text = |value: &str| Value::from(value);
        let optional = |value: &Option<String>| Value::from(value.clone());
        let fields: [(&str, Value); 30] = [
            ("version", Value::from(1)),
            ("id", text(self.id.as_str())),
            ("kind", text(self.kind.as_str())),
            ("series", text(self.series.as_str())),
            ("year", Value::from(self.year)),
            ("sequence", Value::from(self.sequence)),
            ("number", text(&self.number)),
            ("invoiceId", text(self.invoice_id.as_str())),
            ("invoiceNumber", text(&self.invoice_number)),
            ("commandeId", text(self.commande_id.as_str())),
            ("userId", text(self.user_id.as_str())),
            ("title", text(&self.title)),
            ("buyerName", text(&self.buyer_name)),
            ("buyerEmail", text(&self.buyer_email)),
            ("buyerAddress", optional(&self.buyer_address)),
            ("buyerLegalId", optional(&self.buyer_legal_id)),
            ("sellerName", text(&self.seller_name)),
            ("sellerAddress", optional(&self.seller_address)),
            ("sellerSiret", optional(&self.seller_siret)),
            ("sellerVatNumber", optional(&self.seller_vat_number)),
            ("sellerMention", optional(&self.seller_mention)),
            ("regime", text(self.regime.as_str())),
            ("rate", Value::from(self.rate)),
            ("taxMention", optional(&self.tax_mention)),
            ("amount", Value::from(self.amount)),
            ("taxAmount", Value::from(self.tax_amount)),
            ("total", Value::from(self.total)),
            ("reason", optional(&self.reason)),
            ("issuedAt", Value::from(self.issued_at.to_string())),
            ("dueAt", Value::from(self.due_at.map(|at| at.to_string()))),
        ];
        let mut json = String::from("{");
        for (index, (name, value)) in fields.iter().enumerate() {
            let comma = if index > 0 { "," } else { "" };
            let _ = write!(json, "{comma}\"{name}\":{value}");
        }
        json.push('}');
        json
    }

    /// Returns the digest that the fields require.
    pub fn computed_digest(&self) -> String {
        let mut digits = String::with_capacity(64);
        for byte in Sha256::digest(self.canonical().as_bytes()) {
            let _ = write!(digits, "{byte:02x}");
        }
        digits
    }
}

/// A document as the ledger lists it. Amounts are in centimes, below zero on a credit note.
#[derive(Clone, Debug, PartialEq, Eq, Record, Output)]
#[non_exhaustive]
pub struct LedgerEntry {
    /// The document's id.
    pub id: BillingDocumentId,
    /// Time of issue, UTC.
    pub issued_at: Timestamp,
    /// Number of that invoice.
    pub number: String,
    /// Whether the document is an invoice or a credit note.
    pub kind: BillingKind,
    /// Id of the invoice itself, or of the invoice that a credit note corrects.
    pub invoice_id: InvoiceId,
    /// Number of that invoice.
    pub invoice_number: String,
    /// Id of the order.
    pub commande_id: CommandeId,
    /// Id of the buyer's account.
    pub user_id: UserId,
    /// Name of the buyer at the time of issue; the account's present name if another program created the invoice.
    pub buyer_name: String,
    /// E-mail address of the buyer at the time of issue; the account's present one if another program created the
    /// invoice.
    pub buyer_email: String,
    /// Title of the order when the invoice was issued.
    pub title: String,
    /// How VAT was charged: FRANCHISE (no VAT), EXCLUSIVE (VAT added to the price) or INCLUSIVE (price contains VAT);
    /// null if another program created the invoice.
    pub regime: Option<TaxRegime>,
    /// VAT rate in basis points; computed from the amounts, to the tenth of a percent, if another program created the
    /// invoice.
    pub rate: i64,
    /// Amount before tax (HT), in centimes.
    pub amount: i64,
    /// VAT in centimes.
    pub tax_amount: i64,
    /// Amount including tax (TTC), in centimes.
    pub total: i64,
    /// The invoice's present status; null if its row was deleted.
    pub status: Option<InvoiceStatus>,
    /// Reason for a credit note; null on an invoice.
    pub reason: Option<String>,
}

/// Totals issued under one VAT regime at one rate. Amounts are in centimes; credit notes are subtracted.
#[derive(Clone, Debug, PartialEq, Eq, Record, Output)]
#[non_exhaustive]
pub struct VatLine {
    /// How VAT was charged: FRANCHISE (no VAT), EXCLUSIVE (VAT added to the price) or INCLUSIVE (price contains VAT);
    /// null if another program created the invoice.
    pub regime: Option<TaxRegime>,
    /// VAT rate in basis points; computed from the amounts, to the tenth of a percent, if another program created the
    /// invoice.
    pub rate: i64,
    /// Number of invoices.
    #[output(bounds = Bounds::at_least(0))]
    pub invoices: i64,
    /// Number of credit notes.
    #[output(bounds = Bounds::at_least(0))]
    pub credit_notes: i64,
    /// Amount before tax (HT), in centimes.
    pub amount: i64,
    /// VAT in centimes.
    pub tax_amount: i64,
    /// Amount including tax (TTC), in centimes.
    pub total: i64,
}

/// A range of consecutive numbers.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Output)]
#[non_exhaustive]
pub struct InvoiceNumberRange {
    /// First number of the range.
    #[output(bounds = Bounds::at_least(1))]
    pub first: i64,
    /// Last number of the range.
    #[output(bounds = Bounds::at_least(1))]
    pub last: i64,
}

/// A number that was skipped because an invoice of another program had it already.
#[derive(Clone, Debug, PartialEq, Eq, Output)]
#[non_exhaustive]
pub struct SkippedInvoiceNumber {
    /// Position of the number in the series.
    #[output(bounds = Bounds::at_least(1))]
    pub sequence: i64,
    /// The skipped number, e.g. `FACT-2026-007`.
    pub number: String,
    /// Id of the invoice that has the number; null if it is not known.
    pub invoice_id: Option<InvoiceId>,
    /// Time when the number was skipped, UTC.
    pub skipped_at: Timestamp,
}

/// A number of the series on an invoice that another program created.
#[derive(Clone, Debug, PartialEq, Eq, Output)]
#[non_exhaustive]
pub struct ExternalInvoiceNumber {
    /// The invoice's id.
    pub invoice_id: InvoiceId,
    /// The number as it was written.
    pub number: String,
    /// Position in the series that the number stands for; null if it stands for none.
    #[output(bounds = Bounds::at_least(1))]
    pub sequence: Option<i64>,
    /// Time when the row was created, UTC.
    pub created_at: Timestamp,
}

/// The numbers of a series in a year, and whether one is missing.
#[derive(Clone, Debug, PartialEq, Eq, Output)]
#[non_exhaustive]
pub struct InvoiceNumbering {
    /// The series of the numbers.
    pub series: BillingSeries,
    /// The year of the numbers.
    #[output(bounds = Bounds::between(1, 9_999))]
    pub year: i64,
    /// First number of the series; null while the series is not open.
    #[output(bounds = Bounds::at_least(1))]
    pub first: Option<i64>,
    /// The next number to be issued; null while the series is not open.
    #[output(bounds = Bounds::at_least(1))]
    pub next: Option<i64>,
    /// Time when the last number was issued, UTC; null if there is none yet.
    pub last_issued_at: Option<Timestamp>,
    /// How many numbers of the series were issued.
    #[output(bounds = Bounds::at_least(0))]
    pub issued: i64,
    /// Numbers from `first` to before `next` that were neither issued nor skipped. There must be none, because a number
    /// is taken only together with its document: a range here means that the documents were deleted outside of Staka,
    /// and should be restored from a backup.
    pub missing: Vec<InvoiceNumberRange>,
    /// Numbers before `first` that no invoice has; up to the last external number if the series is not open. Staka will
    /// not issue them; the program that issued the numbers before must explain them.
    pub missing_before: Vec<InvoiceNumberRange>,
    /// Numbers that were passed over because an invoice of another program had them already; the first 1,000. Nothing
    /// is to be done about them: each is recorded here and in the audit log.
    pub skipped: Vec<SkippedInvoiceNumber>,
    /// How many numbers of the year are on invoices that another program created.
    #[output(bounds = Bounds::at_least(0))]
    pub external_count: i64,
    /// Numbers on invoices that another program created; the first 1,000 by number.
    pub external: Vec<ExternalInvoiceNumber>,
}

#[cfg(test)]
mod tests {
    use super::*;

    fn document() -> BillingDocument {
        BillingDocument {
            id: "i".parse().unwrap(),
            kind: BillingKind::Invoice,
            series: BillingSeries::Fact,
            year: 2026,
            sequence: 7,
            number: "FACT-2026-007".into(),
            invoice_id: "i".parse().unwrap(),
            invoice_number: "FACT-2026-007".into(),
            commande_id: "c".parse().unwrap(),
            user_id: "u".parse().unwrap(),
            title: "Les « Marées »\n\"1\"".into(),
            buyer_name: "Zoé Martin".into(),
            buyer_email: "zoe@example.org".into(),
            buyer_address: None,
            buyer_legal_id: None,
            seller_name: "Staka Livres".into(),
            seller_address: None,
            seller_siret: None,
            seller_vat_number: None,
            seller_mention: None,
            regime: TaxRegime::Inclusive,
            rate: 2_000,
            tax_mention: None,
            amount: 39_000,
            tax_amount: 7_800,
            total: 46_800,
            reason: None,
            issued_at: "2026-03-01T10:00:00Z".parse().unwrap(),
            due_at: None,
            digest: String::new(),
        }
    }

    /// Digests in databases were computed from this form, so it must never change.
    #[test]
    fn the_canonical_form_does_not_change() {
        let document = document();
        assert_eq!(
            document.canonical(),
            r#"{"version":1,"id":"i","kind":"INVOICE","series":"FACT","year":2026,"sequence":7,"number":"FACT-2026-007","invoiceId":"i","invoiceNumber":"FACT-2026-007","commandeId":"c","userId":"u","title":"Les « Marées »\n\"1\"","buyerName":"Zoé Martin","buyerEmail":"zoe@example.org","buyerAddress":null,"buyerLegalId":null,"sellerName":"Staka Livres","sellerAddress":null,"sellerSiret":null,"sellerVatNumber":null,"sellerMention":null,"regime":"INCLUSIVE","rate":2000,"taxMention":null,"amount":39000,"taxAmount":7800,"total":46800,"reason":null,"issuedAt":"2026-03-01T10:00:00.000Z","dueAt":null}"#
        );
        assert_eq!(document.computed_digest().len(), 64);
    }

    #[test]
    fn every_change_changes_the_digest() {
        let digest = document().computed_digest();
        let changes: [fn(&mut BillingDocument); 5] = [
            |d| d.total += 1,
            |d| d.buyer_name.push(' '),
            |d| d.buyer_address = Some(String::new()),
            |d| d.issued_at = d.issued_at.plus(std::time::Duration::from_millis(1)),
            |d| d.sequence = 8,
        ];
        for change in changes {
            let mut changed = document();
            change(&mut changed);
            assert_ne!(changed.computed_digest(), digest);
        }
    }
}
