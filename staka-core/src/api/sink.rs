//! Converts the answer of an operation called by its name: to JSON, or to a language's own objects.

use crate::base::{Error, Output, Result};

/// A converter of an operation's answer of any type. Each language binding has its own.
///
/// ```no_run
/// use staka_core::{Output, Operation, Result, Session, Sink};
///
/// /// Measures an answer's length as JSON, in bytes.
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
/// let tarifs = Operation::find("tarifs.list_active").expect("it is on the list");
/// println!("{} bytes", tarifs.call_into(&db, "{}", Length).await?);
/// # Ok(()) }
/// ```
pub trait Sink: Send + 'static {
    /// The result of the conversion.
    type Out: Send;

    /// Converts the answer. Called once, on the thread on which the operation ended.
    fn take<T: Output>(self, answer: T) -> Result<Self::Out>;
}

/// Converts an answer to JSON text.
pub(super) struct Json;

impl Sink for Json {
    type Out = Vec<u8>;

    fn take<T: Output>(self, answer: T) -> Result<Vec<u8>> {
        serde_json::to_vec(&answer).map_err(|e| Error::internal("the answer cannot be written as JSON").with_source(e))
    }
}
