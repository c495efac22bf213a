//! Invoices, credit notes, and by which settings they are made.

use futures_util::future::BoxFuture;

use super::super::call::Call;
use super::super::operation::{arguments, operations};
use super::super::{Kind, Operation, Session, Sink, rule};
use crate::base::{Cursor, Listing, Page, Result, Timestamp};
use crate::flow::billing;
use crate::model::view::{
    BillingDocument, BillingSettings, InvoiceDetail, InvoiceStats, InvoiceView, InvoiceWithClient, InvoicesOverdue,
    LedgerLine, Numbering, TaxLine, TextChunk,
};
use crate::model::{BillingSeries, Commande, CommandeId, InvoiceId, UserId};
use crate::repo::{billing_settings, invoices as rows};

pub use crate::flow::billing::BillingChange;
pub use crate::flow::billing::invoices::InvoiceOptions;
pub use crate::repo::invoices::{InvoiceList, InvoiceOrder, InvoiceSearch, InvoiceSort};

operations! {
    /// Invoices: issued once for an order, in a gapless series, never changed, corrected by credit notes. Amounts are
    /// centimes.
    invoices: Invoices {
        /// Issues the invoice of an order, with the next number of the year and with buyer, seller and VAT as they are now.
        /// `Conflict` when the order has one that is not CANCELLED, or no price.
        act issue(
            /// Which order.
            commande: CommandeId,
            /// What it says otherwise than the account and the settings.
            options: InvoiceOptions = default,
        ) -> InvoiceView,
            for admin() = |conn, act| billing::invoices::issue_by_hand(conn, act, commande, options);

        /// An invoice with its document as it was issued, its credit notes and its steps.
        read get(
            /// Which.
            id: InvoiceId,
        ) -> Option<InvoiceDetail>,
            for invoice_owner_or_admin(id) = |conn, _| billing::invoices::detail(conn, id);

        /// The invoices of a user's orders, the newest first. 10 a page, 100 at the most.
        read list_mine(
            /// Whose.
            user: UserId,
            /// Which.
            options: InvoiceList = default,
            /// Which part of the list.
            page: Page = default,
        ) -> Listing<InvoiceView>,
            for self_or_admin(user) = |conn, _| rows::of_user(conn, user, options, page);

        /// The invoices of an order, the oldest first. 20 a page, 100 at the most.
        read list_by_commande(
            /// Which order.
            commande: CommandeId,
            /// Which part of the list.
            page: Page = default,
        ) -> Listing<InvoiceView>,
            for owner_or_admin(commande) = |conn, _| rows::list_of_commande(conn, commande, page);

        /// The invoices that match, each with its order's title and its client: the newest first unless said otherwise. 10
        /// a page, 100 at the most.
        read search(
            /// Which; all of them unless given.
            filter: InvoiceSearch = default,
            /// In which order.
            order: InvoiceOrder = default,
            /// Which part of the list.
            page: Page = default,
        ) -> Listing<InvoiceWithClient>,
            for admin() = |conn, _| rows::search(conn, filter, order, page);

        /// How many invoices match.
        read count(
            /// Which; all of them unless given.
            filter: InvoiceSearch = default,
        ) -> u64,
            for admin() = |conn, _| rows::matching(conn, filter);

        /// The invoices issued in `from ≤ moment < to` in figures: by status, late ones, credit notes. Invoices of others
        /// are counted too, by the date of their row where they say no other.
        read stats(
            /// The window's start, within it.
            from: Timestamp,
            /// The window's end, no longer within it.
            to: Timestamp,
        ) -> InvoiceStats,
            for admin() = |conn, act| billing::invoices::stats(conn, act, *from, *to);

        /// Says that an invoice went to the client. `Conflict` unless it is GENERATED.
        act mark_sent(
            /// Which.
            id: InvoiceId,
        ) -> InvoiceView,
            for admin() = |conn, act| billing::invoices::sent(conn, act, id);

        /// Says that an invoice was paid. `Conflict` when it is PAID or CANCELLED.
        act mark_paid(
            /// Which.
            id: InvoiceId,
            /// When, UTC, not in the future; now unless given.
            at: Option<Timestamp> = default,
        ) -> InvoiceView,
            for admin() = |conn, act| billing::invoices::paid(conn, act, id, *at);

        /// Makes OVERDUE what is GENERATED or SENT and was due before now. Call it again while `more` is true.
        act mark_overdue(
            /// How many at the most, 1 to 10,000; 1,000 unless given.
            limit: Option<u32> = default,
        ) -> InvoicesOverdue,
            for admin() = |conn, act| billing::invoices::mark_overdue(conn, act, *limit);

        /// Takes back all that is left of an invoice by a credit note, which it gives; the invoice is CANCELLED then.
        /// `Conflict` when it is so already.
        act cancel(
            /// Which.
            id: InvoiceId,
            /// Why: 3 to 500 characters.
            reason: String,
        ) -> BillingDocument,
            for admin() = |conn, act| billing::invoices::credit_note(conn, act, id, None, reason);

        /// Takes back a part of an invoice by a credit note, which it gives; tax goes with it in proportion, to the centime.
        /// When nothing is left, the invoice is CANCELLED. `Conflict` when less is left of it.
        act credit(
            /// Which.
            id: InvoiceId,
            /// How much, tax included (TTC), in centimes; above zero.
            amount: i64,
            /// Why: 3 to 500 characters.
            reason: String,
        ) -> BillingDocument,
            for admin() = |conn, act| billing::invoices::credit_note(conn, act, id, Some(*amount), reason);

        /// Says where the PDF of an invoice lies.
        act record_pdf(
            /// Which.
            id: InvoiceId,
            /// The address or path: 1 to 500 characters.
            url: String,
        ) -> InvoiceView,
            for admin() = |conn, act| billing::invoices::pdf(conn, act, id, url);

        /// Says at which number a series of a year begins, e.g. behind another program's numbers; it begins at the first
        /// that nobody wrote otherwise. `Conflict` when somebody wrote that number, or one of the series was given already.
        act open_series(
            /// The year, 2000 to 9999.
            year: i64,
            /// The first number: 1 at the least.
            first: i64,
            /// Which; FACT unless given.
            series: BillingSeries = default,
        ) -> Numbering,
            for admin() = |conn, act| billing::invoices::open_series(conn, act, *year, *first, *series);

        /// Whether a number of the year is missing: for each series what is ours, what was passed over, what others wrote,
        /// and the holes.
        read numbering(
            /// The year, 2000 to 9999.
            year: i64,
        ) -> Vec<Numbering>,
            for admin() = |conn, _| billing::invoices::numbering(conn, *year);

        /// Who bought what, when and at which rate: the invoices and credit notes that were issued in
        /// `from ≤ issuedAt < to`, in the order of issue. Invoices of others are among them, without a regime, and by the
        /// date of their row where they say no other, but for those that were CANCELLED without a credit note. 100 a page,
        /// 1,000 at the most.
        read ledger(
            /// The window's start, within it.
            from: Timestamp,
            /// The window's end, no longer within it.
            to: Timestamp,
            /// Which part of the list.
            page: Page = default,
        ) -> Listing<LedgerLine>,
            for admin() = |conn, _| billing::invoices::ledger(conn, *from, *to, page);

        /// The same as CSV, with amounts in euros: pieces one behind the other, each behind the `next` of the one before, are
        /// the whole. Its first piece leaves an entry `LEDGER_EXPORTED`.
        act ledger_csv(
            /// The window's start, within it.
            from: Timestamp,
            /// The window's end, no longer within it.
            to: Timestamp,
            /// The place to go on from: `next` of the piece before.
            after: Option<Cursor> = default,
            /// How many lines at the most, 1 to 1,000; 1,000 unless given.
            limit: Option<u32> = default,
        ) -> TextChunk,
            for admin() = |conn, act| billing::invoices::ledger_csv(conn, act, *from, *to, after.as_ref(), *limit);

        /// What was issued in `from ≤ issuedAt < to` by regime and rate of VAT, credit notes subtracted. Invoices
        /// of others say no regime, and count at the rate that their amounts make.
        read taxes(
            /// The window's start, within it.
            from: Timestamp,
            /// The window's end, no longer within it.
            to: Timestamp,
        ) -> Vec<TaxLine>,
            for admin() = |conn, _| billing::invoices::taxes(conn, *from, *to);
    }

    /// By which settings invoices are made, and what orders cost.
    billing: Billing {
        /// Who sells, under which regime and rate of VAT, payable within how many days.
        read settings() -> BillingSettings,
            for admin() = |conn, _| billing_settings::current(conn);

        /// Changes the settings for the invoices to come; those that were issued stay as they are. The audit log keeps what
        /// was.
        act set_settings(
            /// What to change.
            change: BillingChange,
        ) -> BillingSettings,
            for admin() = |conn, act| billing::set(conn, act, change);

        /// Sets the price of an order: before tax in the regime EXCLUSIVE, what is paid in the others. `Conflict` when it is
        /// paid or has an invoice that is not CANCELLED.
        act set_price(
            /// Which order.
            commande: CommandeId,
            /// The price in centimes, above zero.
            amount: i64,
            /// The `updatedAt` that it must have.
            expected: Option<Timestamp> = default,
        ) -> Commande,
            for admin() = |conn, act| billing::set_price(conn, act, commande, *amount, *expected);
    }
}
