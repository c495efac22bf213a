//! Queries of the table `pages`.

use serde::Deserialize;
use staka_macros::Described;

use super::select::{self, By, List, Path, SEARCHED, SortColumn, UNSORTED};
use super::sort::sort_order;
use super::table::verbs;
use crate::base::{Args, Match, Page, PageRequest, Predicate, Result, Timestamp};
use crate::db::{Access, Conn, Statement};
use crate::model::view::{CmsPageItem, CmsPageState, CmsPageText, CmsPagesByStatus, PublishedCmsPage, VisibleCmsPage};
use crate::model::{CmsPage, CmsPageId, PageStatus, PageType};

verbs!(CmsPage, CmsPageId, "pages": lookup, add, update, remove);

static PUBLISHED: Statement = Statement::fixed(
    "pages.list_published",
    "SELECT p.id, p.title, p.slug, p.excerpt, p.type, p.metaTitle, p.metaDescription, p.publishedAt FROM pages p FORCE INDEX (staka_pages_published) \
     WHERE p.status = 'PUBLISHED' AND p.isPublic = TRUE AND p.publishedAt <= ? ORDER BY p.type, p.sortOrder, p.slug",
    &[Access::Index { table: "p", keys: &["staka_pages_published"] }],
);

/// Returns the pages that everybody may see now, by type, `sortOrder` and slug.
pub async fn list_published(conn: &mut Conn, now: Timestamp) -> Result<Vec<PublishedCmsPage>> {
    conn.all(&PUBLISHED, Args::new().with(now)).await
}

/// The condition for the pages a reader may see, used by all public reads: public pages, published or scheduled, whose
/// time of publication has passed; pages that require a signed-in reader only if the reader is signed in. Publication
/// depends on the time alone, so no job has to publish scheduled pages. Its arguments are the time and whether the
/// reader is signed in.
macro_rules! visible {
    () => {
        "p.isPublic = TRUE AND p.status IN ('PUBLISHED', 'SCHEDULED') AND p.publishedAt <= ? AND (p.requireAuth = FALSE OR ?)"
    };
}

/// A filter for visible pages; all fields that are set must match.
#[derive(Clone, Debug, Default, PartialEq, Deserialize, Described)]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
#[non_exhaustive]
pub struct VisibleCmsPageFilter {
    /// Types of the pages; any by default.
    pub r#type: Match<PageType>,
    /// Categories of the pages; any by default.
    #[described(bounds = Bounds::chars(0, 100))]
    pub category: Match<String>,
}

/// The index is read in the list's order; few pages are neither published nor scheduled.
static VISIBLE: List = List {
    name: "pages.list_public",
    columns: "p.id, p.title, p.slug, p.excerpt, p.type, p.category, p.tags, p.sortOrder, p.requireAuth, p.publishedAt",
    from: "pages p FORCE INDEX (staka_pages_visible)",
    id: "p.id",
    joined: &[],
    paths: &[
        Path::index(By::Default, "p", &["staka_pages_visible"]),
        Path::index(By::Filter(&["type", "category"]), "p", &["staka_pages_visible"]),
    ],
};

/// Returns the pages that the reader may see now, without their text, by type, `sortOrder` and slug.
pub async fn list_public(
    conn: &mut Conn,
    filter: &VisibleCmsPageFilter,
    signed_in: bool,
    now: Timestamp,
    page: &PageRequest,
) -> Result<Page<VisibleCmsPage>> {
    let mut predicate = Predicate::default();
    let args = predicate.and(visible!());
    args.push(now);
    args.push(signed_in);
    predicate.matches("p.`type`", &filter.r#type);
    predicate.matches("p.`category`", &filter.category);
    let by = [SortColumn::asc("p.type").enum_ordinal(), SortColumn::asc("p.sortOrder"), SortColumn::asc("p.slug")];
    select::page(conn, &VISIBLE, predicate, &by, page, 100, 500).await
}

static GET_BY_SLUG: Statement = Statement::fixed(
    "pages.get_by_slug",
    concat!(
        "SELECT p.id, p.title, p.slug, p.content, p.excerpt, p.type, p.metaTitle, p.metaDescription, p.metaKeywords, p.category, p.tags, p.requireAuth, p.publishedAt, p.updatedAt \
         FROM pages p WHERE p.slug = ? AND ",
        visible!()
    ),
    &[Access::Index { table: "p", keys: &["pages_slug_key", "pages_slug_idx"] }],
);

/// Returns the page with the slug if the reader may see it now.
pub async fn get_by_slug(conn: &mut Conn, slug: &str, signed_in: bool, now: Timestamp) -> Result<Option<CmsPageText>> {
    conn.optional(&GET_BY_SLUG, Args::new().with(slug).with(now).with(signed_in)).await
}

sort_order! {
    /// A sort order for pages.
    pub struct CmsPageSort by
    /// The field by which pages are sorted.
    CmsPageSortKey {
        /// Time of creation.
        CreatedAt = "createdAt" => SortColumn::desc("p.createdAt"),
        /// Time of the last change.
        UpdatedAt = "updatedAt" => SortColumn::desc("p.updatedAt"),
        /// Time of publication; null sorts before any time.
        PublishedAt = "publishedAt" => SortColumn::desc("p.publishedAt").nullable(),
        /// Title of the page.
        Title = "title" => SortColumn::asc("p.title"),
        /// Slug of the page.
        Slug = "slug" => SortColumn::asc("p.slug"),
        /// Type, in the order of the types.
        Type = "type" => SortColumn::asc("p.type").enum_ordinal(),
        /// Status, in the order of the statuses.
        Status = "status" => SortColumn::asc("p.status").enum_ordinal(),
        /// Category; null sorts before any name.
        Category = "category" => SortColumn::asc("p.category").nullable(),
        /// Position among the pages of its type.
        SortOrder = "sortOrder" => SortColumn::asc("p.sortOrder"),
    }
}

/// A filter for pages; all fields that are set must match.
#[derive(Clone, Debug, Default, PartialEq, Deserialize, Described)]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
#[non_exhaustive]
pub struct CmsPageFilter {
    /// Text contained in the title, slug or content, ignoring case and accents.
    #[described(bounds = Bounds::chars(0, 255).trimmed())]
    pub search: Option<String>,
    /// Statuses of the pages; any by default.
    pub status: Match<PageStatus>,
    /// Types of the pages; any by default.
    pub r#type: Match<PageType>,
    /// Categories of the pages, null for pages without one; any by default.
    #[described(bounds = Bounds::chars(0, 100))]
    pub category: Match<String>,
    /// Whether readers may see the pages once published; any by default.
    pub is_public: Match<bool>,
}

static LIST: List = List {
    name: "pages.list",
    columns: "p.id, p.title, p.slug, p.excerpt, p.type, p.status, p.category, p.tags, p.sortOrder, p.isPublic, p.requireAuth, p.publishedAt, p.createdAt, p.updatedAt",
    from: "pages p",
    id: "p.id",
    joined: &[],
    paths: &[
        Path::scan(By::Default, "p", "no index has the time of creation, and there are few pages"),
        Path::scan(By::Filter(&["search"]), "p", SEARCHED),
        Path::index(By::Filter(&["status"]), "p", &["pages_status_idx", "staka_pages_published"]),
        Path::index(By::Filter(&["type"]), "p", &["pages_type_idx"]),
        Path::index(By::Filter(&["category"]), "p", &["pages_category_idx"]),
        Path::index(By::Filter(&["isPublic"]), "p", &["pages_isPublic_idx", "staka_pages_visible"]),
        Path::index(By::Sort(&["publishedAt"]), "p", &["pages_publishedAt_idx"]),
        Path::index(By::Sort(&["slug"]), "p", &["pages_slug_key", "pages_slug_idx"]),
        Path::index(By::Sort(&["type"]), "p", &["pages_type_idx"]),
        Path::index(By::Sort(&["status"]), "p", &["pages_status_idx"]),
        Path::index(By::Sort(&["category"]), "p", &["pages_category_idx"]),
        Path::scan(By::Sort(&["createdAt", "updatedAt", "title", "sortOrder"]), "p", UNSORTED),
    ],
};

/// Returns the pages that match the filter, in any status, without their text.
pub async fn list(
    conn: &mut Conn,
    filter: &CmsPageFilter,
    sort: CmsPageSort,
    page: &PageRequest,
) -> Result<Page<CmsPageItem>> {
    let mut predicate = Predicate::default();
    predicate.contains(&["p.title", "p.slug", "p.content"], filter.search.as_deref());
    predicate.matches("p.`status`", &filter.status);
    predicate.matches("p.`type`", &filter.r#type);
    predicate.matches("p.`category`", &filter.category);
    predicate.matches("p.`isPublic`", &filter.is_public);
    select::page(conn, &LIST, predicate, &[sort.column()], page, 20, 100).await
}

static LOCK: Statement = Statement::fixed(
    "pages.locked",
    "SELECT p.slug, p.status, p.publishedAt FROM pages p WHERE p.id = ? FOR UPDATE",
    &[Access::Index { table: "p", keys: &["PRIMARY"] }],
);

/// Locks the page's row until the transaction ends and returns its publication state.
pub async fn lock(conn: &mut Conn, id: &CmsPageId) -> Result<Option<CmsPageState>> {
    conn.optional(&LOCK, Args::new().with(id)).await
}

static COUNT_BY_STATUS: Statement = Statement::fixed(
    "pages.stats",
    "SELECT p.status, COUNT(*) FROM pages p FORCE INDEX (pages_status_idx) GROUP BY p.status ORDER BY p.status",
    &[Access::Index { table: "p", keys: &["pages_status_idx"] }],
);

/// Returns the number of pages of each status; statuses without pages are left out.
pub async fn count_by_status(conn: &mut Conn) -> Result<Vec<CmsPagesByStatus>> {
    conn.all(&COUNT_BY_STATUS, Args::new()).await
}

/// Returns the lists of this module.
pub(super) fn lists() -> Vec<&'static List> {
    vec![&VISIBLE, &LIST]
}

pub(super) fn statements() -> Vec<&'static Statement> {
    let mut all = verb_statements();
    all.extend([&PUBLISHED, &GET_BY_SLUG, &LOCK, &COUNT_BY_STATUS]);
    all
}
