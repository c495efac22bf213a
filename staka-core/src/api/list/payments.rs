//! Payments, and cards.

use futures_util::future::BoxFuture;

use super::super::call::Call;
use super::super::operation::{arguments, operations};
use super::super::{Kind, Operation, Session, Sink, rule};
use crate::base::{Cursor, Listing, Page, Result, Timestamp};
use crate::flow;
use crate::flow::billing::payments;
use crate::model::view::{
    Card, CardReport, CardShown, CardsMended, EventReceipt, PaymentDue, PaymentEvent, PaymentEventDetail, PaymentItem,
    RemovedCard, ReplayReport,
};
use crate::model::{CommandeId, PaymentEventId, PaymentMethodId, TarifId, UserId};
use crate::repo::{self, payment_events, payment_methods};

pub use crate::flow::payment_methods::CardDraft;
pub use crate::repo::payment_events::PaymentEventSearch;
pub use crate::repo::payments::PaymentSearch;

operations! {
    /// Payments of orders, by Stripe. Amounts are centimes with tax.
    payments: Payments {
        /// What has to be paid for an order now: what its invoice says, else its price by the tax regime in force. Null
        /// when it has no price, or it or its invoice is paid.
        read due(
            /// Which order.
            commande: CommandeId,
        ) -> Option<PaymentDue>,
            for owner_or_admin(commande) = |conn, _| payments::due(conn, commande);

        /// Keeps that a checkout session was opened at Stripe for an order, and tells administrators. The amount is what is
        /// due, never the caller's to say; the same session again gives the same. `NotFound`; `Conflict` when the order
        /// has no price, it or its invoice is paid, it is called off, or its payment is on the way, or when the session is another order's.
        act open_checkout(
            /// Which order.
            commande: CommandeId,
            /// Stripe's key of the session, `cs_…`.
            session: String,
            /// The price by which it is sold, for the figures: one that is offered.
            tarif: Option<TarifId> = default,
        ) -> PaymentDue,
            for owner_or_admin(commande) = |conn, act| payments::open_checkout(conn, act, commande, session, tarif.as_ref());

        /// Takes in an event of Stripe's, as it came, whose signature the caller has checked, and does what it says, once:
        /// the order is paid, its invoice issued and paid, client and administrators told; or its payment failed, or went
        /// back. Delivered again, it says what came of it the first time. `Invalid` where the text is no event.
        act record(
            /// The text of the event, byte for byte, at most 1,048,576 bytes.
            event: String,
        ) -> EventReceipt,
            for system() = |conn, act| payments::record(conn, act, event);

        /// Stripe's events, the newest first, without their texts. 20 a page, 100 at the most.
        read events(
            /// Which events.
            filter: PaymentEventSearch = default,
            /// Which part of the list.
            page: Page = default,
        ) -> Listing<PaymentEvent>,
            for admin() = |conn, _| payment_events::search(conn, filter, page);

        /// An event of Stripe's with its text; null when it is not there.
        read event(
            /// Which event.
            id: PaymentEventId,
        ) -> Option<PaymentEventDetail>,
            for admin() = |conn, _| payment_events::detail(conn, id);

        /// Processes an event again that is UNMATCHED, MISMATCH, SURPLUS or DEFERRED, now that what it lacked is there.
        /// `NotFound`; `Conflict` when it is settled, or its text was emptied.
        act retry(
            /// Which event.
            id: PaymentEventId,
        ) -> EventReceipt,
            for admin() = |conn, act| payments::retry(conn, act, id);

        /// What processing the events that were delivered in `from ≤ receivedAt < to` would do differently now than what is
        /// recorded of them: nothing, where all is well. Changes nothing.
        read replay(
            /// The window's start, within it.
            from: Timestamp,
            /// The window's end, no longer within it.
            to: Timestamp,
            /// The place to go on from: `next` of the report before.
            after: Option<Cursor> = default,
            /// How many events at the most, 1 to 1,000; 500 unless given.
            limit: Option<u32> = default,
        ) -> ReplayReport,
            for admin() = |conn, _| payments::replay(conn, *from, *to, after.as_ref(), *limit);

        /// Payments, the newest first. 20 a page, 100 at the most.
        read list(
            /// Which payments.
            filter: PaymentSearch = default,
            /// Which part of the list.
            page: Page = default,
        ) -> Listing<PaymentItem>,
            for admin() = |conn, _| repo::payments::search(conn, filter, page);

        /// The payments of an order, the oldest first; 100 at the most.
        read of_commande(
            /// Which order.
            commande: CommandeId,
        ) -> Vec<PaymentItem>,
            for owner_or_admin(commande) = |conn, _| repo::payments::of_commande(conn, commande);
    }

    /// Cards kept at Stripe.
    payment_methods: PaymentMethods {
        /// A user's cards that may be charged: the default one first, then the newest.
        read list_active(
            /// Whose.
            user: UserId,
        ) -> Vec<Card>,
            for self_or_admin(user) = |conn, _| payment_methods::list_active(conn, user);

        /// Adds a card, as Stripe describes it to the caller. It is the default where no other one is. One that the user
        /// has already is given as it is. `NotFound` without the user, `Conflict` when the card is another user's.
        act add(
            /// Whose.
            user: UserId,
            /// The card.
            card: CardDraft,
        ) -> CardShown,
            for self_or_admin(user) = |conn, act| flow::payment_methods::add(conn, act, user, card);

        /// Makes a card the user's one default. `NotFound` when the user has no such card, `Conflict` when it was removed.
        act set_default(
            /// Whose.
            user: UserId,
            /// Which card.
            id: PaymentMethodId,
        ) -> CardShown,
            for self_or_admin(user) = |conn, act| flow::payment_methods::set_default(conn, act, user, id);

        /// Puts a card away. Where it was the default, the newest of the others becomes it. `NotFound` when the user has no
        /// such card, `Conflict` when it was removed already.
        act remove(
            /// Whose.
            user: UserId,
            /// Which card.
            id: PaymentMethodId,
        ) -> RemovedCard,
            for self_or_admin(user) = |conn, act| flow::payment_methods::remove(conn, act, user, id);

        /// The users who have cards and no default, or several, as other writers left them.
        read report(
            /// How many at the most, 1 to 1,000; 100 unless given.
            limit: Option<u32> = default,
        ) -> CardReport,
            for admin() = |conn, _| flow::payment_methods::report(conn, *limit);

        /// Gives each of them one default: the newest that is called so, else the newest card. Call it again while some are
        /// left.
        act mend(
            /// How many users at the most, 1 to 1,000; 100 unless given.
            limit: Option<u32> = default,
        ) -> CardsMended,
            for admin() = |conn, act| flow::payment_methods::mend(conn, act, *limit);
    }
}
