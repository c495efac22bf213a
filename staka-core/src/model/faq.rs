//! Questions and answers.

use staka_macros::table;

use super::id::FaqId;
use crate::base::Timestamp;

/// A question that is often asked, and its answer.
#[table("faqs")]
pub struct Faq {
    /// The key, a UUID as text.
    #[column(id, purpose = Key, keep = Content, erase = Keep, see = Internal, export, chars = 191, filter)]
    pub id: FaqId,
    /// The question.
    #[column(purpose = Publishing, keep = Content, erase = Keep, see = Public, private, bytes = 65535)]
    pub question: String,
    /// The answer.
    #[column(purpose = Publishing, keep = Content, erase = Keep, see = Public, private, bytes = 4294967295)]
    pub answer: String,
    /// More about it.
    #[column(purpose = Publishing, keep = Content, erase = Keep, see = Public, private, bytes = 65535)]
    pub details: Option<String>,
    /// Place in the list, lowest first.
    #[column(purpose = Publishing, keep = Content, erase = Keep, see = Public, private, default = 0)]
    pub ordre: i64,
    /// Whether it is shown.
    #[column(purpose = Publishing, keep = Content, erase = Keep, see = Public, private, default = true, filter)]
    pub visible: bool,
    /// Category.
    #[column(purpose = Publishing, keep = Content, erase = Keep, see = Public, private, chars = 100, filter)]
    pub categorie: String,
    /// When the row was made, UTC.
    #[column(created, purpose = Record, keep = Content, erase = Keep, see = Internal, export, range)]
    pub created_at: Timestamp,
    /// When the row was last written, UTC; never twice the same, so it serves as the version.
    #[column(updated, purpose = Record, keep = Content, erase = Keep, see = Internal, export)]
    pub updated_at: Timestamp,
}
