//! Cards.

use futures_util::future::BoxFuture;

use super::super::call::Call;
use super::super::operation::{arguments, operations};
use super::super::{Kind, Operation, Session, Sink, rule};
use crate::base::Result;
use crate::model::UserId;
use crate::model::view::Card;
use crate::repo::payment_methods;

operations! {
    /// Cards kept at Stripe.
    payment_methods: PaymentMethods {
        /// A user's cards that may be charged: the default one first, then the newest.
        read list_active(
            /// Whose.
            user: UserId,
        ) -> Vec<Card>,
            for self_or_admin(user) = |conn, _| payment_methods::list_active(conn, user);
    }
}
