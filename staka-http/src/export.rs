//! Answers that are a piece of a long text: the door goes on asking and streams the whole.

use std::future::Future;
use std::sync::Arc;
use std::time::Duration;

use axum::body::{Body, Bytes};
use axum::http::HeaderValue;
use axum::http::header::CONTENT_TYPE;
use axum::response::{IntoResponse, Response};
use futures_util::stream::try_unfold;
use serde::Deserialize;
use serde_json::{Map, Value};
use staka_core::base::Shape;
use staka_core::{Error, ErrorKind, Operation, OperationDoc, Result, Session};

use crate::call::Input;

/// The struct that an operation answers with: some text, and the cursor behind which it goes on.
const CHUNK: &str = "TextChunk";

/// How a piece is asked for.
#[derive(Clone)]
pub(crate) struct Export {
    /// The parameter that `after` is a field of.
    after_within: Option<&'static str>,
    /// The parameter that `format` is a field of; where there is one.
    format_within: Option<Option<&'static str>>,
    /// The formats that there are, the one that is given unless another is asked for first.
    formats: &'static [&'static str],
}

#[derive(Deserialize)]
struct Chunk {
    text: String,
    next: Option<String>,
}

/// What one needs to ask for a piece.
struct Asking {
    operation: &'static Operation,
    session: Session,
    arguments: Map<String, Value>,
    after_within: Option<&'static str>,
    /// How long a piece may take.
    within: Duration,
}

impl Export {
    /// Where the answer is a piece of text: how the next one is asked for.
    pub(crate) fn plan(doc: &OperationDoc, inputs: &[Input]) -> Result<Option<Self>, String> {
        if !matches!(&doc.output, Shape::Struct(output) if output.name == CHUNK) {
            return Ok(None);
        }
        let find = |name: &str| inputs.iter().find(|input| input.field.name == name);
        let after = find("after").ok_or_else(|| format!("{} gives text without an `after` to go on from", doc.name))?;
        let format = find("format");
        let formats = match format.map(|input| input.field.shape.plain()) {
            Some(Shape::Enum { values, .. }) => *values,
            // One that is written in one way alone says so in its name.
            _ if doc.name.ends_with("_csv") => &["csv"],
            _ => &[],
        };
        Ok(Some(Self { after_within: after.within, format_within: format.map(|input| input.within), formats }))
    }

    /// The content types that it may have.
    pub(crate) fn content_types(&self) -> Vec<&'static str> {
        let mut types: Vec<_> = self.formats.iter().copied().map(content_type).collect();
        if types.is_empty() {
            types.push(content_type(""));
        }
        types
    }

    /// Asks for the first piece, and gives the answer that goes on asking as its reader reads: there is never more than
    /// one piece in memory. An error behind the first piece breaks the connection off, so that nobody takes half a text
    /// for a whole one.
    pub(crate) async fn answer(
        &self,
        operation: &'static Operation,
        session: Session,
        arguments: Map<String, Value>,
        within: Duration,
    ) -> Result<Response> {
        let format = self.format_within.and_then(|parameter| value(&arguments, parameter, "format"));
        let kind = content_type(format.or(self.formats.first().copied()).unwrap_or_default());
        let asking = Arc::new(Asking { operation, session, arguments, after_within: self.after_within, within });
        let first = asking.piece(None).await?;
        let body = body(first, move |after| {
            let asking = Arc::clone(&asking);
            async move {
                asking.piece(Some(after)).await.inspect_err(|error| {
                    tracing::warn!(request_id = asking.request_id(), ?error, "an export broke off");
                })
            }
        });
        Ok(([(CONTENT_TYPE, HeaderValue::from_static(kind))], body).into_response())
    }
}

/// The first piece and those that `ask` gives, each asked for when the one before has been read.
fn body<A, F>(first: Chunk, ask: A) -> Body
where
    A: Fn(String) -> F + Send + Sync + 'static,
    F: Future<Output = Result<Chunk>> + Send + 'static,
{
    let ask = Arc::new(ask);
    Body::from_stream(try_unfold(first, move |Chunk { mut text, mut next }| {
        let ask = Arc::clone(&ask);
        async move {
            while text.is_empty() {
                let Some(after) = next else { return Ok(None) };
                Chunk { text, next } = ask(after).await?;
            }
            Ok::<_, Error>(Some((Bytes::from(text), Chunk { text: String::new(), next })))
        }
    }))
}

impl Asking {
    async fn piece(&self, after: Option<String>) -> Result<Chunk> {
        let mut arguments = self.arguments.clone();
        if let Some(after) = after {
            let fields = match self.after_within {
                None => Some(&mut arguments),
                Some(parameter) => arguments.entry(parameter).or_insert_with(|| Map::new().into()).as_object_mut(),
            };
            fields.map(|fields| fields.insert("after".to_owned(), after.into()));
        }
        let arguments = Value::Object(arguments).to_string();
        let call = tokio::time::timeout(self.within, self.operation.call(&self.session, &arguments));
        let answer =
            call.await.map_err(|_| Error::new(ErrorKind::Timeout, format!("no piece within {:?}", self.within)))??;
        serde_json::from_slice(&answer).map_err(|error| Error::internal("a piece of text is none").with_source(error))
    }

    fn request_id(&self) -> &str {
        self.session.ctx().request_id.as_deref().unwrap_or_default()
    }
}

fn value<'a>(arguments: &'a Map<String, Value>, within: Option<&str>, name: &str) -> Option<&'a str> {
    match within {
        None => arguments.get(name)?.as_str(),
        Some(parameter) => arguments.get(parameter)?.get(name)?.as_str(),
    }
}

fn content_type(format: &str) -> &'static str {
    match format {
        "csv" => "text/csv; charset=utf-8",
        "jsonl" => "application/x-ndjson",
        _ => "text/plain; charset=utf-8",
    }
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicU32, Ordering};

    use futures_util::StreamExt;
    use staka_core::base::{Described, Field, StructDoc};
    use staka_core::{Cursor, Page};

    use super::*;
    use crate::call::{Call, tests};
    use crate::route::Method;

    fn chunk(text: &str, next: Option<&str>) -> Chunk {
        Chunk { text: text.to_owned(), next: next.map(str::to_owned) }
    }

    #[tokio::test]
    async fn a_piece_is_asked_for_when_the_one_before_was_read() {
        let asked = Arc::new(AtomicU32::new(0));
        let count = Arc::clone(&asked);
        let mut body = body(chunk("a", Some("1")), move |after| {
            count.fetch_add(1, Ordering::Relaxed);
            async move {
                match after.as_str() {
                    // Nothing in a piece is no end.
                    "1" => Ok(chunk("", Some("2"))),
                    "2" => Ok(chunk("b", Some("3"))),
                    _ => Err(Error::internal("broken")),
                }
            }
        })
        .into_data_stream();
        for (text, so_far) in [("a", 0), ("b", 2)] {
            assert_eq!(body.next().await.expect("a piece").expect("text"), text);
            assert_eq!(asked.load(Ordering::Relaxed), so_far);
        }
        // What is cut off must not look whole.
        assert!(body.next().await.expect("the end").is_err());
    }

    #[test]
    fn formats_have_their_content_types() {
        let field = |name, shape| Field { name, doc: "", required: false, shape };
        let output = || Shape::Struct(StructDoc { name: "TextChunk", doc: "", fields: vec![] });
        let plan = |parameters| -> Result<Call, String> { tests::of(Method::Get, "/x", parameters, output()) };
        let format = Shape::Enum { name: "Format", values: &["csv", "jsonl"] };
        let call = plan(vec![field("format", format), field("after", Option::<Cursor>::shape())]).expect("a plan");
        let types = call.export.expect("an export").content_types();
        assert_eq!(types, ["text/csv; charset=utf-8", "application/x-ndjson"]);
        let export = plan(vec![field("page", Page::shape())]).expect("a plan").export.expect("an export");
        assert_eq!((export.after_within, export.content_types()), (Some("page"), vec!["text/plain; charset=utf-8"]));
        assert!(plan(vec![]).err().expect("no way on").contains("`after`"));
    }
}
