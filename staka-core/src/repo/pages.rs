//! The site's pages.

use serde::Deserialize;
use staka_macros::Described;

use super::select::{self, By, List};
use super::table::verbs;
use crate::base::{Args, Direction, Listing, Match, Result, Timestamp, Where, choice};
use crate::db::{Access, Conn, Statement};
use crate::model::view::{PageItem, PageState, PageText, PagesByStatus, PublishedPage, VisiblePage};
use crate::model::{Page, PageFilter, PageId, PageStatus, PageType};

verbs!(Page, PageId, PageFilter, "pages");

static PUBLISHED: Statement = Statement::fixed(
    "pages.published",
    "SELECT p.id, p.title, p.slug, p.excerpt, p.type, p.metaTitle, p.metaDescription, p.publishedAt FROM pages p FORCE INDEX (staka_pages_published) \
     WHERE p.status = 'PUBLISHED' AND p.isPublic = TRUE AND p.publishedAt <= ? ORDER BY p.type, p.sortOrder, p.slug",
    &[Access::Index { table: "p", keys: &["staka_pages_published"] }],
);

/// The pages that everybody may see now, by type, then by their order, then by slug.
pub async fn published(conn: &mut Conn, now: Timestamp) -> Result<Vec<PublishedPage>> {
    conn.all(&PUBLISHED, Args::new().with(now)).await
}

/// Which pages somebody may see, for every read of the site: public ones whose time has come, published or scheduled,
/// and those for people who are signed in if the reader is. Publication is a function of time: nobody has to turn a
/// scheduled page into a published one. Takes the time, and whether the reader is signed in.
macro_rules! visible {
    () => {
        "p.isPublic = TRUE AND p.status IN ('PUBLISHED', 'SCHEDULED') AND p.publishedAt <= ? AND (p.requireAuth = FALSE OR ?)"
    };
}

/// Which of the visible pages a list shows.
#[derive(Clone, Debug, Default, PartialEq, Deserialize, Described)]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
pub struct VisiblePages {
    /// Of these types.
    pub r#type: Match<PageType>,
    /// Of these categories.
    pub category: Match<String>,
}

/// The index is walked in the list's order: few pages are neither published nor to be.
static VISIBLE: List = List {
    name: "pages.visible",
    columns: "p.id, p.title, p.slug, p.excerpt, p.type, p.category, p.tags, p.sortOrder, p.requireAuth, p.publishedAt",
    from: "pages p FORCE INDEX (staka_pages_visible)",
    id: "p.id",
};

/// The pages that the reader may see now, without their text: by type, then by their order, then by slug.
pub async fn visible(
    conn: &mut Conn,
    wanted: &VisiblePages,
    signed_in: bool,
    now: Timestamp,
    page: &crate::base::Page,
) -> Result<Listing<VisiblePage>> {
    let mut conditions = Where::default();
    let args = conditions.and(visible!());
    args.push(now);
    args.push(signed_in);
    conditions.matches("p.`type`", &wanted.r#type);
    conditions.matches("p.`category`", &wanted.category);
    let by = [By::asc("p.type").word(), By::asc("p.sortOrder"), By::asc("p.slug")];
    select::page(conn, &VISIBLE, conditions, &by, page, 100, 500).await
}

static BY_SLUG: Statement = Statement::fixed(
    "pages.by_slug",
    concat!(
        "SELECT p.id, p.title, p.slug, p.content, p.excerpt, p.type, p.metaTitle, p.metaDescription, p.metaKeywords, p.category, p.tags, p.requireAuth, p.publishedAt, p.updatedAt \
         FROM pages p WHERE p.slug = ? AND ",
        visible!()
    ),
    &[Access::Index { table: "p", keys: &["pages_slug_key", "pages_slug_idx"] }],
);

/// The page of that name, if somebody who is signed in, or not, may see it now.
pub async fn by_slug(conn: &mut Conn, slug: &str, signed_in: bool, now: Timestamp) -> Result<Option<PageText>> {
    conn.optional(&BY_SLUG, Args::new().with(slug).with(now).with(signed_in)).await
}

choice! {
    /// By what a list of pages is sorted.
    pub enum PageSort {
        /// When it was made.
        CreatedAt = "createdAt",
        /// When it was last changed.
        UpdatedAt = "updatedAt",
        /// From when it is shown; null before every date.
        PublishedAt = "publishedAt",
        /// Title.
        Title = "title",
        /// Name in the address.
        Slug = "slug",
        /// Kind of page, in the order of the kinds.
        Type = "type",
        /// Status, in the order of the statuses.
        Status = "status",
        /// Category; null before every name.
        Category = "category",
        /// Place among its type.
        SortOrder = "sortOrder",
    }
}

/// Which pages a list shows, and in what order.
#[derive(Clone, Debug, Default, PartialEq, Deserialize, Described)]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
pub struct PageList {
    /// A part of title, slug or content, whatever its case and accents.
    pub search: Option<String>,
    /// In these statuses.
    pub status: Match<PageStatus>,
    /// Of these types.
    pub r#type: Match<PageType>,
    /// Of these categories; null for none.
    pub category: Match<String>,
    /// Whether visitors may see them.
    pub is_public: Match<bool>,
    /// By what they are sorted.
    pub sort: PageSort,
    /// Which end comes first; for dates the newest, for everything else the lowest, unless given.
    pub direction: Option<Direction>,
}

static LIST: List = List {
    name: "pages.search",
    columns: "p.id, p.title, p.slug, p.excerpt, p.type, p.status, p.category, p.tags, p.sortOrder, p.isPublic, p.requireAuth, p.publishedAt, p.createdAt, p.updatedAt",
    from: "pages p",
    id: "p.id",
};

/// The pages that are wanted, whoever may see them, without their text.
pub async fn search(conn: &mut Conn, wanted: &PageList, page: &crate::base::Page) -> Result<Listing<PageItem>> {
    let mut conditions = Where::default();
    conditions.contains(&["p.title", "p.slug", "p.content"], wanted.search.as_deref());
    conditions.matches("p.`status`", &wanted.status);
    conditions.matches("p.`type`", &wanted.r#type);
    conditions.matches("p.`category`", &wanted.category);
    conditions.matches("p.`isPublic`", &wanted.is_public);
    let date = matches!(wanted.sort, PageSort::CreatedAt | PageSort::UpdatedAt | PageSort::PublishedAt);
    let usual = if date { Direction::Desc } else { Direction::Asc };
    let towards = if wanted.direction.unwrap_or(usual) == Direction::Asc { By::asc } else { By::desc };
    let first = match wanted.sort {
        PageSort::CreatedAt => towards("p.createdAt"),
        PageSort::UpdatedAt => towards("p.updatedAt"),
        PageSort::PublishedAt => towards("p.publishedAt").nullable(),
        PageSort::Title => towards("p.title"),
        PageSort::Slug => towards("p.slug"),
        PageSort::Type => towards("p.type").word(),
        PageSort::Status => towards("p.status").word(),
        PageSort::Category => towards("p.category").nullable(),
        PageSort::SortOrder => towards("p.sortOrder"),
    };
    select::page(conn, &LIST, conditions, &[first], page, 20, 100).await
}

static LOCKED: Statement = Statement::fixed(
    "pages.locked",
    "SELECT p.slug, p.status, p.publishedAt FROM pages p WHERE p.id = ? FOR UPDATE",
    &[Access::Index { table: "p", keys: &["PRIMARY"] }],
);

/// Where the page stands, which nobody else changes until the transaction ends.
pub async fn locked(conn: &mut Conn, id: &PageId) -> Result<Option<PageState>> {
    conn.optional(&LOCKED, Args::new().with(id)).await
}

static BY_STATUS: Statement = Statement::fixed(
    "pages.stats",
    "SELECT p.status, COUNT(*) FROM pages p FORCE INDEX (pages_status_idx) GROUP BY p.status ORDER BY p.status",
    &[Access::Index { table: "p", keys: &["pages_status_idx"] }],
);

/// How many pages stand where; a status without any is not there.
pub async fn by_status(conn: &mut Conn) -> Result<Vec<PagesByStatus>> {
    conn.all(&BY_STATUS, Args::new()).await
}

pub(super) fn statements() -> Vec<&'static Statement> {
    let mut all = verb_statements();
    all.extend([&PUBLISHED, &BY_SLUG, &LOCKED, &BY_STATUS]);
    all
}
