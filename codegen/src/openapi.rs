//! The OpenAPI document of the HTTP interface.

use staka_core::OperationDoc;

use crate::files::GeneratedFile;

pub(crate) fn files(operations: &[OperationDoc]) -> Vec<GeneratedFile> {
    let document = staka_http::openapi_with_examples(operations);
    vec![GeneratedFile { path: "staka-http/openapi.json", text: format!("{document}\n") }]
}
