//! Documents of billing as they were issued, and by which settings.

use std::fmt::Write;

use serde_json::Value;
use sha2::{Digest, Sha256};
use staka_macros::{Output, Record};

use crate::base::{TaxRegime, Timestamp};
use crate::model::{BillingDocumentId, BillingKind, BillingSeries, CommandeId, InvoiceId, InvoiceStatus, UserId};

/// Who sells, under which regime of VAT, payable when: what the next invoice is made by.
#[derive(Clone, Debug, PartialEq, Eq, Record, Output)]
pub struct BillingSettings {
    /// The seller's name.
    pub seller_name: String,
    /// The seller's address, a line each.
    pub seller_address: Option<String>,
    /// The seller's SIRET, 14 digits.
    pub siret: Option<String>,
    /// The seller's VAT number, e.g. `FR40303265045`.
    pub vat_number: Option<String>,
    /// What else the law wants on an invoice: legal form, capital, penalties.
    pub legal_mention: Option<String>,
    /// How VAT is charged.
    pub regime: TaxRegime,
    /// Its rate in basis points: 2000 is 20 %; 0 in the regime FRANCHISE.
    pub rate: i64,
    /// Within how many days an invoice is to be paid.
    pub payment_days: i64,
    /// When they were last set, UTC; null while they are the program's own.
    pub updated_at: Option<Timestamp>,
}

impl Default for BillingSettings {
    /// What holds until something else is set: no VAT, 30 days, and a seller without a number.
    fn default() -> Self {
        Self {
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

/// An invoice or a credit note as it was issued. Nothing of it ever changes.
#[derive(Clone, Debug, PartialEq, Eq, Record, Output)]
pub struct BillingDocument {
    /// The key; an invoice's is that of its row.
    pub id: BillingDocumentId,
    /// Invoice or credit note.
    pub kind: BillingKind,
    /// The series of its number.
    pub series: BillingSeries,
    /// The year of its number, in the platform's zone.
    pub year: i64,
    /// Its place in the series, from 1.
    pub sequence: i64,
    /// The number, `FACT-2026-007` or `AVOIR-2026-001`.
    pub number: String,
    /// The invoice itself, or the one that is corrected.
    pub invoice_id: InvoiceId,
    /// Its number.
    pub invoice_number: String,
    /// The order that is billed.
    pub commande_id: CommandeId,
    /// The buyer's account.
    pub user_id: UserId,
    /// What was bought.
    pub title: String,
    /// The buyer's name.
    pub buyer_name: String,
    /// The buyer's e-mail address.
    pub buyer_email: String,
    /// The buyer's address, a line each.
    pub buyer_address: Option<String>,
    /// The buyer's SIRET or VAT number, where one was given.
    pub buyer_legal_id: Option<String>,
    /// The seller's name.
    pub seller_name: String,
    /// The seller's address, a line each.
    pub seller_address: Option<String>,
    /// The seller's SIRET.
    pub seller_siret: Option<String>,
    /// The seller's VAT number.
    pub seller_vat_number: Option<String>,
    /// What else the law wants on it.
    pub seller_mention: Option<String>,
    /// How VAT was charged.
    pub regime: TaxRegime,
    /// At which rate, in basis points.
    pub rate: i64,
    /// What must be said about that, e.g. that none is charged and by which article.
    pub tax_mention: Option<String>,
    /// Before tax (HT), in centimes; positive on a credit note too.
    pub amount: i64,
    /// VAT in centimes, likewise.
    pub tax_amount: i64,
    /// What is to be paid, or paid back (TTC), in centimes.
    pub total: i64,
    /// Why a credit note was issued.
    pub reason: Option<String>,
    /// When it was issued, UTC; never earlier than the number before it.
    pub issued_at: Timestamp,
    /// The last moment of the day on which it is due, UTC; null on a credit note.
    pub due_at: Option<Timestamp>,
    /// SHA-256 over all of the above, in hexadecimal digits: it tells whether somebody changed it.
    pub digest: String,
}

impl BillingDocument {
    /// All of it but the digest, as JSON in one form: names in this order, no spaces.
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
        for (place, (name, value)) in fields.iter().enumerate() {
            let comma = if place > 0 { "," } else { "" };
            let _ = write!(json, "{comma}\"{name}\":{value}");
        }
        json.push('}');
        json
    }

    /// What the digest must be.
    pub fn computed_digest(&self) -> String {
        let mut digits = String::with_capacity(64);
        for byte in Sha256::digest(self.canonical().as_bytes()) {
            let _ = write!(digits, "{byte:02x}");
        }
        digits
    }
}

/// A document as the ledger lists it: who bought what, when, at which rate. Amounts are centimes, below zero on a credit note.
#[derive(Clone, Debug, PartialEq, Eq, Record, Output)]
pub struct LedgerLine {
    /// The document.
    pub id: BillingDocumentId,
    /// When it was issued, UTC.
    pub issued_at: Timestamp,
    /// Its number.
    pub number: String,
    /// Invoice or credit note.
    pub kind: BillingKind,
    /// The invoice itself, or the one that is corrected.
    pub invoice_id: InvoiceId,
    /// Its number.
    pub invoice_number: String,
    /// The order.
    pub commande_id: CommandeId,
    /// The buyer's account.
    pub user_id: UserId,
    /// The buyer's name at that time; the account's, where another program wrote it.
    pub buyer_name: String,
    /// The buyer's e-mail address at that time.
    pub buyer_email: String,
    /// What was bought.
    pub title: String,
    /// How VAT was charged; null where another program wrote it, which does not say.
    pub regime: Option<TaxRegime>,
    /// At which rate, in basis points; what the amounts make, to the tenth of a percent, where
    /// another program wrote it.
    pub rate: i64,
    /// Before tax (HT).
    pub amount: i64,
    /// VAT.
    pub tax_amount: i64,
    /// Both (TTC).
    pub total: i64,
    /// Where the invoice stands now; null where its row is gone.
    pub status: Option<InvoiceStatus>,
    /// Why a credit note was issued.
    pub reason: Option<String>,
}

/// What was issued by one regime at one rate. Amounts are centimes; credit notes are subtracted.
#[derive(Clone, Debug, PartialEq, Eq, Record, Output)]
pub struct TaxLine {
    /// How VAT was charged; null where another program wrote it, which does not say.
    pub regime: Option<TaxRegime>,
    /// At which rate, in basis points; what the amounts make, to the tenth of a percent, where
    /// another program wrote it.
    pub rate: i64,
    /// How many invoices.
    pub invoices: i64,
    /// How many credit notes.
    pub credit_notes: i64,
    /// Before tax (HT).
    pub amount: i64,
    /// VAT.
    pub tax_amount: i64,
    /// Both (TTC).
    pub total: i64,
}

/// Numbers one behind the other.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Output)]
pub struct NumberRange {
    /// The first of them.
    pub first: i64,
    /// The last of them.
    pub last: i64,
}

/// A number that somebody else had written when its turn came.
#[derive(Clone, Debug, PartialEq, Eq, Output)]
pub struct NumberSkip {
    /// Its place in the series.
    pub sequence: i64,
    /// The number.
    pub number: String,
    /// The invoice that bore it, where it was known.
    pub invoice_id: Option<InvoiceId>,
    /// When it was passed over, UTC.
    pub skipped_at: Timestamp,
}

/// A number of the series that another program wrote.
#[derive(Clone, Debug, PartialEq, Eq, Output)]
pub struct NumberStranger {
    /// The invoice.
    pub invoice_id: InvoiceId,
    /// The number as it was written.
    pub number: String,
    /// Its place in the series; null where it names none.
    pub sequence: Option<i64>,
    /// When the row was made, UTC.
    pub created_at: Timestamp,
}

/// The numbers of a series in a year: whether one is missing.
#[derive(Clone, Debug, PartialEq, Eq, Output)]
pub struct Numbering {
    /// The series.
    pub series: BillingSeries,
    /// The year.
    pub year: i64,
    /// The first number of ours; null while the series is not open.
    pub first: Option<i64>,
    /// The number that comes next, likewise.
    pub next: Option<i64>,
    /// When the last one was issued, UTC.
    pub last_issued_at: Option<Timestamp>,
    /// How many numbers of ours there are.
    pub issued: i64,
    /// Numbers from `first` to before `next` that are neither ours nor were passed over. There must be none.
    pub missing: Vec<NumberRange>,
    /// Numbers before `first` that nobody wrote, up to the last stranger where the series is not open: left out by whoever
    /// numbered then.
    pub missing_before: Vec<NumberRange>,
    /// Numbers that were passed over; the first 1,000.
    pub skips: Vec<NumberSkip>,
    /// How many numbers of the year others wrote.
    pub stranger_count: i64,
    /// These; the first 1,000 by number.
    pub strangers: Vec<NumberStranger>,
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

    /// What is in the databases was made so: it must never come out otherwise.
    #[test]
    fn the_form_that_is_digested_stays_as_it_is() {
        let document = document();
        assert_eq!(
            document.canonical(),
            r#"{"version":1,"id":"i","kind":"INVOICE","series":"FACT","year":2026,"sequence":7,"number":"FACT-2026-007","invoiceId":"i","invoiceNumber":"FACT-2026-007","commandeId":"c","userId":"u","title":"Les « Marées »\n\"1\"","buyerName":"Zoé Martin","buyerEmail":"zoe@example.org","buyerAddress":null,"buyerLegalId":null,"sellerName":"Staka Livres","sellerAddress":null,"sellerSiret":null,"sellerVatNumber":null,"sellerMention":null,"regime":"INCLUSIVE","rate":2000,"taxMention":null,"amount":39000,"taxAmount":7800,"total":46800,"reason":null,"issuedAt":"2026-03-01T10:00:00.000Z","dueAt":null}"#
        );
        assert_eq!(document.computed_digest().len(), 64);
    }

    #[test]
    fn whatever_is_changed_changes_the_digest() {
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
