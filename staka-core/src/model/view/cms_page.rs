//! CMS pages as readers see them, and as administrators list and edit them.

use staka_macros::{Output, Record};

use crate::base::Timestamp;
use crate::model::{CmsPage, CmsPageId, PageStatus, PageType, Tags};

/// A CMS page visible to the reader, without its text.
#[derive(Clone, Debug, PartialEq, Record, Output)]
#[non_exhaustive]
pub struct VisibleCmsPage {
    /// The page's id.
    pub id: CmsPageId,
    /// Title of the page.
    pub title: String,
    /// Slug, the page's name in the address; unique.
    pub slug: String,
    /// Summary of the page; null if there is none.
    pub excerpt: Option<String>,
    /// Type of the page.
    pub r#type: PageType,
    /// Category of the page; null for none.
    pub category: Option<String>,
    /// Tags of the page, in their stored order.
    #[record(nested)]
    pub tags: Tags,
    /// Position among the pages of its type, lowest first.
    #[output(bounds = Bounds::between(i32::MIN as i64, i32::MAX as i64))]
    pub sort_order: i64,
    /// Whether only signed-in readers may see the page.
    pub require_auth: bool,
    /// Time of publication, UTC; null for none.
    pub published_at: Option<Timestamp>,
}

/// A CMS page visible to the reader, with its text.
#[derive(Clone, Debug, PartialEq, Record, Output)]
#[non_exhaustive]
pub struct CmsPageText {
    /// The page's id.
    pub id: CmsPageId,
    /// Title of the page.
    pub title: String,
    /// Slug, the page's name in the address; unique.
    pub slug: String,
    /// Text of the page, as HTML.
    pub content: String,
    /// Summary of the page; null if there is none.
    pub excerpt: Option<String>,
    /// Type of the page.
    pub r#type: PageType,
    /// Title for search engines; null for none.
    pub meta_title: Option<String>,
    /// Description for search engines; null for none.
    pub meta_description: Option<String>,
    /// Keywords for search engines; null for none.
    pub meta_keywords: Option<String>,
    /// Category of the page; null for none.
    pub category: Option<String>,
    /// Tags of the page, in their stored order.
    #[record(nested)]
    pub tags: Tags,
    /// Whether only signed-in readers may see the page.
    pub require_auth: bool,
    /// Time of publication, UTC; null for none.
    pub published_at: Option<Timestamp>,
    /// Time of the last change, UTC.
    pub updated_at: Timestamp,
}

/// A CMS page as administrators list it, without its text.
#[derive(Clone, Debug, PartialEq, Record, Output)]
#[non_exhaustive]
pub struct CmsPageItem {
    /// The page's id.
    pub id: CmsPageId,
    /// Title of the page.
    pub title: String,
    /// Slug, the page's name in the address; unique.
    pub slug: String,
    /// Summary of the page; null if there is none.
    pub excerpt: Option<String>,
    /// Type of the page.
    pub r#type: PageType,
    /// Status of the page.
    pub status: PageStatus,
    /// Category of the page; null for none.
    pub category: Option<String>,
    /// Tags of the page, in their stored order.
    #[record(nested)]
    pub tags: Tags,
    /// Position among the pages of its type, lowest first.
    #[output(bounds = Bounds::between(i32::MIN as i64, i32::MAX as i64))]
    pub sort_order: i64,
    /// Whether readers may see the page once it is published.
    pub is_public: bool,
    /// Whether only signed-in readers may see the page.
    pub require_auth: bool,
    /// Time of publication, UTC; null for none.
    pub published_at: Option<Timestamp>,
    /// Time the row was created, UTC.
    pub created_at: Timestamp,
    /// Time of the last change, UTC.
    pub updated_at: Timestamp,
}

/// A CMS page as administrators edit it, with its text.
#[derive(Clone, Debug, PartialEq, Output)]
#[non_exhaustive]
pub struct CmsPageDetail {
    /// The page's id.
    pub id: CmsPageId,
    /// Title of the page.
    pub title: String,
    /// Slug, the page's name in the address; unique.
    pub slug: String,
    /// Text of the page, as HTML.
    pub content: String,
    /// Summary of the page; null if there is none.
    pub excerpt: Option<String>,
    /// Type of the page.
    pub r#type: PageType,
    /// Status of the page.
    pub status: PageStatus,
    /// Title for search engines; null for none.
    pub meta_title: Option<String>,
    /// Description for search engines; null for none.
    pub meta_description: Option<String>,
    /// Keywords for search engines; null for none.
    pub meta_keywords: Option<String>,
    /// Category of the page; null for none.
    pub category: Option<String>,
    /// Tags of the page, in their stored order.
    pub tags: Tags,
    /// Position among the pages of its type, lowest first.
    #[output(bounds = Bounds::between(i32::MIN as i64, i32::MAX as i64))]
    pub sort_order: i64,
    /// Whether readers may see the page once it is published.
    pub is_public: bool,
    /// Whether only signed-in readers may see the page.
    pub require_auth: bool,
    /// Time of publication, UTC; null for none.
    pub published_at: Option<Timestamp>,
    /// Time the row was created, UTC.
    pub created_at: Timestamp,
    /// Time of the last change, UTC; serves as the page's version.
    pub updated_at: Timestamp,
}

impl From<CmsPage> for CmsPageDetail {
    fn from(page: CmsPage) -> Self {
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

/// The publication state of a page whose row is locked.
#[derive(Clone, Debug, PartialEq, Record)]
pub struct CmsPageState {
    /// Slug, the page's name in the address; unique.
    pub slug: String,
    /// Status of the page.
    pub status: PageStatus,
    /// Time of publication, UTC; null for none.
    pub published_at: Option<Timestamp>,
}

/// The number of pages with a status.
#[derive(Clone, Debug, PartialEq, Record, Output)]
#[non_exhaustive]
pub struct CmsPagesByStatus {
    /// Status of the counted pages.
    pub status: PageStatus,
    /// Number of pages with this status.
    #[output(bounds = Bounds::at_least(0))]
    pub count: i64,
}

/// Numbers of pages.
#[derive(Clone, Debug, PartialEq, Output)]
#[non_exhaustive]
pub struct CmsPageStats {
    /// Number of pages in any status.
    #[output(bounds = Bounds::at_least(0))]
    pub total: i64,
    /// Numbers by status, in the order of the statuses; 0 for statuses without pages.
    pub by_status: Vec<CmsPagesByStatus>,
}
