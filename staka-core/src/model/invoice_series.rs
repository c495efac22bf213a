//! The numbers of invoices and credit notes, as Staka's own tables store them.

use staka_macros::{Record, table};

use super::billing::BillingSeries;
use super::id::InvoiceId;
use crate::base::Timestamp;

/// A series of a year.
#[table("staka_invoice_series", owned)]
#[derive(Clone, Debug, PartialEq, Eq, Record)]
pub struct InvoiceSeries {
    /// The series.
    #[column(purpose = Key, keep = Accounting, erase = Keep, see = Internal, private, chars = 16)]
    pub series: BillingSeries,
    /// The year of its numbers.
    #[column(purpose = Key, keep = Accounting, erase = Keep, see = Internal, private)]
    pub year: i64,
    /// An id that identifies the transaction that opened it.
    #[column(purpose = Key, keep = Accounting, erase = Keep, see = Internal, private, chars = 191)]
    pub id: String,
    /// First number of the series.
    #[column(purpose = Billing, keep = Accounting, erase = Keep, see = Internal, private)]
    pub first: i64,
    /// The next number to be issued.
    #[column(purpose = Billing, keep = Accounting, erase = Keep, see = Internal, private)]
    pub next: i64,
    /// Time when the last number was issued, UTC.
    #[column(purpose = Billing, keep = Accounting, erase = Keep, see = Internal, private)]
    pub last_issued_at: Option<Timestamp>,
    /// Time when the series was opened, UTC.
    #[column(purpose = Record, keep = Accounting, erase = Keep, see = Internal, private)]
    pub opened_at: Timestamp,
}

/// A number that was skipped because an external invoice has it.
#[table("staka_invoice_skips", owned, of("invoiceId", "invoices"))]
#[derive(Clone, Debug, PartialEq, Eq, Record)]
pub struct InvoiceSkip {
    /// The series of the number.
    #[column(purpose = Key, keep = Accounting, erase = Keep, see = Internal, export, chars = 16)]
    pub series: BillingSeries,
    /// The year of the number.
    #[column(purpose = Key, keep = Accounting, erase = Keep, see = Internal, export)]
    pub year: i64,
    /// Position of the number in the series.
    #[column(purpose = Billing, keep = Accounting, erase = Keep, see = Internal, export)]
    pub sequence: i64,
    /// Id of the invoice that has the number.
    #[column(purpose = Key, keep = Accounting, erase = Keep, see = Internal, export, chars = 191)]
    pub invoice_id: Option<InvoiceId>,
    /// Time when it was skipped, UTC.
    #[column(purpose = Record, keep = Accounting, erase = Keep, see = Internal, export)]
    pub skipped_at: Timestamp,
}
