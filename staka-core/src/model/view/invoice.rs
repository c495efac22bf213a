//! Invoices as they are shown.

use staka_macros::{Output, Record};

use super::billing::BillingDocument;
use super::commande::ClientBrief;
use crate::base::Timestamp;
use crate::model::{CommandeId, Invoice, InvoiceId, InvoiceStatus, UserId};

/// An invoice as it stands.
#[derive(Clone, Debug, PartialEq, Record, Output)]
pub struct InvoiceView {
    /// The key.
    pub id: InvoiceId,
    /// The order that it bills.
    pub commande_id: CommandeId,
    /// Number, `FACT-2025-001`.
    pub number: String,
    /// Amount before tax (HT) in centimes.
    pub amount: i64,
    /// VAT in centimes.
    pub tax_amount: i64,
    /// Where the PDF lies; null until there is one.
    pub pdf_url: Option<String>,
    /// Where it stands.
    pub status: InvoiceStatus,
    /// When it was issued, UTC.
    pub issued_at: Option<Timestamp>,
    /// When it is due, UTC.
    pub due_at: Option<Timestamp>,
    /// When it was paid, UTC.
    pub paid_at: Option<Timestamp>,
    /// When the row was made, UTC.
    pub created_at: Timestamp,
    /// When the row was last written, UTC.
    pub updated_at: Timestamp,
}

impl From<Invoice> for InvoiceView {
    fn from(row: Invoice) -> Self {
        Self {
            id: row.id,
            commande_id: row.commande_id,
            number: row.number,
            amount: row.amount,
            tax_amount: row.tax_amount,
            pdf_url: Some(row.pdf_url).filter(|url| !url.is_empty()),
            status: row.status,
            issued_at: row.issued_at,
            due_at: row.due_at,
            paid_at: row.paid_at,
            created_at: row.created_at,
            updated_at: row.updated_at,
        }
    }
}

/// A step of an invoice.
#[derive(Clone, Debug, PartialEq, Eq, Record, Output)]
pub struct InvoiceTransition {
    /// Where it stood; null when it was issued.
    pub from_status: Option<InvoiceStatus>,
    /// Where it went.
    pub to_status: InvoiceStatus,
    /// When, UTC.
    pub at: Timestamp,
    /// Who moved it; null for the platform itself.
    pub actor_id: Option<UserId>,
}

/// An invoice with all that is known of it.
#[derive(Clone, Debug, PartialEq, Output)]
pub struct InvoiceDetail {
    /// The invoice as it stands.
    #[output(flatten)]
    pub invoice: InvoiceView,
    /// Title of the order.
    pub titre: String,
    /// As it was issued; null where somebody else wrote it.
    pub document: Option<BillingDocument>,
    /// Its credit notes, in the order of their numbers.
    pub credit_notes: Vec<BillingDocument>,
    /// What they take back together (TTC), in centimes.
    pub credited: i64,
    /// What is left of it (TTC), in centimes, paid or not.
    pub remaining: i64,
    /// Its steps, the oldest first; none of before the platform kept them.
    pub transitions: Vec<InvoiceTransition>,
}

/// An invoice as administrators list it.
#[derive(Clone, Debug, PartialEq, Record, Output)]
pub struct InvoiceWithClient {
    /// The invoice as it stands.
    #[output(flatten)]
    #[record(nested)]
    pub invoice: InvoiceView,
    /// Title of the order.
    pub titre: String,
    /// Whose it is.
    #[record(nested)]
    pub user: ClientBrief,
}

/// Invoices of one status, in figures. Amounts are centimes.
#[derive(Clone, Debug, PartialEq, Eq, Output)]
pub struct InvoicesByStatus {
    /// Where they stand.
    pub status: InvoiceStatus,
    /// How many.
    pub count: i64,
    /// Their sum before tax (HT).
    pub amount: i64,
    /// Their tax.
    pub tax_amount: i64,
    /// Both (TTC).
    pub total: i64,
}

/// The invoices issued in a window, in figures. Amounts are centimes; what credit notes take back is not subtracted.
#[derive(Clone, Debug, PartialEq, Eq, Output)]
pub struct InvoiceStats {
    /// How many, whatever their status.
    pub count: i64,
    /// Their sum before tax (HT).
    pub amount: i64,
    /// Their tax.
    pub tax_amount: i64,
    /// Both (TTC).
    pub total: i64,
    /// Each of the guide's statuses, those without any too.
    pub by_status: Vec<InvoicesByStatus>,
    /// How many are late: OVERDUE, or GENERATED or SENT and due before now.
    pub late: i64,
    /// What these come to (TTC).
    pub late_total: i64,
    /// How many credit notes were issued in the window.
    pub credit_notes: i64,
    /// What they take back (TTC).
    pub credited: i64,
}

/// What became overdue.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Output)]
pub struct InvoicesOverdue {
    /// How many invoices.
    pub marked: u64,
    /// Whether some are left for the next call.
    pub more: bool,
}
