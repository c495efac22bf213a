//! Exports: an operation returns a long text in parts, and the HTTP response streams them as one body.

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
use staka_core::{Error, ErrorKind, Operation, OperationDoc, Operations, Result};

use crate::input::Input;

/// The name of an export's result: one part of the text, and the cursor of the next part.
const CHUNK: &str = "TextChunk";

/// How the parts of an export are requested.
#[derive(Clone)]
pub(crate) struct Export {
    /// The parameter that `after` is a field of; none if it is a parameter itself.
    after_within: Option<&'static str>,
    /// The parameter that `format` is a field of, likewise; none if the export has no `format`.
    format_within: Option<Option<&'static str>>,
    /// The formats of the export, the default first.
    formats: &'static [&'static str],
}

#[derive(Deserialize)]
struct Chunk {
    text: String,
    next: Option<String>,
}

/// Reads the parts of one export.
struct PartReader {
    operation: &'static Operation,
    operations: Operations,
    arguments: Map<String, Value>,
    after_within: Option<&'static str>,
    /// How long reading one part may take.
    timeout: Duration,
}

impl Export {
    /// Returns how the operation's parts are requested, if it is an export.
    pub(crate) fn plan(doc: &OperationDoc, inputs: &[Input]) -> Result<Option<Self>, String> {
        if !matches!(&doc.output, Shape::Struct(output) if output.name == CHUNK) {
            return Ok(None);
        }
        let find = |name: &str| inputs.iter().find(|input| input.field.name == name);
        let after = find("after").ok_or_else(|| format!("{} is an export without an `after` parameter", doc.name))?;
        let format = find("format");
        let formats = match format.map(|input| input.field.shape.plain()) {
            Some(Shape::Enum { values, .. }) => *values,
            // An export with a single format names it in the operation's name.
            _ if doc.name.ends_with("_csv") => &["csv"],
            _ => &[],
        };
        Ok(Some(Self { after_within: after.within, format_within: format.map(|input| input.within), formats }))
    }

    /// Returns the content types that the export may have.
    pub(crate) fn content_types(&self) -> Vec<&'static str> {
        let mut types: Vec<_> = self.formats.iter().copied().map(content_type).collect();
        if types.is_empty() {
            types.push(content_type(""));
        }
        types
    }

    /// Reads the first part and returns a response that reads the others as the client does: only one part is in
    /// memory at a time. An error after the first part closes the connection, so that the client notices the
    /// incomplete text.
    pub(crate) async fn answer(
        &self,
        operation: &'static Operation,
        operations: Operations,
        arguments: Map<String, Value>,
        timeout: Duration,
    ) -> Result<Response> {
        let format = self.format_within.and_then(|parameter| value(&arguments, parameter, "format"));
        let content_type = content_type(format.or(self.formats.first().copied()).unwrap_or_default());
        let reader =
            Arc::new(PartReader { operation, operations, arguments, after_within: self.after_within, timeout });
        let first = reader.read(None).await?;
        let body = body(first, move |after| {
            let reader = Arc::clone(&reader);
            async move {
                reader.read(Some(after)).await.inspect_err(|error| {
                    tracing::warn!(request_id = reader.request_id(), ?error, "an export failed after its first part");
                })
            }
        });
        Ok(([(CONTENT_TYPE, HeaderValue::from_static(content_type))], body).into_response())
    }
}

/// Streams the first part and those that `read_next` returns; each is read when the one before has been sent.
fn body<R, F>(first: Chunk, read_next: R) -> Body
where
    R: Fn(String) -> F + Send + Sync + 'static,
    F: Future<Output = Result<Chunk>> + Send + 'static,
{
    let read_next = Arc::new(read_next);
    Body::from_stream(try_unfold(first, move |Chunk { mut text, mut next }| {
        let read_next = Arc::clone(&read_next);
        async move {
            while text.is_empty() {
                let Some(after) = next else { return Ok(None) };
                Chunk { text, next } = read_next(after).await?;
            }
            Ok::<_, Error>(Some((Bytes::from(text), Chunk { text: String::new(), next })))
        }
    }))
}

impl PartReader {
    /// Reads the part that follows the cursor `after`; the first part if there is none.
    async fn read(&self, after: Option<String>) -> Result<Chunk> {
        let mut arguments = self.arguments.clone();
        if let Some(after) = after {
            let fields = match self.after_within {
                None => Some(&mut arguments),
                Some(parameter) => arguments.entry(parameter).or_insert_with(|| Map::new().into()).as_object_mut(),
            };
            fields.map(|fields| fields.insert("after".to_owned(), after.into()));
        }
        let arguments = Value::Object(arguments).to_string();
        let call = tokio::time::timeout(self.timeout, self.operation.call(&self.operations, &arguments));
        let too_late = || Error::new(ErrorKind::Timeout, format!("no part of the export within {:?}", self.timeout));
        let answer = call.await.map_err(|_| too_late())??;
        let unreadable = |error| Error::internal("a part of the export cannot be read").with_source(error);
        serde_json::from_slice(&answer).map_err(unreadable)
    }

    fn request_id(&self) -> &str {
        self.operations.caller().request_id.as_deref().unwrap_or_default()
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
    use staka_core::{Cursor, PageRequest};

    use super::*;
    use crate::call::{Call, tests};
    use crate::route::Method;

    fn chunk(text: &str, next: Option<&str>) -> Chunk {
        Chunk { text: text.to_owned(), next: next.map(str::to_owned) }
    }

    #[tokio::test]
    async fn a_part_is_read_when_the_one_before_was_sent() {
        let reads = Arc::new(AtomicU32::new(0));
        let count = Arc::clone(&reads);
        let mut body = body(chunk("a", Some("1")), move |after| {
            count.fetch_add(1, Ordering::Relaxed);
            async move {
                match after.as_str() {
                    // An empty part is not the end.
                    "1" => Ok(chunk("", Some("2"))),
                    "2" => Ok(chunk("b", Some("3"))),
                    _ => Err(Error::internal("broken")),
                }
            }
        })
        .into_data_stream();
        for (text, so_far) in [("a", 0), ("b", 2)] {
            assert_eq!(body.next().await.expect("a part").expect("text"), text);
            assert_eq!(reads.load(Ordering::Relaxed), so_far);
        }
        // The client must notice an incomplete text.
        assert!(body.next().await.expect("the end").is_err());
    }

    #[test]
    fn formats_have_their_content_types() {
        let field = |name, shape| Field { name, doc: "", required: false, shape, default: None };
        let output = || Shape::Struct(StructDoc { name: "TextChunk", doc: "", fields: vec![] });
        let plan = |parameters| -> Result<Call, String> { tests::of(Method::Get, "/x", parameters, output()) };
        let format = Shape::Enum { name: "Format", values: &["csv", "jsonl"], open: false };
        let call = plan(vec![field("format", format), field("after", Option::<Cursor>::shape())]).expect("a plan");
        let types = call.export.expect("an export").content_types();
        assert_eq!(types, ["text/csv; charset=utf-8", "application/x-ndjson"]);
        let export = plan(vec![field("page", PageRequest::shape())]).expect("a plan").export.expect("an export");
        assert_eq!((export.after_within, export.content_types()), (Some("page"), vec!["text/plain; charset=utf-8"]));
        assert!(plan(vec![]).err().expect("an error").contains("`after`"));
    }
}
