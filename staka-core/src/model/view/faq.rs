//! Questions and answers as visitors get them.

use staka_macros::{Output, Record};

use crate::model::FaqId;

/// A question that is shown, and its answer.
#[derive(Clone, Debug, PartialEq, Record, Output)]
pub struct PublicFaq {
    /// The key.
    pub id: FaqId,
    /// The question.
    pub question: String,
    /// The answer.
    pub answer: String,
    /// More about it.
    pub details: Option<String>,
    /// Category.
    pub categorie: String,
    /// Place in the list, lowest first.
    pub ordre: i64,
}
