//! Invoices as operations return them.

use staka_macros::{Output, Record};

use super::billing::BillingDocument;
use super::commande::ClientBrief;
use crate::base::Timestamp;
use crate::model::{CommandeId, Invoice, InvoiceId, InvoiceStatus, InvoiceTransitionRow, UserId};

/// The present state of an invoice.
#[derive(Clone, Debug, PartialEq, Record, Output)]
#[non_exhaustive]
pub struct InvoiceView {
    /// The invoice's id.
    pub id: InvoiceId,
    /// Id of the invoiced order.
    pub commande_id: CommandeId,
    /// Number of the invoice, e.g. `FACT-2025-001`.
    pub number: String,
    /// Amount before tax (HT) in centimes.
    #[output(bounds = Bounds::between(i32::MIN as i64, i32::MAX as i64))]
    pub amount: i64,
    /// VAT in centimes.
    #[output(bounds = Bounds::between(i32::MIN as i64, i32::MAX as i64))]
    pub tax_amount: i64,
    /// Address or path of the PDF; null until there is one.
    pub pdf_url: Option<String>,
    /// Status of the invoice.
    pub status: InvoiceStatus,
    /// Time of issue, UTC; null if it is not known.
    pub issued_at: Option<Timestamp>,
    /// Time by which it is to be paid, UTC; null if there is none.
    pub due_at: Option<Timestamp>,
    /// Time of the payment, UTC; null while it is not paid.
    pub paid_at: Option<Timestamp>,
    /// Time when the row was created, UTC.
    pub created_at: Timestamp,
    /// Time when the row was last written, UTC.
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

/// A change of an invoice's status.
#[derive(Clone, Debug, PartialEq, Eq, Record, Output)]
#[record(part_of = InvoiceTransitionRow)]
#[non_exhaustive]
pub struct InvoiceTransition {
    /// Status before; null when the invoice was issued.
    pub from_status: Option<InvoiceStatus>,
    /// Status after the change.
    pub to_status: InvoiceStatus,
    /// Time of the change, UTC.
    pub at: Timestamp,
    /// Id of the user who changed it; null for the system.
    pub actor_id: Option<UserId>,
}

/// An invoice with its document, credit notes and transitions.
#[derive(Clone, Debug, PartialEq, Output)]
#[non_exhaustive]
pub struct InvoiceDetail {
    /// The present state of the invoice.
    #[output(flatten)]
    pub invoice: InvoiceView,
    /// Title of the order.
    pub titre: String,
    /// The document as it was issued; null if another program created the invoice.
    pub document: Option<BillingDocument>,
    /// Credit notes on the invoice, in the order of their numbers.
    pub credit_notes: Vec<BillingDocument>,
    /// Total of the credit notes (TTC), in centimes.
    pub credited: i64,
    /// Total of the invoice less its credit notes (TTC), in centimes, paid or not.
    pub remaining: i64,
    /// Changes of its status, oldest first; changes by another program are missing.
    pub transitions: Vec<InvoiceTransition>,
}

/// An invoice with its order's title and its client.
#[derive(Clone, Debug, PartialEq, Record, Output)]
#[non_exhaustive]
pub struct InvoiceWithClient {
    /// The present state of the invoice.
    #[output(flatten)]
    #[record(nested)]
    pub invoice: InvoiceView,
    /// Title of the order.
    pub titre: String,
    /// The client whose order is invoiced.
    #[record(nested)]
    pub user: ClientBrief,
}

/// Figures of the invoices of one status. Amounts are in centimes.
#[derive(Clone, Debug, PartialEq, Eq, Output)]
#[non_exhaustive]
pub struct InvoicesByStatus {
    /// Status of these invoices.
    pub status: InvoiceStatus,
    /// Number of invoices.
    #[output(bounds = Bounds::at_least(0))]
    pub count: i64,
    /// Sum of the amounts before tax (HT), in centimes.
    pub amount: i64,
    /// Sum of the VAT, in centimes.
    pub tax_amount: i64,
    /// Sum of the amounts including tax (TTC), in centimes.
    pub total: i64,
}

/// Figures of the invoices issued in a time range. Amounts are in centimes; credit notes are not subtracted.
#[derive(Clone, Debug, PartialEq, Eq, Output)]
#[non_exhaustive]
pub struct InvoiceStats {
    /// Number of invoices, whatever their status.
    #[output(bounds = Bounds::at_least(0))]
    pub count: i64,
    /// Sum of the amounts before tax (HT), in centimes.
    pub amount: i64,
    /// Sum of the VAT, in centimes.
    pub tax_amount: i64,
    /// Sum of the amounts including tax (TTC), in centimes.
    pub total: i64,
    /// One item for each known status, including those without invoices.
    pub by_status: Vec<InvoicesByStatus>,
    /// Number of late invoices: OVERDUE, or GENERATED or SENT and due before now.
    #[output(bounds = Bounds::at_least(0))]
    pub late: i64,
    /// Sum of the late invoices (TTC), in centimes.
    pub late_total: i64,
    /// Number of credit notes issued in the time range.
    #[output(bounds = Bounds::at_least(0))]
    pub credit_notes: i64,
    /// Sum of these credit notes (TTC), in centimes.
    pub credited: i64,
}

/// The result of marking invoices as OVERDUE.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Output)]
#[non_exhaustive]
pub struct InvoicesOverdue {
    /// Number of invoices that became OVERDUE.
    pub marked: u64,
    /// Whether more invoices are due; call again then.
    pub more: bool,
}
