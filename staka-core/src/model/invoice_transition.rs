//! The status changes of invoices, as Staka's own table stores them.

use staka_macros::{Record, table};

use super::id::{InvoiceId, UserId};
use super::invoice::InvoiceStatus;
use crate::base::Timestamp;

/// A change of an invoice's status.
#[table("staka_invoice_transitions", owned, of("invoiceId", "invoices"))]
#[derive(Clone, Debug, PartialEq, Eq, Record)]
pub struct InvoiceTransitionRow {
    /// The key, a UUID as text.
    #[column(purpose = Key, keep = Accounting, erase = Keep, see = Internal, export, chars = 191)]
    pub id: String,
    /// Id of the invoice.
    #[column(purpose = Key, keep = Accounting, erase = Keep, see = Internal, export, chars = 191)]
    pub invoice_id: InvoiceId,
    /// Status before; none when the invoice was issued.
    #[column(purpose = Billing, keep = Accounting, erase = Keep, see = Internal, export, chars = 16)]
    pub from_status: Option<InvoiceStatus>,
    /// Status after the change.
    #[column(purpose = Billing, keep = Accounting, erase = Keep, see = Internal, export, chars = 16)]
    pub to_status: InvoiceStatus,
    /// Time of the change, UTC.
    #[column(purpose = Record, keep = Accounting, erase = Keep, see = Internal, export)]
    pub at: Timestamp,
    /// The user who changed it; none for the system.
    #[column(purpose = Key, keep = Accounting, erase = Keep, see = Internal, export, chars = 191)]
    pub actor_id: Option<UserId>,
}
