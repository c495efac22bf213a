//! Invoices.

use staka_macros::table;

use super::id::{CommandeId, InvoiceId};
use crate::base::{Timestamp, text_enum};

text_enum! {
    /// Where an invoice stands.
    pub enum InvoiceStatus {
        /// Made.
        Generated = "GENERATED",
        /// Sent to the client.
        Sent = "SENT",
        /// Paid.
        Paid = "PAID",
        /// Due and not paid.
        Overdue = "OVERDUE",
        /// Void.
        Cancelled = "CANCELLED",
    }
}

impl InvoiceStatus {
    /// Where an invoice may go from here:
    ///
    /// | from | to |
    /// |---|---|
    /// | GENERATED | SENT, PAID, OVERDUE, CANCELLED |
    /// | SENT | PAID, OVERDUE, CANCELLED |
    /// | OVERDUE | PAID, CANCELLED |
    /// | PAID | CANCELLED |
    /// | CANCELLED, a word that the guide does not know | nowhere |
    ///
    /// CANCELLED is reached by credit notes over the whole of it alone.
    pub fn next(&self) -> &'static [Self] {
        match self {
            Self::Generated => &[Self::Sent, Self::Paid, Self::Overdue, Self::Cancelled],
            Self::Sent => &[Self::Paid, Self::Overdue, Self::Cancelled],
            Self::Overdue => &[Self::Paid, Self::Cancelled],
            Self::Paid => &[Self::Cancelled],
            Self::Cancelled | Self::Unrecognised(_) => &[],
        }
    }
}

/// An invoice for a commande; it outlives the account it was made for.
#[table("invoices")]
pub struct Invoice {
    /// The key, a UUID as text.
    #[column(id, purpose = Key, keep = Accounting, erase = Keep, see = Internal, export, chars = 191, filter)]
    pub id: InvoiceId,
    /// The order it bills.
    #[column(purpose = Key, keep = Accounting, erase = Keep, see = Internal, export, chars = 191, fixed, filter)]
    pub commande_id: CommandeId,
    /// Number, `FACT-2025-001`, unique.
    #[column(purpose = Billing, keep = Accounting, erase = Keep, see = Internal, export, chars = 50, fixed, filter)]
    pub number: String,
    /// Amount before tax (HT) in centimes.
    #[column(purpose = Billing, keep = Accounting, erase = Keep, see = Internal, export)]
    pub amount: i64,
    /// VAT in centimes.
    #[column(purpose = Billing, keep = Accounting, erase = Keep, see = Internal, export, default = 0)]
    pub tax_amount: i64,
    /// Where the PDF lies; empty until there is one.
    #[column(purpose = Billing, keep = Accounting, erase = Keep, see = Internal, export, chars = 500)]
    pub pdf_url: String,
    /// Where it stands.
    #[column(purpose = Billing, keep = Accounting, erase = Keep, see = Internal, export, default = InvoiceStatus::Generated, filter)]
    pub status: InvoiceStatus,
    /// When it was issued, UTC.
    #[column(purpose = Billing, keep = Accounting, erase = Keep, see = Internal, export)]
    pub issued_at: Option<Timestamp>,
    /// When it is due, UTC.
    #[column(purpose = Billing, keep = Accounting, erase = Keep, see = Internal, export)]
    pub due_at: Option<Timestamp>,
    /// When it was paid, UTC.
    #[column(purpose = Billing, keep = Accounting, erase = Keep, see = Internal, export)]
    pub paid_at: Option<Timestamp>,
    /// When the row was made, UTC.
    #[column(created, purpose = Record, keep = Accounting, erase = Keep, see = Internal, export, range)]
    pub created_at: Timestamp,
    /// When the row was last written, UTC; never twice the same, so it serves as the version.
    #[column(updated, purpose = Record, keep = Accounting, erase = Keep, see = Internal, export)]
    pub updated_at: Timestamp,
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::TextEnum;

    #[test]
    fn an_invoice_goes_on_and_never_back() {
        let words = |status: &InvoiceStatus| status.next().iter().map(|next| next.to_string()).collect::<Vec<_>>();
        assert_eq!(words(&InvoiceStatus::Generated), ["SENT", "PAID", "OVERDUE", "CANCELLED"]);
        assert_eq!(words(&InvoiceStatus::Sent), ["PAID", "OVERDUE", "CANCELLED"]);
        assert_eq!(words(&InvoiceStatus::Overdue), ["PAID", "CANCELLED"]);
        assert_eq!(words(&InvoiceStatus::Paid), ["CANCELLED"]);
        assert!(words(&InvoiceStatus::Cancelled).is_empty());
        // Whatever way is taken, it ends: no status can be reached from itself.
        for word in InvoiceStatus::VALUES {
            let start = InvoiceStatus::from_word(word).unwrap();
            let (mut reached, mut open) = (Vec::new(), vec![start.clone()]);
            while let Some(status) = open.pop() {
                for next in status.next() {
                    assert_ne!(next, &start);
                    if !reached.contains(next) {
                        reached.push(next.clone());
                        open.push(next.clone());
                    }
                }
            }
            assert_eq!(reached.contains(&InvoiceStatus::Cancelled), start != InvoiceStatus::Cancelled);
        }
    }
}
