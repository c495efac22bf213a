//! What the site shows: pages, questions, prices.

use futures_util::future::BoxFuture;

use super::super::call::Call;
use super::super::operation::{arguments, operations};
use super::super::{Kind, Operation, Session, Sink, rule};
use crate::base::{Listing, Page, Result, Timestamp};
use crate::flow;
use crate::flow::pages::PageMove;
use crate::model::view::{
    FaqCount, PageDetail, PageItem, PageStats, PageText, PublicFaq, PublicTarif, PublishedPage, StripePlan,
    TarifOffer, TarifOverview, VisiblePage,
};
use crate::model::{Faq, FaqId, PageId, Tarif, TarifId};
use crate::repo::{faqs, pages, tarifs};

pub use crate::flow::faqs::{FaqChange, FaqDraft};
pub use crate::flow::pages::{PageChange, PageDraft};
pub use crate::flow::stripe::StripeProduct;
pub use crate::flow::tarifs::{StripeIds, TarifChange, TarifDraft};
pub use crate::repo::faqs::FaqList;
pub use crate::repo::pages::{PageList, PageSort, VisiblePages};
pub use crate::repo::tarifs::{TarifList, TarifSort};

operations! {
    /// The site's pages.
    pages: Pages {
        /// The pages that everybody may see now, without their text: by type, then in their order, then by slug.
        read published() -> Vec<PublishedPage>,
            for anyone() = |conn, act| pages::published(conn, act.now);

        /// The pages that the reader may see now, published ones and scheduled ones whose time has come, without their
        /// text: by type, then in their order, then by slug. Those for people who are signed in are there for them
        /// alone. 100 a page, 500 at the most.
        read visible(
            /// Which of them.
            wanted: VisiblePages = default,
            /// Which part of the list.
            page: Page = default,
        ) -> Listing<VisiblePage>,
            for anyone() = |conn, act| pages::visible(conn, wanted, flow::pages::is_signed_in(act), act.now, page);

        /// The page of that name with its text, if the reader may see it now; null otherwise. `Unauthenticated` where
        /// it is there for those who are signed in, and nobody is.
        read by_slug(
            /// Its name in the address.
            slug: String,
        ) -> Option<PageText>,
            for anyone() = |conn, act| flow::pages::by_slug(conn, act, slug);

        /// All pages in every status, without their text; the newest first unless sorted otherwise. `search` finds
        /// parts of title, slug and content, whatever their case and accents. 20 a page, 100 at the most.
        read list(
            /// Which, and in what order.
            wanted: PageList = default,
            /// Which part of the list.
            page: Page = default,
        ) -> Listing<PageItem>,
            for admin() = |conn, _| pages::search(conn, wanted, page);

        /// A page in any status, with its text; null when it is not there.
        read get(
            /// Which.
            id: PageId,
        ) -> Option<PageDetail>,
            for admin() = |conn, _| flow::pages::detail(conn, id);

        /// How many pages there are, in all and in each status.
        read stats() -> PageStats,
            for admin() = |conn, _| flow::pages::stats(conn);

        /// Makes a page, a draft. `Conflict` when another one has the slug.
        act create(
            /// The page.
            draft: PageDraft,
        ) -> PageDetail,
            for admin() = |conn, act| flow::pages::create(conn, act, draft);

        /// Changes a page. `NotFound` when it is gone, `Precondition` when it is not at `expected` any more, `Conflict`
        /// when another page has the slug.
        act update(
            /// Which.
            id: PageId,
            /// What to change.
            change: PageChange,
            /// The `updatedAt` that the caller saw; not compared unless given.
            expected: Option<Timestamp> = default,
        ) -> PageDetail,
            for admin() = |conn, act| flow::pages::update(conn, act, id, change, *expected);

        /// Shows a page from now on. `NotFound` when it is gone, `Conflict` when it is published.
        act publish(
            /// Which.
            id: PageId,
        ) -> PageDetail,
            for admin() = |conn, act| flow::pages::go(conn, act, id, PageMove::Publish);

        /// Makes a page that is published or scheduled a draft again. `NotFound` when it is gone, `Conflict` when it
        /// is neither.
        act unpublish(
            /// Which.
            id: PageId,
        ) -> PageDetail,
            for admin() = |conn, act| flow::pages::go(conn, act, id, PageMove::Unpublish);

        /// Shows a page from a moment to come on. `NotFound` when it is gone, `Conflict` when it is published.
        act schedule(
            /// Which.
            id: PageId,
            /// From when on, in the future.
            at: Timestamp,
        ) -> PageDetail,
            for admin() = |conn, act| flow::pages::go(conn, act, id, PageMove::Schedule(*at));

        /// Puts a page away. `NotFound` when it is gone, `Conflict` when it is archived.
        act archive(
            /// Which.
            id: PageId,
        ) -> PageDetail,
            for admin() = |conn, act| flow::pages::go(conn, act, id, PageMove::Archive);

        /// Removes a page for good. `NotFound` when it is gone.
        act remove(
            /// Which.
            id: PageId,
        ) -> (),
            for admin() = |conn, act| flow::pages::remove(conn, act, id);
    }

    /// Questions and answers.
    faqs: Faqs {
        /// How many visible questions each category has.
        read count_by_categorie() -> Vec<FaqCount>,
            for anyone() = |conn, _| faqs::count_by_categorie(conn);

        /// The questions that are shown, in their order, then the oldest first. 100 a page, 500 at the most.
        read public(
            /// Of this category; of all unless given.
            categorie: Option<String> = default,
            /// Which part of the list.
            page: Page = default,
        ) -> Listing<PublicFaq>,
            for anyone() = |conn, _| faqs::public(conn, categorie.as_deref(), page);

        /// All questions, hidden ones too, in their order, then the newest first. `search` finds parts of question,
        /// answer and details, whatever their case and accents. 20 a page, 100 at the most.
        read list(
            /// Which.
            wanted: FaqList = default,
            /// Which part of the list.
            page: Page = default,
        ) -> Listing<Faq>,
            for admin() = |conn, _| faqs::search(conn, wanted, page);

        /// A question, hidden or not; null when it is not there.
        read get(
            /// Which.
            id: FaqId,
        ) -> Option<Faq>,
            for admin() = |conn, _| faqs::lookup(conn, id);

        /// Adds a question.
        act create(
            /// The question.
            draft: FaqDraft,
        ) -> Faq,
            for admin() = |conn, act| flow::faqs::create(conn, act, draft);

        /// Changes a question, shows or hides it. `NotFound` when it is gone, `Precondition` when it is not at
        /// `expected` any more.
        act update(
            /// Which.
            id: FaqId,
            /// What to change.
            change: FaqChange,
            /// The `updatedAt` that the caller saw; not compared unless given.
            expected: Option<Timestamp> = default,
        ) -> Faq,
            for admin() = |conn, act| flow::faqs::update(conn, act, id, change, *expected);

        /// Gives questions the places 1, 2, … in this order, all at once; those that are not named keep theirs. Gives
        /// how many they were. `NotFound` when one is gone.
        act reorder(
            /// The questions in their new order, 1 to 512, none twice.
            ids: Vec<FaqId>,
        ) -> u64,
            for admin() = |conn, act| flow::faqs::reorder(conn, act, ids);

        /// Removes a question for good. `NotFound` when it is gone.
        act remove(
            /// Which.
            id: FaqId,
        ) -> (),
            for admin() = |conn, act| flow::faqs::remove(conn, act, id);
    }

    /// Prices.
    tarifs: Tarifs {
        /// The services that can be bought (synced with Stripe), in their order, then the cheapest first.
        read active() -> Vec<TarifOffer>,
            for anyone() = |conn, _| tarifs::active(conn);

        /// The services that are offered, in their order, then the oldest first; nothing of Stripe.
        read public() -> Vec<PublicTarif>,
            for anyone() = |conn, _| tarifs::public(conn);

        /// All tarifs, in their order unless sorted otherwise, then by age. `search` finds parts of nom, description and
        /// typeService, whatever their case and accents. 20 a page, 100 at the most.
        read list(
            /// Which, and in what order.
            wanted: TarifList = default,
            /// Which part of the list.
            page: Page = default,
        ) -> Listing<Tarif>,
            for admin() = |conn, _| tarifs::search(conn, wanted, page);

        /// A tarif, offered or not; null when it is not there.
        read get(
            /// Which.
            id: TarifId,
        ) -> Option<Tarif>,
            for admin() = |conn, _| tarifs::lookup(conn, id);

        /// How many tarifs there are, offered or not, in all and of each type.
        read overview() -> TarifOverview,
            for admin() = |conn, _| flow::tarifs::overview(conn);

        /// What would make Stripe agree with the tarifs, step by step: products and prices to make, to change, to
        /// archive and to take back. Nothing is done, here or there; what Stripe has is the caller's to say, and is more
        /// than an address holds, so that this is called as what writes is.
        write stripe_plan(
            /// All products that Stripe has now, each with its default price.
            products: Vec<StripeProduct>,
        ) -> StripePlan,
            for admin() = |conn, _| flow::stripe::plan(conn, products);

        /// Makes a tarif; what is shown as its price comes from `prix`. `Conflict` when another one has the name.
        act create(
            /// The tarif.
            draft: TarifDraft,
        ) -> Tarif,
            for admin() = |conn, act| flow::tarifs::create(conn, act, draft);

        /// Changes a tarif; what is shown follows `prix`. `NotFound` when it is gone, `Precondition` when it is not at
        /// `expected` any more, `Conflict` when another one has the name.
        act update(
            /// Which.
            id: TarifId,
            /// What to change.
            change: TarifChange,
            /// The `updatedAt` that the caller saw; not compared unless given.
            expected: Option<Timestamp> = default,
        ) -> Tarif,
            for admin() = |conn, act| flow::tarifs::update(conn, act, id, change, *expected);

        /// Records what Stripe calls a tarif. `NotFound` when it is gone, `Precondition` when it has other ids than
        /// expected, `Conflict` when another tarif has the product.
        act record_stripe_ids(
            /// Which.
            id: TarifId,
            /// The ids, and those before.
            ids: StripeIds,
        ) -> Tarif,
            for admin() = |conn, act| flow::tarifs::record_stripe_ids(conn, act, id, ids);

        /// Removes a tarif for good; at Stripe its product stays. `NotFound` when it is gone.
        act remove(
            /// Which.
            id: TarifId,
        ) -> (),
            for admin() = |conn, act| flow::tarifs::remove(conn, act, id);
    }
}
