//! Operations on the content of the site: pages, questions and prices.

use futures_util::future::BoxFuture;

use super::super::call::Call;
use super::super::operation::{arguments, operations};
use super::super::{Kind, Operation, Operations, Sink, rule};
use crate::base::{Bounds, Page, PageRequest, Result, Timestamp, Violations};
use crate::model::view::{
    CmsPageDetail, CmsPageItem, CmsPageStats, CmsPageText, FaqCount, PublicFaq, PublicTarif, PublishedCmsPage,
    StripeSyncPlan, TarifOffer, TarifStats, VisibleCmsPage,
};
use crate::model::{CmsPageId, Faq, FaqId, Tarif, TarifId};
use crate::repo::{faqs, pages, tarifs};
use crate::service;
use crate::service::pages::CmsPageTransition;

pub use crate::repo::faqs::{FaqFilter, PublicFaqFilter};
pub use crate::repo::pages::{CmsPageFilter, CmsPageSort, CmsPageSortKey, VisibleCmsPageFilter};
pub use crate::repo::tarifs::{TarifFilter, TarifSort, TarifSortKey};
pub use crate::service::faqs::{FaqUpdate, NewFaq};
pub use crate::service::pages::{CmsPageUpdate, NewCmsPage};
pub use crate::service::stripe::StripeProduct;
pub use crate::service::tarifs::{NewTarif, StripeIds, TarifUpdate};

operations! {
    /// Pages of the site's content management (`pages`): legal texts, articles, help and the like.
    pages: Pages {
        /// Returns the public pages that are published now, without their text.
        /// They are sorted by type, then by `sortOrder`, then by slug. Scheduled pages and pages that require a
        /// signed-in reader are not among them.
        read list_published() -> Vec<PublishedCmsPage>,
            for anyone() = |conn, ctx| pages::list_published(conn, ctx.now);

        /// Returns the pages that the caller may see now, without their text, by type, `sortOrder` and slug.
        /// These are public pages that are published, or scheduled for a time that has passed. Pages that require
        /// a signed-in reader are included only if the caller is signed in.
        read list_public(
            /// Which pages to return; all visible ones by default.
            filter: VisibleCmsPageFilter = default,
            /// The part of the list to return.
            page: PageRequest = default where Bounds::page(100, 500),
        ) -> Page<VisibleCmsPage>,
            for anyone() = |conn, ctx| pages::list_public(conn, filter, service::pages::is_signed_in(ctx), ctx.now, page);

        /// Returns the page with a slug, including its text, or null if the caller may not see it now.
        /// Fails with `UNAUTHENTICATED` if the page requires a signed-in reader and the caller is not signed in.
        read get_by_slug(
            /// The page's slug, its name in the address.
            slug: String where Bounds::chars(0, 255),
        ) -> Option<CmsPageText>,
            for anyone() = |conn, ctx| service::pages::get_by_slug(conn, ctx, slug);

        /// Returns pages in any status, without their text; newest first by default.
        read list(
            /// Which pages to return; all by default.
            filter: CmsPageFilter = default,
            /// How to sort the pages; newest first by default.
            sort: CmsPageSort = default,
            /// The part of the list to return.
            page: PageRequest = default where Bounds::page(20, 100),
        ) -> Page<CmsPageItem>,
            for admin() = |conn, _| pages::list(conn, filter, *sort, page);

        /// Returns a page in any status, including its text, or null if it does not exist.
        read get(
            /// The page's id.
            id: CmsPageId,
        ) -> Option<CmsPageDetail>,
            for admin() = |conn, _| service::pages::get(conn, id);

        /// Returns the number of pages, in total and by status.
        read stats() -> CmsPageStats,
            for admin() = |conn, _| service::pages::stats(conn);

        /// Creates a page with status DRAFT.
        /// Fails with `CONFLICT` if another page has the slug.
        atomic create(
            /// The page to create.
            page: NewCmsPage,
        ) -> CmsPageDetail,
            for admin() = |conn, ctx| service::pages::create(conn, ctx, page);

        /// Changes a page's text, slug or settings, but not its status.
        /// Fails with `NOT_FOUND` if the page does not exist, and with `CONFLICT` if another page has the slug.
        atomic update(
            /// The page's id.
            id: CmsPageId,
            /// The fields to change; omitted fields keep their values.
            update: CmsPageUpdate,
            /// The `updatedAt` the page must still have; if it differs, the call fails with `PRECONDITION`. Not
            /// checked by default.
            expected_updated_at: Option<Timestamp> = default,
        ) -> CmsPageDetail,
            for admin() = |conn, ctx| service::pages::update(conn, ctx, id, update, *expected_updated_at);

        /// Publishes a page now.
        /// Fails with `NOT_FOUND` if the page does not exist, and with `CONFLICT` if it is already published.
        atomic publish(
            /// The page's id.
            id: CmsPageId,
        ) -> CmsPageDetail,
            for admin() = |conn, ctx| service::pages::transition(conn, ctx, id, CmsPageTransition::Publish);

        /// Unpublishes a published or scheduled page, which becomes a draft again.
        /// Fails with `NOT_FOUND` if the page does not exist, and with `CONFLICT` if it is a draft or archived.
        atomic unpublish(
            /// The page's id.
            id: CmsPageId,
        ) -> CmsPageDetail,
            for admin() = |conn, ctx| service::pages::transition(conn, ctx, id, CmsPageTransition::Unpublish);

        /// Schedules a page to be published at a future time.
        /// Fails with `NOT_FOUND` if the page does not exist, with `CONFLICT` if it is already published, and with
        /// `INVALID` if the time is not in the future.
        atomic schedule(
            /// The page's id.
            id: CmsPageId,
            /// The time of publication, UTC; must be in the future.
            at: Timestamp,
        ) -> CmsPageDetail,
            for admin() = |conn, ctx| service::pages::transition(conn, ctx, id, CmsPageTransition::Schedule(*at));

        /// Archives a page, so that readers no longer see it.
        /// Fails with `NOT_FOUND` if the page does not exist, and with `CONFLICT` if it is already archived.
        atomic archive(
            /// The page's id.
            id: CmsPageId,
        ) -> CmsPageDetail,
            for admin() = |conn, ctx| service::pages::transition(conn, ctx, id, CmsPageTransition::Archive);

        /// Deletes a page permanently.
        /// Fails with `NOT_FOUND` if the page does not exist.
        atomic delete(
            /// The page's id.
            id: CmsPageId,
        ) -> (),
            for admin() = |conn, ctx| service::pages::delete(conn, ctx, id);
    }

    /// Frequently asked questions with their answers (`faqs`).
    faqs: Faqs {
        /// Returns the number of visible questions of each category, by category.
        read count_by_categorie() -> Vec<FaqCount>,
            for anyone() = |conn, _| faqs::count_by_categorie(conn);

        /// Returns the visible questions, sorted by `ordre`, then oldest first.
        read list_public(
            /// Which of these questions to return; all by default.
            filter: PublicFaqFilter = default,
            /// The part of the list to return.
            page: PageRequest = default where Bounds::page(100, 500),
        ) -> Page<PublicFaq>,
            for anyone() = |conn, _| faqs::list_public(conn, filter, page);

        /// Returns questions, visible or hidden, sorted by `ordre`, then newest first.
        read list(
            /// Which questions to return; all by default.
            filter: FaqFilter = default,
            /// The part of the list to return.
            page: PageRequest = default where Bounds::page(20, 100),
        ) -> Page<Faq>,
            for admin() = |conn, _| faqs::list(conn, filter, page);

        /// Returns a question, visible or hidden, or null if it does not exist.
        read get(
            /// The question's id.
            id: FaqId,
        ) -> Option<Faq>,
            for admin() = |conn, _| faqs::lookup(conn, id);

        /// Creates a question with its answer.
        atomic create(
            /// The question to create.
            faq: NewFaq,
        ) -> Faq,
            for admin() = |conn, ctx| service::faqs::create(conn, ctx, faq);

        /// Changes a question, its answer or its visibility.
        /// Fails with `NOT_FOUND` if the question does not exist.
        atomic update(
            /// The question's id.
            id: FaqId,
            /// The fields to change; omitted fields keep their values.
            update: FaqUpdate,
            /// The `updatedAt` the question must still have; if it differs, the call fails with `PRECONDITION`. Not
            /// checked by default.
            expected_updated_at: Option<Timestamp> = default,
        ) -> Faq,
            for admin() = |conn, ctx| service::faqs::update(conn, ctx, id, update, *expected_updated_at);

        /// Sets `ordre` of the given questions to 1, 2, 3, … in the given order and returns their number.
        /// Other questions keep their `ordre`. Fails with `NOT_FOUND`, and changes nothing, if a question does not
        /// exist.
        atomic reorder(
            /// The ids of the questions in their new order; each id only once.
            ids: Vec<FaqId> where Bounds::items(1, 512),
        ) -> u64,
            for admin() = |conn, ctx| service::faqs::reorder(conn, ctx, ids);

        /// Deletes a question permanently.
        /// Fails with `NOT_FOUND` if the question does not exist.
        atomic delete(
            /// The question's id.
            id: FaqId,
        ) -> (),
            for admin() = |conn, ctx| service::faqs::delete(conn, ctx, id);
    }

    /// Services and their prices (`tarifs`), and their synchronisation with Stripe.
    tarifs: Tarifs {
        /// Returns the tarifs that can be bought: active ones with a Stripe product, by `ordre`, then cheapest first.
        read list_active() -> Vec<TarifOffer>,
            for anyone() = |conn, _| tarifs::list_active(conn);

        /// Returns the active tarifs without their Stripe ids, sorted by `ordre`, then oldest first.
        read list_public() -> Vec<PublicTarif>,
            for anyone() = |conn, _| tarifs::list_public(conn);

        /// Returns tarifs, active or not, sorted by `ordre` by default, then by creation time.
        read list(
            /// Which tarifs to return; all by default.
            filter: TarifFilter = default,
            /// How to sort the tarifs; by `ordre` by default.
            sort: TarifSort = default,
            /// The part of the list to return.
            page: PageRequest = default where Bounds::page(20, 100),
        ) -> Page<Tarif>,
            for admin() = |conn, _| tarifs::list(conn, filter, *sort, page);

        /// Returns a tarif, active or not, or null if it does not exist.
        read get(
            /// The tarif's id.
            id: TarifId,
        ) -> Option<Tarif>,
            for admin() = |conn, _| tarifs::lookup(conn, id);

        /// Returns the number of active and inactive tarifs, in total and by type of service.
        read stats() -> TarifStats,
            for admin() = |conn, _| service::tarifs::stats(conn);

        /// Returns the steps that would bring Stripe's products and prices in line with the tarifs.
        /// Nothing is changed, neither here nor at Stripe: the caller provides Stripe's products, carries the steps
        /// out and records new ids by `set_stripe_ids`. Declared as a write only because its input is too large for
        /// a URL.
        write plan_stripe_sync(
            /// All products Stripe has now, each with its default price; each product only once.
            products: Vec<StripeProduct> where Bounds::items(0, 10_000),
        ) -> StripeSyncPlan,
            for admin() = |conn, _| service::stripe::plan(conn, products);

        /// Creates a tarif; `prixFormate` is derived from `prix`.
        /// Fails with `CONFLICT` if another tarif has the name.
        atomic create(
            /// The tarif to create.
            tarif: NewTarif,
        ) -> Tarif,
            for admin() = |conn, ctx| service::tarifs::create(conn, ctx, tarif);

        /// Changes a tarif; `prixFormate` follows `prix`.
        /// Fails with `NOT_FOUND` if the tarif does not exist, and with `CONFLICT` if another tarif has the name.
        atomic update(
            /// The tarif's id.
            id: TarifId,
            /// The fields to change; omitted fields keep their values.
            update: TarifUpdate,
            /// The `updatedAt` the tarif must still have; if it differs, the call fails with `PRECONDITION`. Not
            /// checked by default.
            expected_updated_at: Option<Timestamp> = default,
        ) -> Tarif,
            for admin() = |conn, ctx| service::tarifs::update(conn, ctx, id, update, *expected_updated_at);

        /// Records the ids of a tarif's product and price at Stripe.
        /// Fails with `NOT_FOUND` if the tarif does not exist, with `PRECONDITION` if its current ids are not the
        /// expected ones, and with `CONFLICT` if another tarif has the product.
        atomic set_stripe_ids(
            /// The tarif's id.
            id: TarifId,
            /// The new Stripe ids, and the ids the tarif must still have.
            ids: StripeIds,
        ) -> Tarif,
            for admin() = |conn, ctx| service::tarifs::set_stripe_ids(conn, ctx, id, ids);

        /// Deletes a tarif permanently; its product at Stripe is not touched.
        /// Fails with `NOT_FOUND` if the tarif does not exist.
        atomic delete(
            /// The tarif's id.
            id: TarifId,
        ) -> (),
            for admin() = |conn, ctx| service::tarifs::delete(conn, ctx, id);
    }
}
