//! What comes out of an operation that is called by its name: bytes of JSON, or what a door makes of the answer.

use crate::base::{Error, Output, Result};

/// What becomes of an operation's answer, whatever its type. A door has one for each way in which values leave it.
///
/// ```no_run
/// use staka_core::{Output, Operation, Result, Session, Sink};
///
/// /// How many bytes an answer takes as JSON.
/// struct Length;
///
/// impl Sink for Length {
///     type Out = usize;
///
///     fn take<T: Output>(self, answer: T) -> Result<usize> {
///         Ok(serde_json::to_vec(&answer).map_or(0, |json| json.len()))
///     }
/// }
///
/// # async fn example(db: Session) -> Result<()> {
/// let tarifs = Operation::find("tarifs.active").expect("it is on the list");
/// println!("{} bytes", tarifs.call_into(&db, "{}", Length).await?);
/// # Ok(()) }
/// ```
pub trait Sink: Send + 'static {
    /// What it makes of the answer.
    type Out: Send;

    /// Takes the answer. Called once, on the thread on which the operation ended.
    fn take<T: Output>(self, answer: T) -> Result<Self::Out>;
}

/// JSON text.
pub(super) struct Json;

impl Sink for Json {
    type Out = Vec<u8>;

    fn take<T: Output>(self, answer: T) -> Result<Vec<u8>> {
        serde_json::to_vec(&answer).map_err(|e| Error::internal("the answer cannot be written as JSON").with_source(e))
    }
}
