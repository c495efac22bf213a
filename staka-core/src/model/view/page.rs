//! Pages as readers get them, and as the administration lists them.

use staka_macros::{Output, Record};

use crate::base::Timestamp;
use crate::model::{Page, PageId, PageStatus, PageType, Tags};

/// A page that the reader may see now, without its text.
#[derive(Clone, Debug, PartialEq, Record, Output)]
pub struct VisiblePage {
    /// The key.
    pub id: PageId,
    /// Title.
    pub title: String,
    /// Its name in the address.
    pub slug: String,
    /// Summary.
    pub excerpt: Option<String>,
    /// What kind of page it is.
    pub r#type: PageType,
    /// Category.
    pub category: Option<String>,
    /// Tags.
    #[record(nested)]
    pub tags: Tags,
    /// Place among its type, lowest first.
    pub sort_order: i64,
    /// Whether one must be signed in.
    pub require_auth: bool,
    /// From when it is shown, UTC.
    pub published_at: Option<Timestamp>,
}

/// A page that the reader may see now, whole.
#[derive(Clone, Debug, PartialEq, Record, Output)]
pub struct PageText {
    /// The key.
    pub id: PageId,
    /// Title.
    pub title: String,
    /// Its name in the address.
    pub slug: String,
    /// The text, HTML.
    pub content: String,
    /// Summary.
    pub excerpt: Option<String>,
    /// What kind of page it is.
    pub r#type: PageType,
    /// Title for search engines.
    pub meta_title: Option<String>,
    /// Description for search engines.
    pub meta_description: Option<String>,
    /// Keywords for search engines.
    pub meta_keywords: Option<String>,
    /// Category.
    pub category: Option<String>,
    /// Tags.
    #[record(nested)]
    pub tags: Tags,
    /// Whether one must be signed in.
    pub require_auth: bool,
    /// From when it is shown, UTC.
    pub published_at: Option<Timestamp>,
    /// When the row was last written, UTC.
    pub updated_at: Timestamp,
}

/// A page as the administration lists it: without its text.
#[derive(Clone, Debug, PartialEq, Record, Output)]
pub struct PageItem {
    /// The key.
    pub id: PageId,
    /// Title.
    pub title: String,
    /// Its name in the address.
    pub slug: String,
    /// Summary.
    pub excerpt: Option<String>,
    /// What kind of page it is.
    pub r#type: PageType,
    /// Whether it is shown.
    pub status: PageStatus,
    /// Category.
    pub category: Option<String>,
    /// Tags.
    #[record(nested)]
    pub tags: Tags,
    /// Place among its type, lowest first.
    pub sort_order: i64,
    /// Whether visitors may see it.
    pub is_public: bool,
    /// Whether one must be signed in.
    pub require_auth: bool,
    /// From when it is shown, UTC.
    pub published_at: Option<Timestamp>,
    /// When the row was made, UTC.
    pub created_at: Timestamp,
    /// When the row was last written, UTC.
    pub updated_at: Timestamp,
}

/// A page as the administration works on it.
#[derive(Clone, Debug, PartialEq, Output)]
pub struct PageDetail {
    /// The key.
    pub id: PageId,
    /// Title.
    pub title: String,
    /// Its name in the address, unique.
    pub slug: String,
    /// The text, HTML.
    pub content: String,
    /// Summary.
    pub excerpt: Option<String>,
    /// What kind of page it is.
    pub r#type: PageType,
    /// Whether it is shown.
    pub status: PageStatus,
    /// Title for search engines.
    pub meta_title: Option<String>,
    /// Description for search engines.
    pub meta_description: Option<String>,
    /// Keywords for search engines.
    pub meta_keywords: Option<String>,
    /// Category.
    pub category: Option<String>,
    /// Tags.
    pub tags: Tags,
    /// Place among its type, lowest first.
    pub sort_order: i64,
    /// Whether visitors may see it.
    pub is_public: bool,
    /// Whether one must be signed in.
    pub require_auth: bool,
    /// From when it is shown, UTC.
    pub published_at: Option<Timestamp>,
    /// When the row was made, UTC.
    pub created_at: Timestamp,
    /// When the row was last written, UTC; its version.
    pub updated_at: Timestamp,
}

impl From<Page> for PageDetail {
    fn from(page: Page) -> Self {
        Self {
            id: page.id,
            title: page.title,
            slug: page.slug,
            content: page.content,
            excerpt: page.excerpt,
            r#type: page.r#type,
            status: page.status,
            meta_title: page.meta_title,
            meta_description: page.meta_description,
            meta_keywords: page.meta_keywords,
            category: page.category,
            tags: Tags::from_column(page.tags.as_deref()),
            sort_order: page.sort_order,
            is_public: page.is_public,
            require_auth: page.require_auth,
            published_at: page.published_at,
            created_at: page.created_at,
            updated_at: page.updated_at,
        }
    }
}

/// Where a page stands, as an act finds and locks it.
#[derive(Clone, Debug, PartialEq, Record)]
pub struct PageState {
    /// Its name in the address.
    pub slug: String,
    /// Whether it is shown.
    pub status: PageStatus,
    /// From when it is shown, UTC.
    pub published_at: Option<Timestamp>,
}

/// How many pages stand there.
#[derive(Clone, Debug, PartialEq, Record, Output)]
pub struct PagesByStatus {
    /// The status.
    pub status: PageStatus,
    /// Pages in it.
    pub count: i64,
}

/// How many pages there are.
#[derive(Clone, Debug, PartialEq, Output)]
pub struct PageStats {
    /// All of them.
    pub total: i64,
    /// By status, in the order of the statuses; each one is there.
    pub by_status: Vec<PagesByStatus>,
}
