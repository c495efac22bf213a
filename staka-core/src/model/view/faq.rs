//! Frequently asked questions as visitors see them.

use staka_macros::{Output, Record};

use crate::model::FaqId;

/// A visible question with its answer.
#[derive(Clone, Debug, PartialEq, Record, Output)]
#[non_exhaustive]
pub struct PublicFaq {
    /// The question's id.
    pub id: FaqId,
    /// Text of the question.
    pub question: String,
    /// Text of the answer.
    pub answer: String,
    /// Further details; null for none.
    pub details: Option<String>,
    /// Category of the question.
    pub categorie: String,
    /// Position in the list, lowest first.
    #[output(bounds = Bounds::between(i32::MIN as i64, i32::MAX as i64))]
    pub ordre: i64,
}
