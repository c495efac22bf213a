//! Invoices.

use staka_macros::table;

use super::id::{CommandeId, InvoiceId};
use crate::base::{Timestamp, text_enum};

text_enum! {
    /// Status of an invoice.
    pub enum InvoiceStatus {
        /// Issued, not yet sent.
        Generated = "GENERATED",
        /// Sent to the client.
        Sent = "SENT",
        /// Paid by the client.
        Paid = "PAID",
        /// Due and not paid.
        Overdue = "OVERDUE",
        /// Fully credited.
        Cancelled = "CANCELLED",
    }
}

impl InvoiceStatus {
    /// Returns the statuses that can follow this one:
    ///
    /// | from | to |
    /// |---|---|
    /// | GENERATED | SENT, PAID, OVERDUE, CANCELLED |
    /// | SENT | PAID, OVERDUE, CANCELLED |
    /// | OVERDUE | PAID, CANCELLED |
    /// | PAID | CANCELLED |
    /// | CANCELLED, or a value that the Prisma schema does not know | none |
    ///
    /// Only credit notes over the full amount lead to CANCELLED.
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

/// An invoice for a commande.
#[table("invoices")]
pub struct Invoice {
    /// The key, a UUID as text.
    #[column(id, purpose = Key, keep = Accounting, erase = Keep, see = Internal, export, chars = 191)]
    pub id: InvoiceId,
    /// Id of the invoiced order.
    #[column(purpose = Key, keep = Accounting, erase = Keep, see = Internal, export, chars = 191, fixed)]
    pub commande_id: CommandeId,
    /// Number, e.g. `FACT-2025-001`; unique.
    #[column(purpose = Billing, keep = Accounting, erase = Keep, see = Internal, export, chars = 50, fixed)]
    pub number: String,
    /// Amount before tax (HT) in centimes.
    #[column(purpose = Billing, keep = Accounting, erase = Keep, see = Internal, export)]
    pub amount: i64,
    /// VAT in centimes.
    #[column(purpose = Billing, keep = Accounting, erase = Keep, see = Internal, export, default = 0)]
    pub tax_amount: i64,
    /// Address or path of the PDF; empty until there is one.
    #[column(purpose = Billing, keep = Accounting, erase = Keep, see = Internal, export, chars = 500)]
    pub pdf_url: String,
    /// Status of the invoice.
    #[column(purpose = Billing, keep = Accounting, erase = Keep, see = Internal, export, default = InvoiceStatus::Generated)]
    pub status: InvoiceStatus,
    /// Time of issue, UTC; null if it is not known.
    #[column(purpose = Billing, keep = Accounting, erase = Keep, see = Internal, export)]
    pub issued_at: Option<Timestamp>,
    /// Time by which it is to be paid, UTC; null if there is none.
    #[column(purpose = Billing, keep = Accounting, erase = Keep, see = Internal, export)]
    pub due_at: Option<Timestamp>,
    /// Time of the payment, UTC; null while it is not paid.
    #[column(purpose = Billing, keep = Accounting, erase = Keep, see = Internal, export)]
    pub paid_at: Option<Timestamp>,
    /// Time when the row was created, UTC.
    #[column(created, purpose = Record, keep = Accounting, erase = Keep, see = Internal, export)]
    pub created_at: Timestamp,
    /// Time when the row was last written, UTC; it never repeats, so it serves as the row's version.
    #[column(updated, purpose = Record, keep = Accounting, erase = Keep, see = Internal, export)]
    pub updated_at: Timestamp,
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::TextEnum;

    #[test]
    fn invoice_statuses_never_go_back() {
        let words = |status: &InvoiceStatus| status.next().iter().map(|next| next.to_string()).collect::<Vec<_>>();
        assert_eq!(words(&InvoiceStatus::Generated), ["SENT", "PAID", "OVERDUE", "CANCELLED"]);
        assert_eq!(words(&InvoiceStatus::Sent), ["PAID", "OVERDUE", "CANCELLED"]);
        assert_eq!(words(&InvoiceStatus::Overdue), ["PAID", "CANCELLED"]);
        assert_eq!(words(&InvoiceStatus::Paid), ["CANCELLED"]);
        assert!(words(&InvoiceStatus::Cancelled).is_empty());
        // Every path ends: no status can be reached from itself.
        for word in InvoiceStatus::VALUES {
            let start = InvoiceStatus::from_variant(word).unwrap();
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
