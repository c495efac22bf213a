//! The table `pages`: pages of the site's content management.

use staka_macros::table;

use super::id::CmsPageId;
use crate::base::{Timestamp, text_enum};

text_enum! {
    /// The type of a page.
    pub enum PageType {
        /// An ordinary page.
        Page = "PAGE",
        /// A page of questions and answers.
        Faq = "FAQ",
        /// An article.
        Blog = "BLOG",
        /// A legal text, such as terms and conditions.
        Legal = "LEGAL",
        /// A help page.
        Help = "HELP",
        /// A landing page, the first a visitor sees.
        Landing = "LANDING",
    }
}

text_enum! {
    /// The status of a page.
    pub enum PageStatus {
        /// A draft, not visible to readers.
        Draft = "DRAFT",
        /// Visible to readers since `publishedAt`.
        Published = "PUBLISHED",
        /// Archived, no longer visible to readers.
        Archived = "ARCHIVED",
        /// Visible to readers from `publishedAt` on.
        Scheduled = "SCHEDULED",
    }
}

/// A page of the site's content management.
#[table("pages")]
pub struct CmsPage {
    /// The page's id, a UUID as text.
    #[column(id, purpose = Key, keep = Content, erase = Keep, see = Internal, export, chars = 191)]
    pub id: CmsPageId,
    /// Title of the page.
    #[column(purpose = Publishing, keep = Content, erase = Keep, see = Public, private, chars = 255)]
    pub title: String,
    /// Slug, the page's name in the address; unique.
    #[column(purpose = Publishing, keep = Content, erase = Keep, see = Public, private, chars = 255)]
    pub slug: String,
    /// Text of the page, as HTML.
    #[column(purpose = Publishing, keep = Content, erase = Keep, see = Public, private, bytes = 4294967295)]
    pub content: String,
    /// Summary of the page; null if there is none.
    #[column(purpose = Publishing, keep = Content, erase = Keep, see = Public, private, bytes = 65535)]
    pub excerpt: Option<String>,
    /// Type of the page.
    #[column(purpose = Publishing, keep = Content, erase = Keep, see = Public, private, default = PageType::Page)]
    pub r#type: PageType,
    /// Status of the page.
    #[column(purpose = Publishing, keep = Content, erase = Keep, see = Public, private, default = PageStatus::Draft)]
    pub status: PageStatus,
    /// Title for search engines; null for none.
    #[column(purpose = Publishing, keep = Content, erase = Keep, see = Public, private, chars = 255)]
    pub meta_title: Option<String>,
    /// Description for search engines; null for none.
    #[column(purpose = Publishing, keep = Content, erase = Keep, see = Public, private, bytes = 65535)]
    pub meta_description: Option<String>,
    /// Keywords for search engines; null for none.
    #[column(purpose = Publishing, keep = Content, erase = Keep, see = Public, private, bytes = 65535)]
    pub meta_keywords: Option<String>,
    /// Category of the page; null for none.
    #[column(purpose = Publishing, keep = Content, erase = Keep, see = Public, private, chars = 100)]
    pub category: Option<String>,
    /// Tags, separated by commas; null for none.
    #[column(purpose = Publishing, keep = Content, erase = Keep, see = Public, private, bytes = 65535)]
    pub tags: Option<String>,
    /// Position among the pages of its type, lowest first.
    #[column(purpose = Publishing, keep = Content, erase = Keep, see = Public, private, default = 0)]
    pub sort_order: i64,
    /// Whether readers may see the page once it is published.
    #[column(purpose = Publishing, keep = Content, erase = Keep, see = Public, private, default = true)]
    pub is_public: bool,
    /// Whether only signed-in readers may see the page.
    #[column(purpose = Publishing, keep = Content, erase = Keep, see = Public, private, default = false)]
    pub require_auth: bool,
    /// Time of publication, UTC, in the future if scheduled; null for none.
    #[column(purpose = Publishing, keep = Content, erase = Keep, see = Public, private)]
    pub published_at: Option<Timestamp>,
    /// Time the row was created, UTC.
    #[column(created, purpose = Record, keep = Content, erase = Keep, see = Internal, export)]
    pub created_at: Timestamp,
    /// Time of the last change, UTC; increases with every change, so it serves as the row's version.
    #[column(updated, purpose = Record, keep = Content, erase = Keep, see = Internal, export)]
    pub updated_at: Timestamp,
}
