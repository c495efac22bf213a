//! What the site shows: pages, questions, prices.

use futures_util::future::BoxFuture;

use super::super::call::Call;
use super::super::operation::{arguments, operations};
use super::super::{Kind, Operation, Session, Sink, rule};
use crate::base::Result;
use crate::model::view::{FaqCount, PublishedPage, TarifOffer};
use crate::repo::{faqs, pages, tarifs};

operations! {
    /// The site's pages.
    pages: Pages {
        /// The pages that everybody may see now, without their text: by type, then in their order, then by slug.
        read published() -> Vec<PublishedPage>,
            for anyone() = |conn, act| pages::published(conn, act.now);
    }

    /// Questions and answers.
    faqs: Faqs {
        /// How many visible questions each category has.
        read count_by_categorie() -> Vec<FaqCount>,
            for anyone() = |conn, _| faqs::count_by_categorie(conn);
    }

    /// Prices.
    tarifs: Tarifs {
        /// The services that can be bought (synced with Stripe), in their order, then the cheapest first.
        read active() -> Vec<TarifOffer>,
            for anyone() = |conn, _| tarifs::active(conn);
    }
}
