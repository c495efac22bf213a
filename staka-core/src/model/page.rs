//! The site’s pages.

use staka_macros::table;

use super::id::PageId;
use crate::base::{Timestamp, text_enum};

text_enum! {
    /// What kind of page it is.
    pub enum PageType {
        /// An ordinary page.
        Page = "PAGE",
        /// Questions and answers.
        Faq = "FAQ",
        /// An article.
        Blog = "BLOG",
        /// A legal text.
        Legal = "LEGAL",
        /// Help.
        Help = "HELP",
        /// An entrance.
        Landing = "LANDING",
    }
}

text_enum! {
    /// Whether a page is shown.
    pub enum PageStatus {
        /// Being written.
        Draft = "DRAFT",
        /// Shown.
        Published = "PUBLISHED",
        /// No longer shown.
        Archived = "ARCHIVED",
        /// Shown from its date on.
        Scheduled = "SCHEDULED",
    }
}

/// A page of the site’s public content.
#[table("pages")]
pub struct Page {
    /// The key, a UUID as text.
    #[column(id, purpose = Key, keep = Content, erase = Keep, see = Internal, export, chars = 191, filter)]
    pub id: PageId,
    /// Title.
    #[column(purpose = Publishing, keep = Content, erase = Keep, see = Public, private, chars = 255)]
    pub title: String,
    /// Its name in the address, unique.
    #[column(purpose = Publishing, keep = Content, erase = Keep, see = Public, private, chars = 255, filter)]
    pub slug: String,
    /// The text, HTML.
    #[column(purpose = Publishing, keep = Content, erase = Keep, see = Public, private, bytes = 4294967295)]
    pub content: String,
    /// Summary.
    #[column(purpose = Publishing, keep = Content, erase = Keep, see = Public, private, bytes = 65535)]
    pub excerpt: Option<String>,
    /// What kind of page it is.
    #[column(purpose = Publishing, keep = Content, erase = Keep, see = Public, private, default = PageType::Page, filter)]
    pub r#type: PageType,
    /// Whether it is shown.
    #[column(purpose = Publishing, keep = Content, erase = Keep, see = Public, private, default = PageStatus::Draft, filter)]
    pub status: PageStatus,
    /// Title for search engines.
    #[column(purpose = Publishing, keep = Content, erase = Keep, see = Public, private, chars = 255)]
    pub meta_title: Option<String>,
    /// Description for search engines.
    #[column(purpose = Publishing, keep = Content, erase = Keep, see = Public, private, bytes = 65535)]
    pub meta_description: Option<String>,
    /// Keywords for search engines.
    #[column(purpose = Publishing, keep = Content, erase = Keep, see = Public, private, bytes = 65535)]
    pub meta_keywords: Option<String>,
    /// Category.
    #[column(purpose = Publishing, keep = Content, erase = Keep, see = Public, private, chars = 100, filter)]
    pub category: Option<String>,
    /// Tags, separated by commas.
    #[column(purpose = Publishing, keep = Content, erase = Keep, see = Public, private, bytes = 65535)]
    pub tags: Option<String>,
    /// Place among its type, lowest first.
    #[column(purpose = Publishing, keep = Content, erase = Keep, see = Public, private, default = 0)]
    pub sort_order: i64,
    /// Whether visitors may see it.
    #[column(purpose = Publishing, keep = Content, erase = Keep, see = Public, private, default = true, filter)]
    pub is_public: bool,
    /// Whether one must be signed in.
    #[column(purpose = Publishing, keep = Content, erase = Keep, see = Public, private, default = false)]
    pub require_auth: bool,
    /// From when it is shown, UTC.
    #[column(purpose = Publishing, keep = Content, erase = Keep, see = Public, private)]
    pub published_at: Option<Timestamp>,
    /// When the row was made, UTC.
    #[column(created, purpose = Record, keep = Content, erase = Keep, see = Internal, export, range)]
    pub created_at: Timestamp,
    /// When the row was last written, UTC; never twice the same, so it serves as the version.
    #[column(updated, purpose = Record, keep = Content, erase = Keep, see = Internal, export)]
    pub updated_at: Timestamp,
}
