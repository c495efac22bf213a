//! Long texts in pieces.

use staka_macros::Output;

use crate::base::Cursor;

/// A piece of a long text. The whole is all pieces one behind the other; a door sends each as it comes.
#[derive(Clone, Debug, PartialEq, Eq, Output)]
pub struct TextChunk {
    /// The piece.
    pub text: String,
    /// Where the next piece starts; `null` on the last one.
    pub next: Option<Cursor>,
}
