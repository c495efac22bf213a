//! Long texts in chunks.

use staka_macros::Output;

use crate::base::Cursor;

/// A chunk of a long text. The chunks joined in order are the whole text; clients can process each as it arrives.
#[derive(Clone, Debug, PartialEq, Eq, Output)]
#[non_exhaustive]
pub struct TextChunk {
    /// Text of the chunk.
    pub text: String,
    /// Cursor of the next chunk; null on the last one.
    pub next: Option<Cursor>,
}
