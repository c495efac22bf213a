//! Orders with what hangs on them.

use staka_macros::{Output, Record};

use crate::model::{Commande, InvoiceId, InvoiceStatus};

/// An order and its invoices.
#[derive(Clone, Debug, PartialEq, Record, Output)]
pub struct CommandeWithInvoices {
    /// The order.
    #[output(flatten)]
    #[record(nested)]
    pub commande: Commande,
    /// Its invoices, oldest first.
    #[record(filled)]
    pub invoices: Vec<InvoiceBrief>,
}

/// An invoice, as far as its order's list shows it.
#[derive(Clone, Debug, PartialEq, Record, Output)]
pub struct InvoiceBrief {
    /// The key.
    pub id: InvoiceId,
    /// Number, `FACT-2025-001`.
    pub number: String,
    /// Amount before tax (HT) in centimes.
    pub amount: i64,
    /// Where it stands.
    pub status: InvoiceStatus,
    /// Where the PDF lies.
    pub pdf_url: String,
}
