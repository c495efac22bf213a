//! Payments and cards.

use futures_util::future::BoxFuture;

use super::super::call::Call;
use super::super::operation::{arguments, operations};
use super::super::{Kind, Operation, Operations, Sink, rule};
use crate::base::{Bounds, Cursor, Page, PageRequest, Result, Timestamp, Violations};
use crate::model::view::{
    AmountDue, Card, CardView, DeactivatedCard, DefaultCardConflicts, DefaultCardRepair, PaymentEvent,
    PaymentEventDetail, PaymentEventReceipt, PaymentItem, ReplayReport,
};
use crate::model::{CommandeId, PaymentEventId, PaymentMethodId, TarifId, UserId};
use crate::repo::{self, payment_events, payment_methods};
use crate::service;
use crate::service::billing::payments;

pub use crate::repo::payment_events::PaymentEventFilter;
pub use crate::repo::payments::PaymentFilter;
pub use crate::service::payment_methods::NewCard;

operations! {
    /// Payments of orders through Stripe. Amounts are in centimes, tax included.
    payments: Payments {
        /// Returns the amount due for an order now; null if nothing is due. It is the rest of its invoice, or else its
        /// price under the VAT regime in force. Nothing is due if the order does not exist, has no price, or it or its
        /// invoice is paid.
        read amount_due(
            /// The order's id.
            commande: CommandeId,
        ) -> Option<AmountDue>,
            for owner_or_admin(commande) = |conn, _| payments::amount_due(conn, commande);

        /// Records a Stripe checkout session opened for an order, notifies the administrators and returns the amount
        /// due. The amount is computed, never taken from the caller; the same session again returns the same. Fails
        /// with `NOT_FOUND` if the order does not exist, and with `CONFLICT` if it has no price, is ANNULEE, it or its
        /// invoice is paid, its payment is pending, or the session belongs to another order.
        atomic open_checkout(
            /// The order's id.
            commande: CommandeId,
            /// Stripe's id of the checkout session, `cs_…`.
            session: String
                where Bounds::chars(4, 191).and(Bounds::pattern("^cs_[A-Za-z0-9_]+$", "must be cs_ and what Stripe puts behind it")),
            /// The id of the active tarif by which the order is sold, for statistics; none by default.
            tarif: Option<TarifId> = default,
        ) -> AmountDue,
            for owner_or_admin(commande) = |conn, ctx|
                payments::open_checkout(conn, ctx, commande, session, tarif.as_ref());

        /// Records an event received from Stripe and applies it once. The caller must have verified its signature. A
        /// payment makes the order paid, issues and pays its invoice, and notifies the client and the administrators. A
        /// failed payment sets the order's payment status to `failed` and notifies them too. A refund is recorded, and
        /// a credit note is issued unless one covers it already. Delivered again, the event changes nothing, and its
        /// recorded outcome is returned. Fails with `INVALID` if the text is not an event.
        atomic record_event(
            /// The text of the event, byte for byte.
            event: String where Bounds::bytes(1_048_576),
        ) -> PaymentEventReceipt,
            for system() = |conn, ctx| payments::record_event(conn, ctx, event);

        /// Returns Stripe's events without their texts, newest first.
        read list_events(
            /// Which events to return; all by default.
            filter: PaymentEventFilter = default,
            /// The part of the list to return.
            page: PageRequest = default where Bounds::page(20, 100),
        ) -> Page<PaymentEvent>,
            for admin() = |conn, _| payment_events::list(conn, filter, page);

        /// Returns a Stripe event with its text; null if it does not exist.
        read get_event(
            /// The event's id, `evt_…`.
            id: PaymentEventId,
        ) -> Option<PaymentEventDetail>,
            for admin() = |conn, _| payment_events::get(conn, id);

        /// Processes an UNMATCHED, MISMATCH, SURPLUS or DEFERRED event again and returns its outcome. Use it once the
        /// cause is resolved. Fails with `NOT_FOUND`, and with `CONFLICT` if the event is settled or its text was
        /// emptied.
        atomic retry_event(
            /// The event's id, `evt_…`.
            id: PaymentEventId,
        ) -> PaymentEventReceipt,
            for admin() = |conn, ctx| payments::retry_event(conn, ctx, id);

        /// Compares the recorded outcomes of events received in `from ≤ receivedAt < to` with what processing would do
        /// now. Returns the differences; normally there are none. Changes nothing.
        read replay_events(
            /// Start of the time range, UTC; included.
            from: Timestamp,
            /// End of the time range, UTC; excluded, later than `from`.
            to: Timestamp,
            /// The `next` of the previous report; from the start by default.
            after: Option<Cursor> = default,
            /// The maximum number of events to examine.
            limit: Option<u32> = default where Bounds::between(1, 1_000).default(500),
        ) -> ReplayReport,
            for admin() = |conn, _| payments::replay_events(conn, *from, *to, after.as_ref(), *limit);

        /// Returns payments, newest first.
        read list(
            /// Which payments to return; all by default.
            filter: PaymentFilter = default,
            /// The part of the list to return.
            page: PageRequest = default where Bounds::page(20, 100),
        ) -> Page<PaymentItem>,
            for admin() = |conn, _| repo::payments::list(conn, filter, page);

        /// Returns the payments of an order, oldest first, at most 100.
        read list_by_commande(
            /// The order's id.
            commande: CommandeId,
        ) -> Vec<PaymentItem>,
            for owner_or_admin(commande) = |conn, _| repo::payments::list_by_commande(conn, commande);
    }

    /// Payment cards stored at Stripe (`payment_methods`).
    payment_methods: PaymentMethods {
        /// Returns a user's active cards, the default card first, then the newest.
        read list_active(
            /// The user's id.
            user: UserId,
        ) -> Vec<Card>,
            for self_or_admin(user) = |conn, _| payment_methods::list_active(conn, user);

        /// Adds a card to a user's account and returns it. It becomes the default if the user has none. A card that the
        /// user has already is returned as it is. Fails with `NOT_FOUND` if the user does not exist, and with
        /// `CONFLICT` if the card belongs to another user.
        atomic add(
            /// The user's id.
            user: UserId,
            /// The card to add, as Stripe describes it.
            card: NewCard,
        ) -> CardView,
            for self_or_admin(user) = |conn, ctx| service::payment_methods::add(conn, ctx, user, card);

        /// Sets a card as the user's only default and returns it. Fails with `NOT_FOUND` if the user has no such card,
        /// and with `CONFLICT` if it is deactivated.
        atomic set_default(
            /// The user's id.
            user: UserId,
            /// The card's id.
            id: PaymentMethodId,
        ) -> CardView,
            for self_or_admin(user) = |conn, ctx| service::payment_methods::set_default(conn, ctx, user, id);

        /// Deactivates a card and returns it with the card that becomes the default. If it was the default, the newest
        /// of the other active cards becomes it. Fails with `NOT_FOUND` if the user has no such card, and with
        /// `CONFLICT` if it is deactivated already.
        atomic deactivate(
            /// The user's id.
            user: UserId,
            /// The card's id.
            id: PaymentMethodId,
        ) -> DeactivatedCard,
            for self_or_admin(user) = |conn, ctx| service::payment_methods::deactivate(conn, ctx, user, id);

        /// Returns the users whose cards have no default or several, or a deactivated default.
        read find_default_conflicts(
            /// The maximum number of users to return.
            limit: Option<u32> = default where Bounds::between(1, 1_000).default(100),
        ) -> DefaultCardConflicts,
            for admin() = |conn, _| service::payment_methods::find_default_conflicts(conn, *limit);

        /// Repairs users' default cards, so that each user with active cards has exactly one. The newest active card
        /// marked as the default is kept, or else the newest active card becomes it. Call it again while `remaining` is
        /// above 0.
        atomic repair_defaults(
            /// The maximum number of users to repair.
            limit: Option<u32> = default where Bounds::between(1, 1_000).default(100),
        ) -> DefaultCardRepair,
            for admin() = |conn, ctx| service::payment_methods::repair_defaults(conn, ctx, *limit);
    }
}
