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
    /// Where the PDF lies.
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
