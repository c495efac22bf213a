//! Orders and their files.

use futures_util::future::BoxFuture;

use super::super::call::Call;
use super::super::operation::{arguments, operations};
use super::super::{Kind, Operation, Session, Sink, rule};
use crate::base::{Listing, Page, Result};
use crate::model::UserId;
use crate::model::view::CommandeWithInvoices;
use crate::repo::commandes;

operations! {
    /// Orders.
    commandes: Commandes {
        /// A user's orders, the newest first, each with its invoices. 100 a page, 500 at the most.
        read list_with_invoices(
            /// Whose.
            user: UserId,
            /// Which part of the list.
            page: Page = default,
        ) -> Listing<CommandeWithInvoices>,
            for self_or_admin(user) = |conn, _| commandes::list_with_invoices(conn, user, page);
    }
}
