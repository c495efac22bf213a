//! Invoices, credit notes, and the settings they are issued with.

use futures_util::future::BoxFuture;

use super::super::call::Call;
use super::super::operation::{arguments, operations};
use super::super::{Kind, Operation, Operations, Sink, rule};
use crate::base::{Bounds, Cursor, Page, PageRequest, Result, Timestamp, Violations};
use crate::model::view::{
    BillingDocument, BillingSettings, InvoiceDetail, InvoiceNumbering, InvoiceStats, InvoiceView, InvoiceWithClient,
    InvoicesOverdue, LedgerEntry, TextChunk, VatLine,
};
use crate::model::{BillingSeries, Commande, CommandeId, InvoiceId, UserId};
use crate::repo::{billing_settings, invoices as rows};
use crate::service::billing;

pub use crate::repo::invoices::{InvoiceFilter, InvoiceSort, InvoiceSortKey, UserInvoiceFilter};
pub use crate::service::billing::BillingSettingsUpdate;
pub use crate::service::billing::invoices::NewInvoice;

operations! {
    /// Invoices and credit notes. An invoice is issued once per order, with a gapless number, and never changes; credit
    /// notes correct it. Amounts are in centimes.
    invoices: Invoices {
        /// Issues the invoice of an order and returns it. It takes the year's next number, and buyer, seller and VAT as
        /// they are now. Fails with `NOT_FOUND` if the order does not exist, and with `CONFLICT` if it has no price or
        /// has an invoice that is not CANCELLED.
        atomic issue(
            /// The order's id.
            commande: CommandeId,
            /// Values that replace those of the buyer's account and of the settings; none by default.
            invoice: NewInvoice = default,
        ) -> InvoiceView,
            for admin() = |conn, ctx| billing::invoices::issue_by_hand(conn, ctx, commande, invoice);

        /// Returns an invoice with its document as issued, its credit notes and its transitions; null if it does not
        /// exist.
        read get(
            /// The invoice's id.
            id: InvoiceId,
        ) -> Option<InvoiceDetail>,
            for invoice_owner_or_admin(id) = |conn, _| billing::invoices::get(conn, id);

        /// Returns the invoices of a user's orders, newest first.
        read list_by_user(
            /// The user's id.
            user: UserId,
            /// Which of these invoices to return; all by default.
            filter: UserInvoiceFilter = default,
            /// The part of the list to return.
            page: PageRequest = default where Bounds::page(10, 100),
        ) -> Page<InvoiceView>,
            for self_or_admin(user) = |conn, _| rows::list_by_user(conn, user, filter, page);

        /// Returns the invoices of an order, oldest first.
        read list_by_commande(
            /// The order's id.
            commande: CommandeId,
            /// The part of the list to return.
            page: PageRequest = default where Bounds::page(20, 100),
        ) -> Page<InvoiceView>,
            for owner_or_admin(commande) = |conn, _| rows::list_by_commande(conn, commande, page);

        /// Returns the invoices that match the filter, each with its order's title and its client, newest first by
        /// default.
        read list(
            /// Which invoices to include; all by default.
            filter: InvoiceFilter = default,
            /// How to sort the invoices; newest first by default.
            sort: InvoiceSort = default,
            /// The part of the list to return.
            page: PageRequest = default where Bounds::page(10, 100),
        ) -> Page<InvoiceWithClient>,
            for admin() = |conn, _| rows::list(conn, filter, *sort, page);

        /// Counts the invoices that match the filter.
        read count(
            /// Which invoices to include; all by default.
            filter: InvoiceFilter = default,
        ) -> u64,
            for admin() = |conn, _| rows::count(conn, filter);

        /// Returns figures of the invoices issued in `from ≤ time < to`. They count invoices by status, late invoices
        /// and credit notes. Invoices created by another program are included; without a date of issue, the date of
        /// their row counts.
        read stats(
            /// Start of the time range, UTC; included.
            from: Timestamp,
            /// End of the time range, UTC; excluded, later than `from`.
            to: Timestamp,
        ) -> InvoiceStats,
            for admin() = |conn, ctx| billing::invoices::stats(conn, ctx, *from, *to);

        /// Marks an invoice as SENT to the client and returns it. Fails with `NOT_FOUND`, and with `CONFLICT` unless it
        /// is GENERATED.
        atomic mark_sent(
            /// The invoice's id.
            id: InvoiceId,
        ) -> InvoiceView,
            for admin() = |conn, ctx| billing::invoices::mark_sent(conn, ctx, id);

        /// Marks an invoice as PAID and returns it. Fails with `NOT_FOUND`, and with `CONFLICT` if it is PAID or
        /// CANCELLED.
        atomic mark_paid(
            /// The invoice's id.
            id: InvoiceId,
            /// Time of the payment, UTC, not in the future; now by default.
            at: Option<Timestamp> = default,
        ) -> InvoiceView,
            for admin() = |conn, ctx| billing::invoices::mark_paid(conn, ctx, id, *at);

        /// Marks GENERATED and SENT invoices that were due before now as OVERDUE. Call it again while `more` is true.
        atomic mark_overdue(
            /// The maximum number of invoices to mark.
            limit: Option<u32> = default where Bounds::between(1, 10_000).default(1_000),
        ) -> InvoicesOverdue,
            for admin() = |conn, ctx| billing::invoices::mark_overdue(conn, ctx, *limit);

        /// Cancels an invoice by a credit note over all that is left of it, and returns the credit note. The invoice
        /// becomes CANCELLED. Fails with `NOT_FOUND`, and with `CONFLICT` if it is CANCELLED already.
        atomic cancel(
            /// The invoice's id.
            id: InvoiceId,
            /// The reason, printed on the credit note.
            reason: String where Bounds::chars(3, 500).trimmed(),
        ) -> BillingDocument,
            for admin() = |conn, ctx| billing::invoices::cancel(conn, ctx, id, reason);

        /// Issues a credit note over a part of an invoice, and returns it. Tax is credited in proportion, to the
        /// centime. When nothing is left of the invoice, it becomes CANCELLED. Fails with `NOT_FOUND`, and with
        /// `CONFLICT` if it is CANCELLED or less than `amount` is left of it.
        atomic create_credit_note(
            /// The invoice's id.
            id: InvoiceId,
            /// The amount to credit, tax included (TTC), in centimes; above zero.
            amount: i64 where Bounds::between(1, 4_294_967_294),
            /// The reason, printed on the credit note.
            reason: String where Bounds::chars(3, 500).trimmed(),
        ) -> BillingDocument,
            for admin() = |conn, ctx| billing::invoices::create_credit_note(conn, ctx, id, *amount, reason);

        /// Sets the address of an invoice's PDF and returns the invoice. Fails with `NOT_FOUND` if the invoice does not
        /// exist.
        atomic set_pdf_url(
            /// The invoice's id.
            id: InvoiceId,
            /// The address or path of the PDF.
            url: String where Bounds::chars(1, 500).trimmed(),
        ) -> InvoiceView,
            for admin() = |conn, ctx| billing::invoices::set_pdf_url(conn, ctx, id, url);

        /// Opens a series of a year at a chosen number and returns its numbering. Use it to continue after another
        /// program's numbers; without it, the series begins at the first number that is not in use. Fails with
        /// `CONFLICT` if an invoice has that number, or a number of the series was issued already.
        atomic open_series(
            /// The year of the numbers.
            year: i64 where Bounds::between(2_000, 9_999),
            /// The first number to issue.
            first: i64 where Bounds::between(1, 1_000_000_000),
            /// The series to open: FACT for invoices, AVOIR for credit notes.
            series: BillingSeries = default,
        ) -> InvoiceNumbering,
            for admin() = |conn, ctx| billing::invoices::open_series(conn, ctx, *year, *first, *series);

        /// Returns the numbering of a year, one item for each series. It says which numbers were issued, skipped,
        /// created by another program, or are missing.
        read get_numbering(
            /// The year of the numbers.
            year: i64 where Bounds::between(2_000, 9_999),
        ) -> Vec<InvoiceNumbering>,
            for admin() = |conn, _| billing::invoices::get_numbering(conn, *year);

        /// Returns the invoices and credit notes issued in `from ≤ issuedAt < to`, in the order of issue. Invoices
        /// created by another program are included, without a VAT regime, and by the date of their row if they have no
        /// date of issue; those that are CANCELLED without a credit note are left out.
        read ledger(
            /// Start of the time range, UTC; included.
            from: Timestamp,
            /// End of the time range, UTC; excluded, later than `from`.
            to: Timestamp,
            /// The part of the list to return.
            page: PageRequest = default where Bounds::page(100, 1_000),
        ) -> Page<LedgerEntry>,
            for admin() = |conn, _| billing::invoices::ledger(conn, *from, *to, page);

        /// Exports the ledger as CSV, with French headings and labels and amounts in euros, in pieces. Pass each
        /// piece's `next` as `after` of the next call; the pieces put together are the whole file. The first piece
        /// writes the audit log entry `LEDGER_EXPORTED`.
        atomic export_ledger(
            /// Start of the time range, UTC; included.
            from: Timestamp,
            /// End of the time range, UTC; excluded, later than `from`.
            to: Timestamp,
            /// The `next` of the previous piece; the first piece by default.
            after: Option<Cursor> = default,
            /// The maximum number of entries in this piece.
            limit: Option<u32> = default where Bounds::between(1, 1_000).default(1_000),
        ) -> TextChunk,
            for admin() = |conn, ctx| billing::invoices::export_ledger(conn, ctx, *from, *to, after.as_ref(), *limit);

        /// Returns the totals issued in `from ≤ issuedAt < to` by VAT regime and rate, credit notes subtracted.
        /// Invoices created by another program have no regime; their rate is computed from their amounts.
        read vat(
            /// Start of the time range, UTC; included.
            from: Timestamp,
            /// End of the time range, UTC; excluded, later than `from`.
            to: Timestamp,
        ) -> Vec<VatLine>,
            for admin() = |conn, _| billing::invoices::vat(conn, *from, *to);
    }

    /// Settings with which invoices are issued, and prices of orders.
    billing: Billing {
        /// Returns the billing settings. They name the seller, the VAT regime and rate, and the days for payment.
        read get_settings() -> BillingSettings,
            for admin() = |conn, _| billing_settings::current(conn);

        /// Changes the billing settings for future invoices and returns them. Issued invoices stay as they are. The
        /// audit log records the old and the new values.
        atomic update_settings(
            /// The settings to change; others stay as they are.
            update: BillingSettingsUpdate,
        ) -> BillingSettings,
            for admin() = |conn, ctx| billing::update_settings(conn, ctx, update);

        /// Sets the price of an order and returns the order. The price is before tax in the regime EXCLUSIVE, and the
        /// amount to pay in the others. Fails with `NOT_FOUND`, and with `CONFLICT` if the order's payment is paid or
        /// pending or it has an invoice that is not CANCELLED.
        atomic set_price(
            /// The order's id.
            commande: CommandeId,
            /// The price in centimes, above zero.
            amount: i64 where Bounds::between(1, i32::MAX as i64),
            /// The `updatedAt` the order must still have; if it differs, the call fails with `PRECONDITION`. Not
            /// checked by default.
            expected_updated_at: Option<Timestamp> = default,
        ) -> Commande,
            for admin() = |conn, ctx| billing::set_price(conn, ctx, commande, *amount, *expected_updated_at);
    }
}
