//! The table `faqs`: frequently asked questions.

use staka_macros::table;

use super::id::FaqId;
use crate::base::Timestamp;

/// A frequently asked question with its answer.
#[table("faqs")]
pub struct Faq {
    /// The question's id, a UUID as text.
    #[column(id, purpose = Key, keep = Content, erase = Keep, see = Internal, export, chars = 191)]
    pub id: FaqId,
    /// Text of the question.
    #[column(purpose = Publishing, keep = Content, erase = Keep, see = Public, private, bytes = 65535)]
    pub question: String,
    /// Text of the answer.
    #[column(purpose = Publishing, keep = Content, erase = Keep, see = Public, private, bytes = 4294967295)]
    pub answer: String,
    /// Further details; null for none.
    #[column(purpose = Publishing, keep = Content, erase = Keep, see = Public, private, bytes = 65535)]
    pub details: Option<String>,
    /// Position in the list, lowest first.
    #[column(purpose = Publishing, keep = Content, erase = Keep, see = Public, private, default = 0)]
    pub ordre: i64,
    /// Whether visitors see the question.
    #[column(purpose = Publishing, keep = Content, erase = Keep, see = Public, private, default = true)]
    pub visible: bool,
    /// Category of the question.
    #[column(purpose = Publishing, keep = Content, erase = Keep, see = Public, private, chars = 100)]
    pub categorie: String,
    /// Time the row was created, UTC.
    #[column(created, purpose = Record, keep = Content, erase = Keep, see = Internal, export)]
    pub created_at: Timestamp,
    /// Time of the last change, UTC; increases with every change, so it serves as the row's version.
    #[column(updated, purpose = Record, keep = Content, erase = Keep, see = Internal, export)]
    pub updated_at: Timestamp,
}
